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
		line := l.Line(i)
		if i == now {
			p.nowY = p.y
		}
		p.lifeLine(&line, i == now, i > now)
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

func (p *page) lifeLine(e *scene.Line, now, future bool) {
	top := p.y
	ref := act("seek instant=" + strconv.Itoa(e.Ordinal))
	ink, why := scene.Ink, scene.InkDim
	if future {
		ink, why = scene.InkDim, scene.InkFaint
	}
	color := scene.InkFaint
	if p.hover == ref {
		color = scene.CallText
	}
	at := len(p.l.Front)
	p.add(scene.Item{Op: scene.OpRect}) // the ground of the present line, once its height is known
	p.y += 17
	p.text(p.x, p.y-4, scene.Mono, 11, color, duration(e.Time))
	indent := face.Advance(scene.Mono, 11, "888.888 ms ") + 2
	p.y -= 16
	p.told(indent, ink, e.Text)
	if e.Why != "" {
		if e.How == story.Inferred {
			p.told(indent+10, why, "≈ "+e.Why)
		} else {
			p.told(indent+10, why, e.Why)
		}
	}
	p.y += 2
	if now {
		p.l.Front[at] = scene.Item{Op: scene.OpRect, X: p.x - 6, Y: top + 2, W: p.wide + 12, H: p.y - top, R: 4, Fill: scene.StationLit, Stroke: scene.Hover, Width: 1, Alpha: 255}
	}
	p.hit(Rect{p.x, top, p.wide, p.y - top}, ref)
	if e.Ref.Kind != scene.RefNone {
		p.hit(Rect{p.x + indent, p.y - 18, p.wide - indent, 16}, e.Ref)
	}
}

// told sets a text, line after line.
func (p *page) told(indent float32, c scene.Color, text string) {
	for _, l := range prose.Wrap(scene.Sans, 12, text, p.wide-indent) {
		p.y += 16
		p.text(p.x+indent, p.y-4, scene.Sans, 12, c, l)
	}
}
