package scene

import (
	"sort"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene/face"
)

const (
	laneName = 96
	axis     = 20
)

// kindOfSpan is how a stretch of a task's life looks on the timeline.
type kindOfSpan uint8

const (
	spanRun kindOfSpan = iota
	spanReady
	spanReply // running, with the reply in hand
	spanBacklog
	spanSending
	spanPending
	spanOther
)

func kindOf(s *story.Span) kindOfSpan {
	switch {
	case s.Asleep && s.Queue == fsm.XprtBacklog:
		return spanBacklog
	case s.Asleep && s.Queue == fsm.XprtSending:
		return spanSending
	case s.Asleep && s.Queue == fsm.XprtPending:
		return spanPending
	case s.Asleep:
		return spanOther
	case s.Ready:
		return spanReady
	case s.State == fsm.CallStatus || s.State == fsm.CallDecode || s.State == fsm.RPCExitTask:
		return spanReply
	}
	return spanRun
}

var spanColors = [...]Color{
	spanRun: LaneRun, spanReady: LaneReady, spanReply: LaneReply, spanBacklog: LaneBacklog, spanSending: LaneLock,
	spanPending: LaneWire, spanOther: LaneIdle,
}

// window is the piece of time that the timeline shows, and where on paper.
type window struct {
	from, to time.Duration
	plot     box
}

func (w *window) x(t time.Duration) float32 {
	if w.to <= w.from {
		return w.plot.x
	}
	return w.plot.x + w.plot.w*float32(float64(t-w.from)/float64(w.to-w.from))
}

// timeAt is the time at x.
func (w *window) timeAt(x float32) time.Duration {
	return w.from + time.Duration(float64(w.to-w.from)*float64((x-w.plot.x)/w.plot.w))
}

// drawTimeline draws a lane for each task: what it did or where it slept, by colour and by pattern.
func (b *builder) drawTimeline(r box) {
	if r.empty() {
		return
	}
	name := float32(laneName)
	plot := box{r.x + padding + name, r.y + 32, r.w - 2*padding - name, r.h - 32 - axis - 8}
	if b.back {
		b.heading(r.x+padding, r.y+22, b.tr.timeline)
		b.legend(r)
		return
	}
	w := b.window(plot)
	b.grid(&w)
	row := b.chooseLanes(plot.h)
	lanes := b.story.Lanes()
	for n, i := range b.l.scratch.rows {
		b.lane(&w, &lanes[i], plot.y+float32(n)*row, row)
	}
	b.untold(&w)
	b.hit(plot, Ref{Kind: RefTimeline, Num: int64(b.st.Instant)})
	for n, i := range b.l.scratch.rows {
		b.hit(box{r.x + padding, plot.y + float32(n)*row, name - 4, row}, Ref{Kind: RefTask, Num: int64(lanes[i].Task)})
	}
	b.partLine(&w)
	b.playhead(&w)
}

func (b *builder) window(plot box) window {
	w := window{b.v.From, b.v.To, plot}
	if n := b.story.Len(); w.from == 0 && w.to == 0 && n > 0 {
		w.from, w.to = b.log.TimeAt(0), b.log.TimeAt(n-1)
	}
	return w
}

// short is a workload item without the name of its process: "null[3]" for insmod[1].null[3], "2:read[1]" for dd[2].read[1].
func short(item string) string {
	i := strings.LastIndexByte(item, '.')
	if i < 0 {
		return item
	}
	_, owner, _ := strings.Cut(item[:i], "[")
	if owner = strings.TrimSuffix(owner, "]"); owner == "1" || owner == "" {
		return item[i+1:]
	}
	return owner + ":" + item[i+1:]
}

