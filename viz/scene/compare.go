package scene

import (
	"strconv"

	"sunscope/core/story"
)

// Beside is another run that is shown beside the story: on the timeline every lane has two halves, the upper one for the
// story, the lower one, which is thinner, for the other run.
type Beside struct {
	Story *story.Story
	// Lane is, for every lane of the story, the lane of the other run with the same workload item, or else with the same
	// task and client number, the first with the first; -1: the other run has none.
	Lane []int32
	More int // lanes of the other run that the story has no like of
	// This and Other are the ordinals of the first events that differ, if Parted.
	Parted      bool
	This, Other int
	// Here and There are these two as a trace file prints them; "" where a run has ended.
	Here, There string
}

// NewBeside lays other beside s.
func NewBeside(s, other *story.Story) *Beside {
	b := &Beside{Story: other, Lane: make([]int32, len(s.Lanes()))}
	theirs := map[string]int32{} // only looked up
	seen := map[string]int{}
	for i := range other.Lanes() {
		theirs[laneKey(&other.Lanes()[i], seen)] = int32(i)
	}
	seen = map[string]int{}
	for i := range s.Lanes() {
		b.Lane[i] = -1
		key := laneKey(&s.Lanes()[i], seen)
		if j, ok := theirs[key]; ok {
			b.Lane[i] = j
			delete(theirs, key)
		}
	}
	b.More = len(theirs)
	return b
}

// laneKey is what the lanes of one task have in common in two runs.
func laneKey(l *story.Lane, seen map[string]int) string {
	key := l.Item
	if key == "" {
		key = strconv.Itoa(int(l.PID)) + "@" + strconv.Itoa(int(l.Clid)) + " " + l.Proc
	}
	seen[key]++
	return key + " " + strconv.Itoa(seen[key])
}

// besideLane draws both halves of a lane: the story's above, the other run's below. A task that the other run has not is
// a dotted line there.
func (b *builder) besideLane(w *window, lane int, y, row float32) {
	l := &b.story.Lanes()[lane]
	both := max(2, min(16, row-3))
	h, h2 := 0.6*both-0.5, 0.4*both-0.5 // the other run is the thinner one
	top := y + (row-both)/2
	b.spans(w, l.Spans, top+h/2, h)
	b.ticks(w, l.Ticks, top+h/2, h)
	low := top + h + 1 + h2/2
	j := int32(-1)
	if lane < len(b.v.Beside.Lane) {
		j = b.v.Beside.Lane[lane]
	}
	if j < 0 {
		if row >= rowMin {
			b.line(InkFaint, 1, 2, Point{w.plot.x, low}, Point{w.plot.right(), low})
		}
		return
	}
	o := &b.v.Beside.Story.Lanes()[j]
	b.spans(w, o.Spans, low, h2)
	b.ticks(w, o.Ticks, low, h2)
}

// laneLeast is the height of a lane below which not all lanes are shown; two halves need more than one.
func (b *builder) laneLeast() float32 {
	if b.v.Beside != nil {
		return 17
	}
	return rowMin
}

// lanesWanted is how many lanes go before rows of another sort: lanes are what is compared.
func (b *builder) lanesWanted() float32 {
	if b.v.Beside != nil {
		return 12
	}
	return 0
}

// besideLegend says which half is whose, if another run is shown.
func (b *builder) besideLegend(p *legendPen) bool {
	if b.v.Beside == nil {
		return false
	}
	this, other, part, _ := b.besideWords()
	if x, y, draw := p.next(this); draw {
		b.fill(box{x - 8, y - 5.5, 16, 6.5}, 1, LaneRun)
		b.frame(box{x - 8, y + 2, 16, 3.5}, 0, NoColor, LaneIdle, 1)
	}
	if x, y, draw := p.next(other); draw {
		b.frame(box{x - 8, y - 5.5, 16, 6.5}, 1, NoColor, LaneIdle, 1)
		b.fill(box{x - 8, y + 2, 16, 3.5}, 0, LaneRun)
	}
	if b.v.Beside.Parted {
		if x, y, draw := p.next(part); draw {
			b.diamond(x, y)
		}
	}
	return true
}

// diamond is the sign of the instant at which two runs part.
func (b *builder) diamond(x, y float32) {
	b.tri(Trouble, Point{x - 5, y}, Point{x, y - 5}, Point{x + 5, y})
	b.tri(Trouble, Point{x - 5, y}, Point{x, y + 5}, Point{x + 5, y})
}

// makingBar shows how far a fork is that is being simulated.
func (b *builder) makingBar(r box) {
	if b.v.Making <= 0 {
		return
	}
	word := "simulating the fork"
	if b.v.Lang == "zh" {
		word = "正在模拟分叉"
	}
	b.fill(box{r.x + 10, r.y + 2, r.w - 20, 4}, 2, Inset)
	b.fill(box{r.x + 10, r.y + 2, (r.w - 20) * float32(b.v.Making) / 100, 4}, 2, Focus)
	b.say().s(word).s(": ").n(b.v.Making).s(" %").phrase(0, Ref{})
}

// besideWords are what the two halves are called.
func (b *builder) besideWords() (this, other, part, more string) {
	if b.v.Lang == "zh" {
		return "上：本次运行", "下：另一次运行", "分叉处", "任务只在另一次运行中"
	}
	return "above: this run", "below: the other run", "they part", "tasks of the other run only"
}

// partLine marks where the two runs part.
func (b *builder) partLine(w *window) {
	o := b.v.Beside
	if o == nil {
		return
	}
	this, other, part, more := b.besideWords()
	b.say().s(this).s(", ").s(other)
	if o.More > 0 {
		b.s("; ").n(o.More).s(" ").s(more)
	}
	b.phrase(0, Ref{Kind: RefTimeline, Num: int64(b.st.Instant)})
	if !o.Parted || b.story.Len() == 0 {
		return
	}
	at := min(o.This, b.story.Len()-1)
	x := w.x(b.log.TimeAt(at))
	ref := Ref{Kind: RefTimeline, Num: int64(at)}
	b.say().s(part).s(": ").at(b.log.TimeAt(at)).phrase(0, ref)
	b.say().s(this).s(": ").s(o.Here).phrase(0, ref)
	b.say().s(other).s(": ").s(o.There).phrase(0, ref)
	told := b.told(w)
	if x < w.plot.x || x > told.plot.right() {
		return
	}
	b.line(Trouble, 1.5, 4, Point{x, w.plot.y - 6}, Point{x, w.plot.bottom() + 4})
	b.diamond(x, w.plot.y-6)
	b.hit(box{x - 6, w.plot.y - 12, 12, 12}, ref)
}
