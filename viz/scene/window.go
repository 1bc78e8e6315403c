package scene

import (
	"sunscope/core/story"
	"sunscope/core/time"
)

// The congestion window of a datagram transport and its round trips, as small plots of the last stretch of time. A
// transport of datagrams has no session: the plots are where a session would be. They cost as much as they are wide,
// however long the story is.

const (
	plotLeast    = 26 // lower than that, only the numbers are shown
	plotPerPoint = 8  // samples that are looked at for a column
)

// drawWindow draws both plots of x into r, below the panel's title.
func (b *builder) drawWindow(r box, x *story.Xprt) {
	b.heading(r.x, r.y+14, b.tr.congestion)
	at := r.x + titleWidth(b.tr.congestion) + 12
	for i := 0; i < len(b.st.Xprts) && (x == nil || !x.Datagrams); i++ {
		x = &b.st.Xprts[i]
	}
	if x == nil || !x.Datagrams || x.Cwnd.How == story.Unknown {
		b.text(at, r.y+14, faint, "–")
		return
	}
	ref := Ref{Kind: RefXprt, Num: int64(x.ID)}
	b.hit(r, ref)
	b.ring(r, 5, ref)
	b.say().s("≈ cwnd ").tenths(x.Cwnd.Value * 10 / 256).s(" · cong ").tenths(x.Cong.Value * 10 / 256)
	b.fit(mono, r.right()-at).put(at, r.y+14, mono)
	b.say().s(b.tr.congestion).s(": ≈ cwnd ").n(x.Cwnd.Value).s(", cong ").n(x.Cong.Value)
	if x.RTT.How != story.Unknown {
		b.s(", rtt ").d(x.RTT.Value)
	}
	b.phrase(2, ref)
	r.cutTop(20)
	p := b.story.Plot(x.ID)
	if p == nil || r.h < plotLeast {
		return
	}
	left := r.cutLeft((r.w - 14) / 2)
	r.cutLeft(14)
	b.cwndPlot(left, p)
	b.rttPlot(r, p, x)
}

// tenths adds v tenths.
func (b *builder) tenths(v int) *builder { return b.n(v / 10).s(".").n(v % 10) }

// plotFrame draws the ground of a plot and returns where its curve is.
func (b *builder) plotFrame(r box, name string, top int, unit func(int)) box {
	b.say().s(name).s(" 0…")
	unit(top)
	b.s(" · ").d(b.stretch()).fit(faint, r.w).put(r.x, r.bottom()-3, faint)
	r.h -= 15
	b.fill(r, 3, Inset)
	return r.inset(1)
}

// stretch is how much of the past a plot shows: a third of what the timeline does.
func (b *builder) stretch() time.Duration {
	span := b.v.To - b.v.From
	if span <= 0 && b.story.Len() > 0 {
		span = b.log.TimeAt(b.story.Len()-1) - b.origin
	}
	return max(span/3, time.Millisecond)
}

// column is when the time begins that column i of r shows.
func (b *builder) column(r box, i int) time.Duration {
	span := b.stretch()
	return b.now - span + time.Duration(float64(i)/float64(r.w)*float64(span))
}

// cwndPlot is the window as a line, and what requests hold of it as the area below.
func (b *builder) cwndPlot(r box, p *story.Plot) {
	most := 4 * 256
	for i := range int(r.w) + 1 {
		if n := story.Before(p.Cwnd, b.column(r, i)); n >= 0 {
			most = max(most, p.Cwnd[n].Value)
		}
	}
	r = b.plotFrame(r, "cwnd, cong", most/256, func(v int) { b.n(v) })
	y := func(v int) float32 { return r.bottom() - float32(v)/float32(most)*(r.h-2) }
	step := func(list []story.Sample, draw func(x0, x1, y, was float32)) {
		start, last, was := 0, -1, float32(-1)
		for i := range int(r.w) + 1 {
			n := story.Before(list, b.column(r, i))
			if n != last || i == int(r.w) {
				if last >= 0 {
					draw(r.x+float32(start), r.x+float32(i), y(list[last].Value), was)
					was = y(list[last].Value)
				}
				start, last = i, n
			}
		}
	}
	step(p.Cong, func(x0, x1, y, _ float32) {
		b.fill(box{x0, y, x1 - x0, r.bottom() - y}, 0, Call).Alpha = 110
	})
	step(p.Cwnd, func(x0, x1, y, was float32) {
		if was >= 0 && was != y {
			b.line(Ink, 1.5, 0, Point{x0, was}, Point{x0, y})
		}
		b.line(Ink, 1.5, 0, Point{x0, y}, Point{x1, y})
	})
}

// rttPlot has a mark for the longest round trip that ended in each column.
func (b *builder) rttPlot(r box, p *story.Plot, x *story.Xprt) {
	most := 0
	tallest := func(i int) int {
		last, first := story.Before(p.RTT, b.column(r, i+1)), story.Before(p.RTT, b.column(r, i))
		v := 0
		for n := last; n > first && n > last-plotPerPoint; n-- {
			v = max(v, p.RTT[n].Value)
		}
		return v
	}
	for i := range int(r.w) {
		most = max(most, tallest(i))
	}
	in := b.plotFrame(r, "rtt", max(most, int(time.Millisecond)), func(v int) { b.d(time.Duration(v)) })
	if most == 0 {
		return
	}
	for i := range int(in.w) {
		if v := tallest(i); v > 0 {
			h := max(2, float32(v)/float32(most)*(in.h-2))
			b.fill(box{in.x + float32(i), in.bottom() - h, 2, h}, 0, Reply)
		}
	}
}
