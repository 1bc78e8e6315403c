package desk

import (
	"strconv"

	"sunscope/core/story"
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// spent says where the task's time went: a bar for each share, and what it is made of below it.
func (p *page) spent(l *scene.Life) {
	if l == nil || len(l.Spent.Shares) == 0 {
		return
	}
	p.heading(p.w.spent + " (" + duration(l.Spent.Total) + ")")
	p.shares(l.Spent.Shares, l, 0)
	p.y += 6
}

// mostParts is how many parts of a share are listed.
const mostParts = 5

func (p *page) shares(list []scene.Share, l *scene.Life, depth int) {
	for i := range list {
		if i == mostParts && depth > 0 {
			p.y += 16
			p.text(p.x+float32(depth)*14, p.y-5, scene.Sans, 11.5, scene.InkFaint, "+ "+strconv.Itoa(len(list)-i))
			return
		}
		p.share(&list[i], l, depth)
		p.shares(list[i].Of, l, depth+1)
	}
}

func (p *page) share(s *scene.Share, l *scene.Life, depth int) {
	x := p.x + float32(depth)*14
	top := p.y
	part := float32(s.Time) / float32(max(1, l.Spent.Total))
	room := face.Advance(scene.Mono, 11.5, "888.88 ms 100 %") + 6
	text := s.What
	if s.How == story.Inferred {
		text = "≈ " + text
	}
	lines := prose.Wrap(scene.Sans, 12, text, p.x+p.wide-room-x-4)
	height := 19 + 15*float32(max(0, len(lines)-1))
	p.y += height
	if depth == 0 {
		p.card(Rect{p.x, top + 1, p.wide, height - 3}, 3, scene.Inset, scene.NoColor)
		p.fill(Rect{p.x, top + height - 5, max(2, p.wide*part), 3}, scene.Call)
	}
	color := scene.Ink
	if s.Ref.Kind != scene.RefNone {
		color = scene.CallText
		p.hit(Rect{p.x, top, p.wide, height}, s.Ref)
	}
	numbers := scene.Length(s.Time) + "  " + scene.Percent(s.Time, l.Spent.Total)
	p.add(scene.Item{Op: scene.OpText, X: p.x + p.wide - 4, Y: top + 12.5, Font: scene.Mono, Size: 11.5, Align: scene.Right, Fill: scene.Ink, Text: numbers})
	for i, t := range lines {
		p.text(x+4, top+12.5+15*float32(i), scene.Sans, 12, color, t)
	}
}

// life is the story: each of its events can be gone to, and the present one is marked.
func (p *page) life(l *scene.Life) {
	if l == nil || l.Len() == 0 {
		return
	}
	from, to := p.d.Player.LifeWindow()
	now := l.Present(p.d.Player.Instant())
	p.heading(p.w.life)
	wide := face.Advance(scene.SansBold, 12, p.w.toNow)
	at := Rect{p.x + p.wide - wide - 12, p.y - 22, wide + 12, 20}
	p.text(at.X+6, p.y-8, scene.SansBold, 12, p.button(at, act("story-now"), false), p.w.toNow)
	if from > 0 {
		p.more("story at="+strconv.Itoa(max(0, from-20)), "▲ "+strconv.Itoa(from)+" "+p.w.earlier)
	}
	for i := from; i < to; i++ {
		if i == now {
			p.nowY = p.y
		}
		p.lifeLine(p.told(l, i), i == now, i > now)
	}
	if to < l.Len() {
		p.more("story at="+strconv.Itoa(to+20), "▼ "+strconv.Itoa(l.Len()-to)+" "+p.w.later)
	}
}

// more is a line that shows other lines.
func (p *page) more(line, text string) {
	at := Rect{p.x - 4, p.y, p.wide + 8, 20}
	p.text(p.x, p.y+14, scene.SansBold, 12, p.button(at, act(line), false), text)
	p.y += 24
}

// toldLine is a line of a story, broken into the lines of a column.
type toldLine struct {
	scene.Line
	text, why []string
	seek      scene.Ref
}

func (t *toldLine) height() float32 { return 3 + 16*float32(len(t.text)+len(t.why)) }

// toldLines keeps them as long as the story and the column's width are the same.
type toldLines struct {
	of   *scene.Life
	wide float32
	at   map[int]*toldLine
}

// told is line i of the story.
func (p *page) told(l *scene.Life, i int) *toldLine {
	c := &p.d.inspect.told
	if c.of != l || c.wide != p.wide {
		*c = toldLines{l, p.wide, map[int]*toldLine{}}
	}
	if t := c.at[i]; t != nil {
		return t
	}
	t := &toldLine{Line: l.Line(i)}
	t.seek = act("seek instant=" + strconv.Itoa(t.Ordinal))
	t.text = prose.Wrap(scene.Sans, 12, t.Text, p.wide-lifeIndent)
	if why := t.Why; why != "" {
		if t.How == story.Inferred {
			why = "≈ " + why
		}
		t.why = prose.Wrap(scene.Sans, 12, why, p.wide-lifeIndent-10)
	}
	c.at[i] = t
	return t
}

// lifeIndent is the room for a line's time.
const lifeIndent = 76

// lifeLine sets a line of the story, if it is in sight.
func (p *page) lifeLine(t *toldLine, now, future bool) {
	top := p.y
	p.y += t.height()
	if p.y < 0 || top > p.d.areas.Below.H {
		return
	}
	ink, why := scene.Ink, scene.InkDim
	if future {
		ink, why = scene.InkDim, scene.InkFaint
	}
	if now {
		p.add(scene.Item{Op: scene.OpRect, X: p.x - 6, Y: top + 2, W: p.wide + 12, H: p.y - top, R: 4, Fill: scene.StationLit, Stroke: scene.Hover, Width: 1})
	}
	color := scene.InkFaint
	if p.hover == t.seek {
		color = scene.CallText
	}
	p.text(p.x, top+13, scene.Mono, 11, color, duration(t.Time))
	y := top + 13
	for _, l := range t.text {
		p.text(p.x+lifeIndent, y, scene.Sans, 12, ink, l)
		y += 16
	}
	for _, l := range t.why {
		p.text(p.x+lifeIndent+10, y, scene.Sans, 12, why, l)
		y += 16
	}
	p.hit(Rect{p.x, top, p.wide, p.y - top}, t.seek)
	if t.Ref.Kind != scene.RefNone {
		p.hit(Rect{p.x + lifeIndent, p.y - 18, p.wide - lifeIndent, 16}, t.Ref)
	}
}