func (b *builder) lane(w *window, l *story.Lane, y, row float32) {
	ref := Ref{Kind: RefTask, Num: int64(l.Task)}
	ink := InkFaint
	if l.Start <= b.now && (!l.Ended || l.End >= b.now) {
		ink = Ink
	}
	font := style{Mono, small, ink, Left}
	if b.v.Selected == ref {
		font.font, font.color = MonoBold, Ink
	}
	b.say()
	if l.Item != "" {
		b.s(l.Item)
	} else {
		b.n(int(l.PID))
		if l.Proc != "" {
			b.s(" ").s(l.Proc)
		}
	}
	if face.AdvanceBytes(font.font, font.size, b.said()) > laneName-8 && l.Item != "" {
		b.say().s(short(l.Item))
	}
	b.fit(font, laneName-8).put(w.plot.x-laneName, middle(y+row/2, small), font)
	if b.v.Selected == ref || b.v.Hover == ref {
		b.fill(box{w.plot.x, y, w.plot.w, row}, 3, Inset)
	}
	h := min(row-4, 13)
	told := b.told(w)
	if b.v.Beside != nil {
		b.besideLane(&told, int(l.Task)-1, y, row)
		return
	}
	b.spans(&told, l.Spans, y+row/2, h)
}

// spans draws those that are in the window. What is narrower than a pixel is merged with what follows: the search for
// the next one to draw jumps over it, so a lane costs as many steps as it has pixels, however long it is.
func (b *builder) spans(w *window, spans []story.Span, y, h float32) {
	const least = 1.25
	t := w.from
	for {
		i := sort.Search(len(spans), func(k int) bool { return spans[k].End > t })
		if i == len(spans) || spans[i].Start >= w.to {
			return
		}
		s := &spans[i]
		x0, x1 := max(w.plot.x, w.x(max(s.Start, t))), min(w.plot.right(), w.x(s.End))
		end := s.End
		if x1-x0 < least {
			x1 = min(w.plot.right(), x0+least)
			end = max(end, w.timeAt(x1))
		}
		if end <= t {
			return
		}
		b.span(box{x0, y - h/2, x1 - x0, h}, kindOf(s))
		t = end
	}
}

// span draws one: its colour says which queue or work it was, and so does its pattern.
func (b *builder) span(r box, k kindOfSpan) {
	mid := r.midY()
	switch k {
	case spanReady:
		b.fill(box{r.x, mid - r.h/4, r.w, r.h / 2}, 0, LaneReady)
		return
	case spanOther:
		b.frame(r, 0, NoColor, LaneIdle, min(1.25, r.w/2))
		return
	}
	b.fill(r, min(2, r.w/4), spanColors[k])
	if r.w < 10 {
		return
	}
	p, q := Point{r.x + 4, mid}, Point{r.right() - 3, mid}
	switch k {
	case spanBacklog:
		b.line(LaneMark, 2, 2, p, q).Alpha = 150
	case spanSending:
		b.line(LaneMark, 1.5, 6, p, q).Alpha = 150
	case spanPending:
		b.line(LaneMark, 1, 0, p, q).Alpha = 150
	}
}

// legend explains colours and patterns, as many as there is room for.
func (b *builder) legend(r box) {
	entries := [...]struct {
		kind kindOfSpan
		name string
	}{
		{spanRun, b.tr.running}, {spanReady, b.tr.ready}, {spanReply, b.tr.reply}, {spanPending, "xprt_pending"},
		{spanBacklog, "xprt_backlog"}, {spanSending, "xprt_sending"}, {spanOther, "delayq …"},
	}
	x := r.x + padding + laneName
	for _, e := range entries {
		w := face.Advance(plain.font, plain.size, e.name)
		if x+20+w > r.right()-padding {
			return
		}
		b.span(box{x, r.y + 12, 16, 11}, e.kind)
		b.text(x+21, r.y+22, plain, e.name)
		x += 21 + w + 14
	}
}

