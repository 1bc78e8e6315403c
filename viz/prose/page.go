package prose

import (
	"sunscope/lessons"
	"sunscope/viz/scene"
)

// Act is the Kind of a Ref that stands for a command; its Name is the command line.
const Act scene.RefKind = 100

// Progress is how far a reader has come with a lesson.
type Progress struct {
	Told      map[string]bool // await passages whose event has happened, by block id
	Now       string          // the passage that the run is in; "" before the first
	Open      bool            // the reader wants all text at once
	Away      bool            // something else than the lesson's run is played: the lesson stays as it is meanwhile
	Played    string          // what that is: the name of a recording; "" says nothing of it
	Questions map[string]Question
}

// Question is how far a reader has come with a question.
type Question struct {
	Come    bool   // its moment has been reached
	Choices string // what it offers in this run, separated by commas; "" is what the lesson says
	Asked   bool   // playback stands there and waits
	Skipped bool
	Choice  string // the answer; "" is none yet
	Truth   string // what the run did, once answered
	Right   bool
	Seen    bool   // the reader had been past the moment that decides
	Why     string // the event that decided it
	Decided int    // its ordinal
}

// View is what a page depends on besides its lesson. Lengths are CSS pixels.
type View struct {
	W, H     float32
	Scroll   float32 // how much of the column is above the view
	Hover    scene.Ref
	Progress *Progress
	Revision uint64 // of the Progress: another number says that it changed
}

// Page is a lesson set in type. It keeps the column while neither width nor progress change, so scrolling is cheap.
type Page struct {
	lesson *lessons.Lesson
	flow   flow
	made   made
	list   scene.List
}

// made is what the column was made for.
type made struct {
	w        float32
	revision uint64
	hover    scene.Ref
	progress *Progress
}

// New is a page of a lesson.
func New(l *lessons.Lesson) *Page { return &Page{lesson: l} }

// Lesson is the lesson on the page.
func (p *Page) Lesson() *lessons.Lesson { return p.lesson }

// Margin is the space between the text and the view's sides.
const Margin = 22

// Layout is what the view shows of the column: valid until the next call, with the view's upper left corner at 0, 0.
func (p *Page) Layout(v *View) *scene.List {
	p.compose(v)
	l := &p.list
	l.W, l.H, l.BackKey = v.W, v.H, 1
	l.Back = append(l.Back[:0], scene.Item{Op: scene.OpRect, W: v.W, H: v.H, Fill: scene.Panel, Alpha: 255})
	l.Front, l.Hits = l.Front[:0], l.Hits[:0]
	for i := range p.flow.items {
		it := &p.flow.items[i]
		if top, bottom := extent(it); bottom >= v.Scroll && top <= v.Scroll+v.H {
			moved := *it
			moved.Y -= v.Scroll
			moved.Pts = raised(it.Pts, v.Scroll)
			l.Front = append(l.Front, moved)
		}
	}
	for _, h := range p.flow.hits {
		if h.Y -= v.Scroll; h.Y+h.H > 0 && h.Y < v.H {
			l.Hits = append(l.Hits, h)
		}
	}
	return l
}

// Height is the height of the whole column at the view's width.
func (p *Page) Height(v *View) float32 {
	p.compose(v)
	return p.flow.y + Margin
}

// Place is where the block of that id (of a passage, or "predict-" and a question's) lies in the column.
func (p *Page) Place(v *View, id string) (top, bottom float32, ok bool) {
	p.compose(v)
	s, ok := p.flow.places[id]
	return s.top, s.bottom, ok
}

func (p *Page) compose(v *View) {
	want := made{v.W, v.Revision, v.Hover, v.Progress}
	if p.made == want && p.flow.y > 0 {
		return
	}
	p.made = want
	progress := v.Progress
	if progress == nil {
		progress = &Progress{Away: true, Open: true}
	}
	p.flow.set(p.lesson, progress, v.W, v.Hover)
}

// extent is from where to where an item reaches, with something to spare for letters.
func extent(it *scene.Item) (top, bottom float32) {
	switch it.Op {
	case scene.OpText:
		return it.Y - 2*it.Size, it.Y + it.Size
	case scene.OpRect:
		return it.Y, it.Y + it.H
	}
	top, bottom = it.Y-it.R-it.Width, it.Y+it.R+it.Width
	for i, p := range it.Pts {
		if i == 0 {
			top, bottom = p.Y-it.Width, p.Y+it.Width
		}
		top, bottom = min(top, p.Y-it.Width), max(bottom, p.Y+it.Width)
	}
	return top, bottom
}

func raised(pts []scene.Point, by float32) []scene.Point {
	if pts == nil {
		return nil
	}
	out := make([]scene.Point, len(pts))
	for i, p := range pts {
		out[i] = scene.Point{X: p.X, Y: p.Y - by}
	}
	return out
}

// Stops are all areas of the column that can be pressed, those beyond the view too, as they lie in the column.
func (p *Page) Stops(v *View) []scene.Hit {
	p.compose(v)
	return p.flow.hits
}
