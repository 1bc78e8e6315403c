package desk

import (
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// breakable is what the panel of faults shows. It costs a millisecond to find out, so that while the run plays that is not
// done in every frame.
type breakable struct {
	run, instant int
	of           scene.Ref
	title        string
	found        time.Duration // on the window's clock
	here, world  []stage.Break
	knobs        []stage.Knob
}

const breakableEvery = 250 * time.Millisecond

// breakable is what can be broken now.
func (d *Desk) breakable() *breakable {
	b, p := &d.dock.found, d.Player
	fits := b.run == p.RunID() && b.of == p.Selected() && b.knobs != nil
	if fits && (b.instant == p.Instant() || p.Playing() && d.wall < b.found+breakableEvery) {
		return b
	}
	*b = breakable{run: p.RunID(), instant: p.Instant(), of: p.Selected(), found: d.wall, world: p.Faults(scene.Ref{}), knobs: p.Knobs()}
	if b.of.Kind != scene.RefNone {
		b.here, b.title = p.Faults(b.of), p.Inspection().Title
	}
	return b
}

// faults is the panel of what can be changed in a run: things that go wrong from now on, and knobs.
func (p *page) faults() {
	if !p.mayChange() {
		return
	}
	p.making()
	b := p.d.breakable()
	if len(b.here) > 0 {
		p.heading(p.d.either("What can happen to ", "可以让它出错：") + b.title)
		p.breaks(b.here, b.instant)
	}
	p.heading(p.d.either("What can go wrong now", "现在可以发生的故障"))
	p.breaks(b.world, b.instant)
	p.heading(p.d.either("Knobs", "参数"))
	for i := range b.knobs {
		p.knob(&b.knobs[i])
	}
}

// mayChange reports whether what is played can be changed; if not, the panel says why.
func (p *page) mayChange() bool {
	if p.d.Player.Source().Kind == stage.Simulation {
		return true
	}
	p.paragraph(scene.Sans, 13.5, scene.Ink, p.d.either("A recording is what a real kernel has done: nothing in it can be changed. A scenario can be broken in every way.",
		"记录是真实内核做过的事，不能变动。场景可以任意破坏。"))
	p.option("show-scenarios", p.d.either("Choose a scenario (o)", "选择场景（o）"))
	return false
}

// making says how far a fork has come that is being made.
func (p *page) making() {
	n := p.d.Player.Making()
	if n == 0 {
		return
	}
	p.paragraph(scene.SansBold, 13, scene.Ink, p.d.either("The fork is being made: ", "正在生成分叉：")+strconv.Itoa(n)+" %")
	p.add(scene.Item{Op: scene.OpRect, X: p.x, Y: p.y, W: p.wide, H: 6, R: 3, Fill: scene.Rail})
	p.add(scene.Item{Op: scene.OpRect, X: p.x, Y: p.y, W: max(6, p.wide*float32(n)/100), H: 6, R: 3, Fill: scene.Call})
	p.y += 14
}

// breaks are lines of things that can go wrong, as they were found at an instant.
func (p *page) breaks(list []stage.Break, instant int) {
	p.y += 3
	for i := range list {
		b := &list[i]
		text := capital(p.d.either(b.En, b.Zh))
		args := b.Args()
		if b.At == max(instant, 0) {
			delete(args, "at") // whenever the line is pressed
		}
		if b.At < instant {
			text += p.d.either(" (earlier: at event ", "（更早：第 ") + strconv.Itoa(b.At+1) + p.d.either(")", " 个事件）")
		}
		p.option(line("fault", args), text)
	}
}

// knob is a setting with the values that it can have.
func (p *page) knob(k *stage.Knob) {
	p.y += 4
	p.text(p.x, p.y+13, scene.MonoBold, 12.5, scene.Ink, k.Name)
	if k.Value != k.Was {
		x := p.x + face.Advance(scene.MonoBold, 12.5, k.Name) + 12
		p.text(x, p.y+13, scene.Sans, 12, scene.CallbackText, p.d.either("was ", "原为 ")+k.Was)
	}
	p.y += 18
	help := p.d.either(k.En, k.Zh)
	if k.FromStart {
		help += p.d.either("; from the beginning of a run", "；从运行开头起")
	}
	for _, l := range prose.Wrap(scene.Sans, 12.5, help, p.wide) {
		p.text(p.x, p.y+12, scene.Sans, 12.5, scene.InkDim, l)
		p.y += 17
	}
	p.y += 3
	values := k.Choices
	if values == nil {
		values = k.Try
	}
	c := p.chips()
	shown := false
	for _, v := range values {
		c.add(line("knob", stage.Args{"name": k.Name, "value": v}), v, v == k.Value)
		shown = shown || v == k.Value
	}
	if !shown {
		c.add(line("knob", stage.Args{"name": k.Name, "value": k.Value}), k.Value, true)
	}
	if k.Choices == nil {
		c.add(line("ask-knob", stage.Args{"name": k.Name}), "…", false)
	}
	c.end()
}

// askKnob lets a value be typed.
func (d *Desk) askKnob(a stage.Args) error {
	for _, k := range d.Player.Knobs() {
		if k.Name == a["name"] {
			d.prompt(k.Name+": "+d.either(k.En, k.Zh), k.Want, "knob", stage.Args{"name": k.Name}, "value")
		}
	}
	return nil
}

// prompt asks for one argument of a command. want says what it may be.
func (d *Desk) prompt(title, want, id string, args stage.Args, name string) {
	d.openChooser(&chooser{title: title, hint: want, fill: func(query string) []choice {
		if query = strings.TrimSpace(query); query == "" {
			return nil
		}
		with := stage.Args{name: query}
		for k, v := range args {
			with[k] = v
		}
		return []choice{{label: id + " " + name + "=" + query, detail: want, line: line(id, with)}}
	}})
}

// runs is the panel of the runs that were made: to switch, to compare, to forget.
func (p *page) runs() {
	player := p.d.Player
	if !p.mayChange() {
		return
	}
	p.making()
	list := player.Runs()
	if len(list) < 2 {
		p.paragraph(scene.Sans, 13, scene.InkDim, p.d.either("This is the only run so far. Whatever you break (k) makes another one, which shares everything that came before.",
			"目前只有这一次运行。注入故障（k）会生成另一次运行，之前的部分与它相同。"))
	}
	for i := range list {
		p.run(&list[i])
	}
	id, d := player.Compared()
	if id == 0 {
		return
	}
	p.heading(p.d.either("Compared with run ", "与运行比较：") + strconv.Itoa(id))
	if d.Same {
		p.paragraph(scene.Sans, 13, scene.Ink, p.d.either("The two never part: every event is the same.", "两次运行没有不同的事件。"))
		return
	}
	p.option("diverge", p.d.either("To the first event that differs: ", "到第一个不同的事件：")+strconv.Itoa(d.This+1))
	p.differs(p.d.either("this run", "这次运行"), d.ThisText)
	p.differs(p.d.either("run ", "运行 ")+strconv.Itoa(id), d.OtherText)
}

func (p *page) differs(who, text string) {
	if text == "" {
		text = p.d.either("has ended", "已结束")
	}
	p.text(p.x, p.y+13, scene.SansBold, 12, scene.InkDim, who)
	p.y += 18
	for _, l := range prose.Wrap(scene.Mono, 11.5, strings.TrimSpace(text), p.wide-10) {
		p.text(p.x+10, p.y+12, scene.Mono, 11.5, scene.Ink, l)
		p.y += 16
	}
	p.y += 6
}

// run is one of them, with what can be done with it.
func (p *page) run(r *stage.Run) {
	top := p.y
	title := strconv.Itoa(r.ID) + "  " + r.Title
	lines := prose.Wrap(scene.SansBold, 13, title, p.wide-28)
	h := float32(len(lines))*18 + 62
	body := scene.Item{Op: scene.OpRect, X: p.x, Y: top, W: p.wide, H: h, R: 7, Fill: scene.Inset, Stroke: scene.InsetEdge, Width: 1}
	if r.Current {
		body.Fill, body.Stroke, body.Width = scene.StationLit, scene.Focus, 2
	}
	p.add(body)
	for i, l := range lines {
		p.text(p.x+12, top+20+float32(i)*18, scene.SansBold, 13, scene.Ink, l)
	}
	y := top + 8 + float32(len(lines))*18
	about := strconv.Itoa(r.Events) + p.d.either(" events", " 个事件")
	if r.Parent > 0 {
		about += p.d.either(", forked from run ", "，分叉自运行 ") + strconv.Itoa(r.Parent)
	}
	if r.Ended != "" {
		about += "; " + r.Ended
	}
	p.text(p.x+12, y+14, scene.Sans, 12, scene.InkDim, fit(scene.Sans, 12, about, p.wide-24))
	y += 22
	x := p.x + 12
	id := strconv.Itoa(r.ID)
	button := func(line, text string) {
		w := face.Advance(scene.SansBold, 12.5, text) + 20
		ink := p.button(Rect{x, y, w, 25}, act(line), false)
		p.text(x+10, y+17, scene.SansBold, 12.5, ink, text)
		x += w + 6
	}
	switch {
	case r.Current:
		p.text(x, y+17, scene.Sans, 12.5, scene.CallText, p.d.either("is shown", "正在显示"))
	case r.Compared:
		button("run id="+id, p.d.either("Show", "显示"))
		button("compare id=off", p.d.either("Compare no more", "不再比较"))
	default:
		button("run id="+id, p.d.either("Show", "显示"))
		button("compare id="+id, p.d.either("Compare", "比较"))
	}
	if !r.Current {
		p.cross(Rect{p.x + p.wide - 36, y, 26, 25}, "run-drop id="+id)
	}
	p.y = top + h + 8
}