// grid draws the time axis: round times, as many as there is room for.
func (b *builder) grid(w *window) {
	length := w.to - w.from
	if length <= 0 {
		return
	}
	step := niceStep(length, int(max(2, w.plot.w/110)))
	head, headHalf := b.headLabel(w)
	first := w.from - b.origin
	first = (first + step - 1) / step * step
	for t := first; t+b.origin <= w.to; t += step {
		x := w.x(t + b.origin)
		b.line(PanelEdge, 1, 0, Point{x, w.plot.y}, Point{x, w.plot.bottom() + 4})
		b.say()
		b.tick(t, step)
		half := face.AdvanceBytes(Mono, small, b.said()) / 2
		if abs(x-head) < half+headHalf+6 || x+half > w.plot.right()+padding-5 || x-half < w.plot.x-laneName {
			b.l.scratch.buf = b.l.scratch.buf[:b.start]
			continue
		}
		b.put(x, w.plot.bottom()+axis-2, style{Mono, small, InkFaint, Center})
	}
}

// tick adds a round time in the largest unit in which step is whole.
func (b *builder) tick(t, step time.Duration) *builder {
	switch {
	case step >= time.Second:
		return b.n(int(t / time.Second)).s(" s")
	case step >= time.Millisecond:
		return b.n(int(t / time.Millisecond)).s(" ms")
	case step >= time.Microsecond:
		return b.n(int(t / time.Microsecond)).s(" µs")
	}
	return b.n(int(t)).s(" ns")
}

// niceStep is 1, 2 or 5 times a power of ten nanoseconds, so that at most n steps make length.
func niceStep(length time.Duration, n int) time.Duration {
	least := length / time.Duration(max(1, n))
	for p := time.Duration(1); ; p *= 10 {
		for _, m := range [...]time.Duration{1, 2, 5} {
			if p*m >= least {
				return p * m
			}
		}
	}
}

var headText = style{MonoBold, small, Playhead, Center}

// headLabel is where the playhead's time stands: below it, as far as the edges let it.
func (b *builder) headLabel(w *window) (x, half float32) {
	b.say().at(b.now)
	half = face.AdvanceBytes(headText.font, headText.size, b.said()) / 2
	b.l.scratch.buf = b.l.scratch.buf[:b.start]
	return max(w.plot.x-laneName+half, min(w.x(b.now), w.plot.right()+padding/2-half)), half
}

// playhead marks now, and veils what is still to come.
// told is the piece of the window that the timeline may show, at the same scale.
func (b *builder) told(w *window) window {
	t := *w
	if b.v.Until > 0 && b.v.Until < w.to {
		t.to = max(w.from, b.v.Until)
		t.plot.w = w.x(t.to) - w.plot.x
	}
	return t
}

// untold marks the piece that the timeline keeps to itself.
func (b *builder) untold(w *window) {
	told := b.told(w)
	x, end := told.plot.right(), w.plot.right()
	if x >= end {
		return
	}
	b.line(InkFaint, 1, 3, Point{x, w.plot.y}, Point{x, w.plot.bottom()})
	if end-x > 24 {
		b.text((x+end)/2, middle(w.plot.y+w.plot.h/2, 28), style{SansBold, 28, InkFaint, Center}, "?")
	}
}

func (b *builder) playhead(w *window) {
	x := w.x(b.now)
	if x < w.plot.x-1 || x > w.plot.right()+1 {
		return
	}
	b.fill(box{x, w.plot.y - 2, w.plot.right() - x, w.plot.h + 4}, 0, Panel).Alpha = 140
	b.line(Playhead, 1.5, 0, Point{x, w.plot.y - 4}, Point{x, w.plot.bottom() + 4})
	b.tri(Playhead, Point{x - 5, w.plot.y - 8}, Point{x + 5, w.plot.y - 8}, Point{x, w.plot.y})
	at, _ := b.headLabel(w)
	b.say().at(b.now).put(at, w.plot.bottom()+axis-2, headText)
	b.say().s(b.tr.timeline).s(": ").at(b.now).phrase(1, Ref{Kind: RefTimeline, Num: int64(b.st.Instant)})
}
