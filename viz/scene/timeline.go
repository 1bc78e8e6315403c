package scene

import (
	"sort"
	"strings"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/viz/scene/face"
)

const (
	laneName = 96  // width of the column of names; lanes of other stories beside these have the same
	wideName = 136 // where there is room
	axis     = 20
)

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

// drawTimeline draws what happened when: from top to bottom the whole run in small, the moments worth a mark, the packets
// each way, the write locks, and a lane for each task.
func (b *builder) drawTimeline(r box) {
	if r.empty() {
		return
	}
	if b.back {
		b.heading(r.x+padding, r.y+22, b.tr.timeline)
		return
	}
	if b.names = laneName; r.w >= 1100 {
		b.names = wideName
	}
	p := b.planLine(r)
	w := b.window(p.plot)
	b.sayTimeline(&w)
	b.legend(&p, r)
	b.overview(p.over, &w)
	b.grid(&w)
	b.hit(p.plot, Ref{Kind: RefTimeline, Num: int64(b.st.Instant)})
	b.hit(box{p.plot.x, p.plot.bottom(), p.plot.w, axis}, Ref{Kind: RefAxis})
	b.hit(box{r.x + padding, p.lanes.y, b.names - 4, p.lanes.h}, Ref{Kind: RefLanes})
	b.laneRows(&w, p.lanes)
	b.lockRows(&w, p.locks, p.lockRows)
	b.wayRows(&w, &p)
	b.untold(&w)
	b.markers(&w, p.marks)
	b.partLine(&w)
	b.makingBar(r)
	b.playhead(&w)
}

func (b *builder) window(plot box) window {
	w := window{b.v.From, b.v.To, plot}
	if w.from == 0 && w.to == 0 {
		w.from, w.to = b.span0()
	}
	return w
}

// span0 is when the run begins and ends.
func (b *builder) span0() (from, to time.Duration) {
	if n := b.story.Len(); n > 0 {
		return b.log.TimeAt(0), b.log.TimeAt(n - 1)
	}
	return 0, 0
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

// thin is the height below which a row has neither name nor ticks but those that matter most.
const thin = 8

// lane draws a task's row, with its name to the left if there is room for one.
func (b *builder) lane(w *window, l *story.Lane, y, row float32) {
	ref := Ref{Kind: RefTask, Num: int64(l.Task)}
	if b.v.Selected == ref || b.v.Hover == ref {
		b.fill(box{w.plot.x, y, w.plot.w, row}, min(3, row/3), Inset)
	}
	if b.names == 0 {
		b.names = laneName
	}
	if row >= rowMin {
		b.laneName(w, l, y, row, ref)
	}
	h := min(row-3.5, 13)
	if row < thin {
		h = max(1, row-0.5)
	}
	told := b.told(w)
	if b.v.Beside != nil {
		b.besideLane(&told, int(l.Task)-1, y, row)
		return
	}
	b.spans(&told, l.Spans, y+row/2, h)
	b.ticks(&told, l.Ticks, y+row/2, h)
	if row < thin && b.v.Selected == ref {
		b.tri(Focus, Point{w.plot.x - 8, y + row/2 - 4}, Point{w.plot.x - 8, y + row/2 + 4}, Point{w.plot.x - 1, y + row/2})
	}
}

func (b *builder) laneName(w *window, l *story.Lane, y, row float32, ref Ref) {
	ink := InkFaint
	if l.Start <= b.now && (!l.Ended || l.End >= b.now) {
		ink = Ink
	}
	font := style{Mono, small, ink, Left}
	if b.v.Selected == ref {
		font.font, font.color = MonoBold, Ink
	}
	b.say()
	switch {
	case l.Item != "":
		b.s(l.Item)
	case l.Clid == trace.NoID:
		b.n(int(l.PID)).s(" ").s(b.tr.backChannel)
	default:
		b.n(int(l.PID))
		if b.clients {
			b.s("@").n(int(l.Clid))
		}
		if l.Proc != "" {
			b.s(" ").s(l.Proc)
		}
	}
	if face.AdvanceBytes(font.font, font.size, b.said()) > b.names-8 && l.Item != "" {
		b.say().s(short(l.Item))
	}
	b.fit(font, b.names-8).put(w.plot.x-b.names, middle(y+row/2, small), font)
}

// spans draws those that are in the window. What is narrower than a pixel is merged with what follows: the search for
// the next one to draw jumps over it, so a lane costs as many steps as it has pixels, however long it is.
func (b *builder) spans(w *window, spans []story.Span, y, h float32) {
	least := max(leastSpan, b.grain)
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
		r := box{x0, y - h/2, x1 - x0, h}
		b.span(r, s.Kind())
		if h >= thin {
			b.spanWord(r, s)
		}
		t = end
	}
}

