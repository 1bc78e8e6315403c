package stage

import (
	"strconv"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// lifeShown is what is shown of the story of the selected thing.
type lifeShown struct {
	life  *scene.Life
	of    scene.Ref
	story *story.Story
	len   int
	lang  string
	until time.Duration

	at int // the line around which lines are shown; -1 is the present one

	told     Message // what was told last, of which lines
	toldOf   *scene.Life
	toldFrom int
}

// lifeLines is how many lines of a story are shown at once, and lifeStep by how many that window moves.
const (
	lifeLines = 120
	lifeStep  = 40
)

// Life is the story of the selected task or transport; nil if what is selected has none. It stays the same while the run
// and the selection do, wherever the run stands.
func (p *Player) Life() *scene.Life {
	c := &p.life
	ref, until := p.view.Selected, p.secret()
	if c.of != ref {
		c.at = -1
	}
	if c.of != ref || c.story != p.story || c.len != p.story.Len() || c.lang != p.view.Lang || c.until != until {
		c.of, c.story, c.len, c.lang, c.until = ref, p.story, p.story.Len(), p.view.Lang, until
		c.life = scene.NewLife(p.story, ref, p.view.Lang, until)
	}
	return c.life
}

// LifeWindow is which lines of the story are shown: around the present one, or where the reader looked last.
func (p *Player) LifeWindow() (from, to int) {
	l := p.Life()
	if l == nil {
		return 0, 0
	}
	at := p.life.at
	if at < 0 {
		at = l.Present(p.instant)
	}
	from = max(0, min((at-lifeLines/2)/lifeStep*lifeStep, l.Len()-lifeLines))
	return from, min(from+lifeLines, l.Len())
}

// doStory shows other lines of the selected thing's story.
func doStory(p *Player, a Args) error {
	if a["at"] == "now" {
		p.life.at = -1
		p.touch()
		return nil
	}
	n, err := strconv.Atoi(a["at"])
	if err != nil || n < 0 {
		return expected("story", "at", a["at"], "the number of a line, or now")
	}
	p.Life()
	p.life.at = n
	p.touch()
	return nil
}

// present is the last line of the story that has happened; -1 before the first, or without a story.
func (p *Player) present() int {
	if l := p.Life(); l != nil {
		return l.Present(p.instant)
	}
	return -1
}

// lifeMessage is the story of the selected thing: see bridge.go.
func (p *Player) lifeMessage() Message {
	l := p.Life()
	if l == nil {
		return Message{"life", []Field{{"none", true}}}
	}
	from, to := p.LifeWindow()
	if c := &p.life; c.toldOf == l && c.toldFrom == from {
		return c.told
	}
	lines := make([]Message, 0, to-from)
	for i := from; i < to; i++ {
		n := l.Line(i)
		lines = append(lines, Message{Fields: []Field{
			{"instant", n.Ordinal}, {"time", int64(n.Time)}, {"text", n.Text}, {"why", n.Why}, {"how", howNames[n.How]},
			{"rule", n.Rule}, {"ref", refOf(n.Ref)},
		}})
	}
	p.life.toldOf, p.life.toldFrom = l, from
	p.life.told = Message{"life", []Field{
		{"kind", KindName(l.Ref.Kind)}, {"num", l.Ref.Num}, {"count", l.Len()}, {"from", from}, {"lines", lines},
		{"total", int64(l.Spent.Total)}, {"spent", sharesOf(l.Spent.Shares, l.Spent.Total, 0)},
	}}
	return p.life.told
}

// sharesOf lists shares, each followed by what it is made of.
func sharesOf(shares []scene.Share, total time.Duration, depth int) []Message {
	var list []Message
	for i := range shares {
		s := &shares[i]
		list = append(list, Message{Fields: []Field{
			{"what", s.What}, {"time", int64(s.Time)}, {"part", float64(s.Time) / float64(max(total, 1))}, {"percent", scene.Percent(s.Time, total)},
			{"count", s.Count}, {"how", howNames[s.How]}, {"rule", s.Rule}, {"ref", refOf(s.Ref)}, {"depth", depth},
		}})
		list = append(list, sharesOf(s.Of, total, depth+1)...)
	}
	return list
}
