package stage

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// zoomSelection makes the window fit what is selected; without a selection, the task of the present event.
func (p *Player) zoomSelection() error {
	r := p.view.Selected
	if id := p.story.TaskAt(p.instant); r.Kind == scene.RefNone && id != 0 {
		r = scene.Ref{Kind: scene.RefTask, Num: int64(id)}
	}
	return p.zoomTo(r)
}

// zoomTo makes the window fit a thing: a task's life, a packet's way, all of a write lock's owners, or the surroundings
// of a moment.
func (p *Player) zoomTo(r scene.Ref) error {
	from, to, ok := p.extentOf(r)
	if !ok {
		return errors.New("zoom-selection: select a task, a packet, a transport or a marker first")
	}
	width := max(to-from, narrowest)
	p.setWindow(from-width/16, min(width+width/8, p.End()-p.start()))
	p.drift()
	return nil
}

// extentOf is when a thing begins and ends.
func (p *Player) extentOf(r scene.Ref) (from, to time.Duration, ok bool) {
	switch r.Kind {
	case scene.RefTask:
		if l := p.story.Lane(story.TaskID(r.Num)); l != nil {
			return l.Start, l.End, true
		}
	case scene.RefPacket:
		if w := p.story.WireSpans(); r.Num >= 1 && int(r.Num) <= len(w) {
			return w[r.Num-1].Start, w[r.Num-1].End, true
		}
	case scene.RefXprt:
		locks := p.story.LockLanes()
		if r.Num >= 1 && int(r.Num) <= len(locks) && len(locks[r.Num-1].Spans) > 0 {
			its, all := locks[r.Num-1].Spans, p.story.LockSpans()
			return all[its[0]].Start, all[its[len(its)-1]].End, true
		}
	case scene.RefMarker, scene.RefEvent:
		if r.Num >= 0 && int(r.Num) < p.story.Len() {
			from, to := p.Window()
			t, part := p.log().TimeAt(int(r.Num)), (to-from)/16
			return t - part, t + part, true
		}
	}
	return 0, 0, false
}

// scrollLanes moves the timeline's lanes by n rows, up to the first and down to the last one of the window.
func (p *Player) scrollLanes(n int) {
	if n == 0 || p.list == nil {
		return
	}
	list := p.Layout(p.view.W, p.view.H)
	top, shown := list.LaneRows()
	if shown == 0 {
		return
	}
	from, to := p.Window()
	was := top
	for ; n > 0; n-- {
		last := top
		for range shown { // the row after the last one
			if last = p.story.NextLane(last+1, 1, from, to); last == 0 {
				break
			}
		}
		next := p.story.NextLane(top+1, 1, from, to)
		if last == 0 || next == 0 {
			break
		}
		top = next
	}
	for ; n < 0; n++ {
		before := p.story.NextLane(top-1, -1, from, to)
		if before == 0 {
			break
		}
		top = before
	}
	if top != was {
		p.view.Top = int32(top)
		p.touch()
	}
}

// pageOfLanes is by how many rows a key scrolls: more when rows are thin.
func (p *Player) pageOfLanes() int {
	if p.list == nil {
		return 1
	}
	_, shown := p.list.LaneRows()
	return max(1, shown/12)
}

// toMarker goes to the next marked moment, or the previous one, of some kinds or of any.
func (p *Player) toMarker(dir int, a Args) error {
	kinds, err := markerKinds(a["kind"])
	if err != nil {
		return err
	}
	p.pause()
	i := p.story.NextMarker(p.instant, dir, kinds)
	if i < 0 {
		why := "next-marker: nothing is marked after this moment"
		if dir < 0 {
			why = "prev-marker: nothing is marked before this moment"
		}
		p.note(Note{Kind: Warned, Why: why})
		return nil
	}
	return p.walk(int(p.story.Markers()[i].Ord))
}

// markerKinds reads a list of kinds; without one it is all of them.
func markerKinds(text string) (kinds uint16, err error) {
	if text == "" {
		return 1<<story.MarkerKinds - 1, nil
	}
	for name := range strings.SplitSeq(text, ",") {
		bit := uint16(0)
		for k := range story.MarkerKinds {
			if k.String() == strings.TrimSpace(name) {
				bit = 1 << k
			}
		}
		if kinds |= bit; bit == 0 {
			return 0, expected("next-marker", "kind", text, markerWords())
		}
	}
	return kinds, nil
}

func markerWords() string {
	words := "some of "
	for k := range story.MarkerKinds {
		if k > 0 {
			words += ","
		}
		words += k.String()
	}
	return words
}

// doLane shows the lanes from a task on, or with 0 those of the instant again.
func doLane(p *Player, a Args) error {
	n, err := strconv.Atoi(a["task"])
	if err != nil || n < 0 || n > len(p.story.Lanes()) {
		return expected("lane", "task", a["task"], "a task's number from 1 to "+strconv.Itoa(len(p.story.Lanes()))+", or 0")
	}
	p.view.Top = int32(n)
	p.touch()
	return nil
}

// doWindow sets the timeline's window.
func doWindow(p *Player, a Args) error {
	from, err := nanoseconds(a["from"])
	if err != nil {
		return expected("window", "from", a["from"], "nanoseconds")
	}
	to, err := nanoseconds(a["to"])
	if err != nil || to <= from {
		return expected("window", "to", a["to"], "nanoseconds, more than from")
	}
	p.setWindow(from, min(max(to-from, narrowest), p.End()-p.start()))
	p.drift()
	return nil
}
