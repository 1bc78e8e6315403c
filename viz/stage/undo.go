package stage

import (
	"errors"
	"slices"
	"strings"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// moment is everything that a reader can change and take back: what is open, where the stage stands and how it is looked at.
type moment struct {
	kind     string // of the change that followed: steps of the same kind are taken back together
	story    *story.Story
	source   Source
	runs     runs
	instant  int
	at       time.Duration
	selected scene.Ref
	from, to time.Duration
	top      int32
	parts    scene.Parts
	room     story.HostID
	filter   string
	search   string
	follow   story.TaskID
	breaks   []Breakpoint
	theme    string
	lang     string
	reduced  bool
	speed    Speed
}

// history is what can be taken back and done again.
type history struct {
	undo, redo []moment
	busy       bool    // a change is being made: what it does on the way is part of it
	grabbed    *moment // when the gesture began that goes on
}

// What is kept of the past: so many changes, and of runs that are not shown any more so many events together.
const (
	mostChanges  = 200
	mostInMemory = 1_000_000
)

// small are the changes of which many in a row are taken back together.
var small = []string{"step", "zoom", "scrub", "speed", "lanes", "field"}

// kindOf is the kind of change that a command makes.
func kindOfChange(id string) string {
	switch id {
	case "step", "back", "step-task", "back-task", "step-wire", "back-wire":
		return "step"
	case "faster", "slower":
		return "speed"
	case "pan":
		return "zoom"
	case "lane-up", "lane-down":
		return "lanes"
	case "field", "field-next", "field-prev":
		return "field"
	}
	if strings.HasPrefix(id, "zoom") {
		return "zoom"
	}
	return id
}

func (p *Player) moment() moment {
	v := &p.view
	m := moment{
		story: p.story, source: p.source, runs: p.runs, instant: p.instant, at: p.at, selected: v.Selected, from: v.From, to: v.To,
		top: v.Top, parts: v.Parts, room: v.Room, filter: p.Filter(), search: p.search.text, follow: p.following, breaks: p.stops.list,
		theme: p.theme, lang: v.Lang, reduced: v.Reduced, speed: p.speed,
	}
	m.runs.all = slices.Clone(m.runs.all)
	return m
}

// same reports whether a reader could tell two moments apart.
func (m *moment) same(o *moment) bool {
	return m.story == o.story && m.instant == o.instant && m.at == o.at && m.selected == o.selected && m.from == o.from && m.to == o.to &&
		m.top == o.top && m.parts == o.parts && m.room == o.room && m.filter == o.filter && m.search == o.search && m.follow == o.follow &&
		slices.Equal(m.breaks, o.breaks) && m.theme == o.theme && m.lang == o.lang && m.reduced == o.reduced && m.speed == o.speed &&
		m.runs.now == o.runs.now && m.runs.other == o.runs.other && slices.Equal(m.runs.all, o.runs.all)
}

// grab notes the moment at which a gesture begins, and letGoOf that it is over: what it did is one change.
func (p *Player) grab() {
	m := p.moment()
	p.history.grabbed = &m
}

func (p *Player) letGoOf(kind string) {
	if m := p.history.grabbed; m != nil {
		p.history.grabbed = nil
		m.kind = kind
		p.remember(*m)
	}
}

// change makes a change that can be taken back.
func (p *Player) change(id string, do func() error) error {
	if p.history.busy {
		return do()
	}
	p.history.busy = true
	before, played := p.moment(), p.playing
	err := do()
	p.history.busy = false
	if before.kind = kindOfChange(id); p.playing && !played {
		before.kind = "play"
	}
	p.remember(before)
	return err
}

// remember keeps what was before a change, if it was one.
func (p *Player) remember(before moment) {
	h := &p.history
	now := p.moment()
	if before.source.Kind == Nothing || before.kind != "play" && before.same(&now) {
		return
	}
	h.redo = nil
	if n := len(h.undo); n > 0 && h.undo[n-1].kind == before.kind && slices.Contains(small, before.kind) && h.undo[n-1].story == before.story {
		return
	}
	h.undo = append(h.undo, before)
	p.forgetOldest()
}

// forgetOldest bounds what the past takes.
func (p *Player) forgetOldest() {
	h := &p.history
	for len(h.undo) > mostChanges || p.pastEvents() > mostInMemory && len(h.undo) > 0 {
		h.undo = slices.Delete(h.undo, 0, 1)
	}
}

// pastEvents counts the events of runs that nothing but the past keeps in memory.
func (p *Player) pastEvents() int {
	var seen []*story.Story
	n := 0
	for _, list := range [...][]moment{p.history.undo, p.history.redo} {
		for i := range list {
			if s := list[i].story; s != p.story && !slices.Contains(seen, s) {
				seen = append(seen, s)
				n += s.Len()
			}
		}
	}
	return n
}

// undo takes the last change back; steps of playing, zooming and scrubbing together.
func (p *Player) undo() error {
	return p.travel(&p.history.undo, &p.history.redo, "undo: there is nothing to take back")
}

// redo makes a change again that was taken back.
func (p *Player) redo() error {
	return p.travel(&p.history.redo, &p.history.undo, "redo: nothing was taken back")
}

func (p *Player) travel(from, to *[]moment, none string) error {
	p.pause()
	now := p.moment()
	for n := len(*from); n > 0; n = len(*from) {
		m := (*from)[n-1]
		*from = (*from)[:n-1]
		if m.same(&now) || p.live.growing && m.story != p.story {
			continue
		}
		now.kind = m.kind
		*to = append(*to, now)
		p.goBackTo(&m)
		return nil
	}
	return errors.New(none)
}

// goBackTo restores a moment.
func (p *Player) goBackTo(m *moment) {
	if m.story != p.story {
		p.showStory(m.story, m.source)
	}
	p.runs = m.runs
	p.runs.all = slices.Clone(m.runs.all)
	p.compareWith(p.runs.other)
	v := &p.view
	v.From, v.To, v.Top, v.Parts, v.Room = m.from, m.to, m.top, m.parts, m.room
	v.Lang, v.Reduced, p.theme, p.speed = m.lang, m.reduced, m.theme, m.speed
	if m.filter != p.Filter() {
		f, _ := p.filterOf(m.filter) // it was read once already
		p.setFilter(f)
	}
	if m.search != p.search.text {
		p.search = search{text: m.search}
		p.searchAgain()
	}
	p.setBreaks(m.breaks)
	p.settle(m.instant)
	p.at = m.at
	v.Selected, p.following = m.selected, m.follow
	p.touch()
}

// CanUndo and CanRedo report whether there is something to take back, or to do again.
func (p *Player) CanUndo() bool { return len(p.history.undo) > 0 }

// CanRedo reports whether something was taken back that can be done again.
func (p *Player) CanRedo() bool { return len(p.history.redo) > 0 }
