package scene

import (
	"sunscope/core/time"
	"sunscope/viz/scene/face"
)

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
		b.roundTime(t, step)
		half := face.AdvanceBytes(Mono, small, b.said()) / 2
		if abs(x-head) < half+headHalf+6 || x+half > w.plot.right()+padding-5 || x-half < w.plot.x-b.names {
			b.l.scratch.buf = b.l.scratch.buf[:b.start]
			continue
		}
		b.put(x, w.plot.bottom()+axis-2, style{Mono, small, InkFaint, Center})
	}
}

// roundTime adds a round time in the largest unit in which step is whole.
func (b *builder) roundTime(t, step time.Duration) *builder {
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
	return max(w.plot.x-b.names+half, min(w.x(b.now), w.plot.right()+padding/2-half)), half
}

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

// playhead marks now, and veils what is still to come.
func (b *builder) playhead(w *window) {
	x := w.x(b.now)
	if x < w.plot.x-1 || x > w.plot.right()+1 {
		return
	}
	b.fill(box{x, w.plot.y - 2, w.plot.right() - x, w.plot.h + 4}, 0, Panel).Alpha = 110
	b.line(Playhead, 1.5, 0, Point{x, w.plot.y - 4}, Point{x, w.plot.bottom() + 4})
	b.tri(Playhead, Point{x - 5, w.plot.y - 8}, Point{x + 5, w.plot.y - 8}, Point{x, w.plot.y})
	at, _ := b.headLabel(w)
	b.say().at(b.now).put(at, w.plot.bottom()+axis-2, headText)
}