// spanWord writes into a span what its colour leaves open, if there is room: which state it runs, or on which queue that has
// no colour of its own it sleeps.
func (b *builder) spanWord(r box, s *story.Span) {
	k := s.Kind()
	switch {
	case k == story.SpanOther:
		if w := advance(faint, string(s.Queue)); w < r.w-14 {
			b.fill(box{r.x + 5, r.midY() - 4, w + 4, 8}, 0, Panel)
			b.text(r.x+7, middle(r.midY(), small), plain, string(s.Queue))
		}
	case k != story.SpanRun && k != story.SpanReply || r.h < 12 || r.w < 60:
	default:
		ink := AwakeInk
		if k == story.SpanReply {
			ink = OnMessage
		}
		if word := s.State.String(); advance(monoDim, word) < r.w-8 {
			b.fill(box{r.x + 2, r.midY() - 4, advance(monoDim, word) + 4, 8}, 0, spanColors[k]) // over the pattern
			b.text(r.x+4, middle(r.midY(), small), monoDim.in(ink), word)
		}
	}
}

var spanColors = [story.SpanKinds]Color{
	story.SpanRun: LaneRun, story.SpanReady: LaneReady, story.SpanReply: LaneReply, story.SpanBacklog: LaneBacklog,
	story.SpanSending: LaneLock, story.SpanPending: LaneWire, story.SpanBinding: LaneIdle, story.SpanDelay: LaneIdle,
	story.SpanOther: LaneIdle,
}

// span draws one: its colour says which queue or work it was, and so does its pattern.
func (b *builder) span(r box, k story.SpanKind) {
	mid := r.midY()
	flat := r.h < thin-4
	switch {
	case k == story.SpanReady && !flat:
		b.fill(box{r.x, mid - r.h/4, r.w, r.h / 2}, 0, LaneReady)
		return
	case k == story.SpanOther && !flat:
		b.line(LaneReady, 1.25, 0, Point{r.x, mid}, Point{r.right(), mid})
		if r.w >= 3 {
			b.line(LaneReady, 1.25, 0, Point{r.x + 0.6, r.y}, Point{r.x + 0.6, r.bottom()})
			b.line(LaneReady, 1.25, 0, Point{r.right() - 0.6, r.y}, Point{r.right() - 0.6, r.bottom()})
		}
		return
	case k >= story.SpanBinding && !flat:
		b.frame(r, 0, NoColor, LaneReady, min(1.25, r.w/2))
	default:
		b.fill(r, min(2, r.w/4, r.h/4), spanColors[k])
	}
	if r.w < 10 || r.h < thin-2 {
		return
	}
	p, q := Point{r.x + 4, mid}, Point{r.right() - 3, mid}
	switch k {
	case story.SpanReply:
		for _, y := range [...]float32{mid - r.h/5, mid + r.h/5} {
			b.line(LaneMark, 1, 0, Point{p.X, y}, Point{q.X, y}).Alpha = 120
		}
	case story.SpanBacklog:
		b.line(LaneMark, 2, 2, p, q).Alpha = 150
	case story.SpanSending:
		b.line(LaneMark, 1.5, 6, p, q).Alpha = 150
	case story.SpanPending:
		b.line(LaneMark, 1, 0, p, q).Alpha = 150
	case story.SpanBinding:
		b.line(LaneReady, 2, 2, p, q)
	case story.SpanDelay:
		b.line(LaneReady, 1.5, 6, p, q)
	}
}

// ticks draws a lane's moments. Of several in the same pixels the one that matters most is shown.
func (b *builder) ticks(w *window, ticks []story.Tick, y, h float32) {
	for i := sort.Search(len(ticks), func(k int) bool { return ticks[k].Time >= w.from }); i < len(ticks) && ticks[i].Time <= w.to; {
		x := w.x(ticks[i].Time)
		top, end := &ticks[i], w.timeAt(x+2.5)
		for i++; i < len(ticks) && ticks[i].Time < end; i++ {
			if ticks[i].Kind > top.Kind {
				top = &ticks[i]
			}
		}
		b.tick(x, y, h, top.Kind)
		if h >= thin-4 {
			b.hit(box{x - 3, y - h/2 - 1, 6, h + 2}, Ref{Kind: RefMarker, Num: int64(top.Ord)})
		}
	}
}

func (b *builder) tick(x, y, h float32, k story.TickKind) {
	if h < thin-4 {
		if k >= story.TickRetrans {
			b.fill(box{x - 1.5, y - h/2 - 0.5, 3, h + 1}, 0, tickColors[k])
		}
		return
	}
	switch k {
	case story.TickSent:
		b.line(CallText, 1.5, 0, Point{x, y - h/2 - 2}, Point{x, y + h/2 + 2})
	case story.TickReply:
		b.line(ReplyText, 1.5, 0, Point{x, y - h/2 - 2}, Point{x, y + h/2 + 2})
		b.tri(ReplyText, Point{x - 3, y + h/2 + 3}, Point{x + 3, y + h/2 + 3}, Point{x, y + h/2 - 2})
	case story.TickRetrans:
		b.glyph(glyphRetrans, x, y, 5)
	case story.TickError:
		b.glyph(glyphError, x, y, 4.5)
	}
}

var tickColors = [story.TickKinds]Color{CallText, ReplyText, Retrans, Trouble}
