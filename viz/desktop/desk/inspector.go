package desk

import (
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/core/xdr"
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// inspecting is the inspector: what is shown of the selected thing, and how far that is scrolled.
type inspecting struct {
	list   scene.List
	of     scene.Ref
	scroll scrolling
	most   float32
	field  int // that stood out when it was laid out last

	proc    bool // the tab /proc is shown
	hadProc bool // the /proc view was open when it was laid out last
	toNow   bool // scroll to the story's present line
	told    toldLines
}

func (d *Desk) inspecting() bool {
	return d.Player.Selected().Kind != scene.RefNone || d.Player.ProcOpen()
}

// page is the inspector's column under construction.
type page struct {
	*sheet
	d    *Desk
	w    *words
	x, y float32
	wide float32
	lit  int // the field that is pointed at; -1 is none
	litY float32
	nowY float32 // where the story's present line is
	from int     // its bytes, a group's with all that it holds
	to   int
}

const inspectorPad = 18

// layInspector lays out the fields of what is selected, with where they come from, its last event, and its bytes.
func (d *Desk) layInspector() *scene.List {
	r := d.areas.Below
	in := d.Player.Inspection()
	was := d.inspect.proc
	if d.inspect.follow(in.Ref, d.Player.ProcOpen()); d.inspect.of != in.Ref || was != d.inspect.proc {
		d.inspect.of, d.inspect.scroll = in.Ref, scrolling{}
	}
	s := d.begin(&d.inspect.list, r)
	s.fill(Rect{0, 0, r.W, r.H}, scene.Panel)
	p := page{sheet: &s, d: d, w: d.words(), x: inspectorPad, y: 46 - d.inspect.scroll.at, wide: r.W - 2*inspectorPad, lit: d.litField()}
	if d.inspect.proc {
		in.Title = p.w.procTitle
		p.files(d.Player.Proc())
	} else {
		p.inspection(&in)
	}
	d.inspect.most = max(0, p.y+d.inspect.scroll.at+inspectorPad-r.H)
	if d.inspect.scroll.at > d.inspect.most { // the window has grown, or what is shown has shrunk
		d.inspect.scroll.at = d.inspect.most
		return d.layInspector()
	}
	p.head(r, in.Title)
	s.scrollMark(r, d.inspect.scroll.at, d.inspect.most)
	if d.inspect.toNow {
		d.inspect.toNow = false
		if p.nowY != 0 {
			d.inspect.scroll.at = max(0, min(d.inspect.scroll.at+p.nowY-r.H/2, d.inspect.most))
			return d.layInspector()
		}
	}
	if n := d.Player.Field(); n != d.inspect.field { // chosen by a key: scroll to where it is
		d.inspect.field = n
		if n >= 0 && n == p.lit && (p.litY < 56 || p.litY > r.H-30) {
			d.inspect.scroll.at = max(0, min(d.inspect.scroll.at+p.litY-r.H/2, d.inspect.most))
			return d.layInspector()
		}
	}
	return &d.inspect.list
}

// inspection is everything about what is selected.
func (p *page) inspection(in *scene.Inspection) {
	if in.Ref.Kind == scene.RefNone {
		in.Title = p.w.inspector
		p.paragraph(scene.Sans, 13, scene.InkDim, p.w.nothing)
		return
	}
	p.paragraph(scene.Sans, 13, scene.InkDim, in.About)
	life := p.d.Player.Life()
	p.spent(life)
	p.rows(in.Rows)
	p.event(in.Last)
	p.ways(in.Ways)
	p.octets(in)
	p.life(life)
}

// head is the title, over what is scrolled away below it.
func (p *page) head(r Rect, title string) {
	p.fill(Rect{0, 0, r.W, 38}, scene.Panel)
	p.hit(Rect{0, 0, r.W, 38}, scene.Ref{})
	p.fill(Rect{0, 0, r.W, 2}, scene.Focus)
	p.line(scene.PanelEdge, 1, pt(r.W-0.5, 0), pt(r.W-0.5, r.H))
	left := p.tabs(r)
	p.text(p.x, 26, scene.SansBold, 16, scene.Ink, fit(scene.SansBold, 16, title, left-p.x-8))
	x := Rect{r.W - inspectorPad - 26, 8, 26, 24}
	closes := "deselect"
	if p.d.inspect.proc || p.d.Player.Selected().Kind == scene.RefNone {
		closes = "proc"
	}
	ink := p.button(x, act(closes), false)
	p.line(ink, 1.5, pt(x.X+8, x.Y+7), pt(x.X+18, x.Y+17))
	p.line(ink, 1.5, pt(x.X+8, x.Y+17), pt(x.X+18, x.Y+7))
}

func (p *page) paragraph(font scene.Font, size float32, c scene.Color, text string) {
	if text == "" {
		return
	}
	for _, l := range prose.Wrap(font, size, text, p.wide) {
		p.y += size * 1.4
		p.text(p.x, p.y-size*0.35, font, size, c, l)
	}
	p.y += 8
}

func (p *page) heading(text string) {
	p.y += 24
	p.text(p.x, p.y-6, scene.SansBold, 12.5, scene.InkDim, text)
}

// rows are the fields. What is inferred has a dashed line under it and the reasoning below.
func (p *page) rows(rows []scene.Row) {
	label := float32(0)
	for _, r := range rows {
		label = max(label, face.Advance(scene.Sans, 12.5, r.Label))
	}
	label = min(label+14, p.wide*0.45)
	for i := range rows {
		p.row(&rows[i], label)
	}
}

func (p *page) row(r *scene.Row, label float32) {
	const size, height = 12.5, 18
	top := p.y
	p.text(p.x, p.y+13, scene.Sans, size, scene.InkDim, fit(scene.Sans, size, r.Label, label-8))
	color := scene.Ink
	if r.How == story.Unknown {
		color = scene.InkFaint
	}
	if r.Ref.Kind != scene.RefNone {
		color = scene.CallText
	}
	width := float32(0)
	for _, l := range prose.Wrap(scene.Mono, size-0.5, r.Value, p.wide-label) {
		width = max(width, p.text(p.x+label, p.y+13, scene.Mono, size-0.5, color, l))
		p.y += height
	}
	p.y = max(p.y, top+height)
	if r.Ref.Kind != scene.RefNone {
		p.hit(Rect{p.x + label, top, p.wide - label, p.y - top}, r.Ref)
		if p.hover == r.Ref {
			p.line(scene.Hover, 1.5, pt(p.x+label, p.y-1.5), pt(p.x+label+width, p.y-1.5))
		}
	}
	if r.How == story.Inferred {
		p.add(scene.Item{Op: scene.OpLine, Stroke: scene.Inferred, Width: 1, Dash: 3, Pts: []scene.Point{pt(p.x+label, p.y-1.5), pt(p.x+label+width, p.y-1.5)}})
		for _, l := range prose.Wrap(scene.Sans, 11.5, p.w.inferred+": "+r.Rule, p.wide-label) {
			p.text(p.x+label, p.y+12, scene.Sans, 11.5, scene.InkFaint, l)
			p.y += 15
		}
		p.y += 3
	}
}

// event is the last event about the thing, as the kernel prints it.
func (p *page) event(text string) {
	if text == "" {
		return
	}
	p.heading(p.w.lastEvent)
	lines := prose.Wrap(scene.Mono, 11.5, strings.TrimSpace(text), p.wide-20)
	p.card(Rect{p.x, p.y, p.wide, float32(len(lines))*17 + 12}, 6, scene.Inset, scene.NoColor)
	p.y += 6
	for _, l := range lines {
		p.text(p.x+10, p.y+12.5, scene.Mono, 11.5, scene.Ink, l)
		p.y += 17
	}
	p.y += 8
}

func (p *page) ways(ways []scene.Way) {
	if len(ways) == 0 {
		return
	}
	p.heading(p.w.ways)
	for _, w := range ways {
		p.y += 18
		p.hit(Rect{p.x, p.y - 18, p.wide, 18}, scene.Ref{Kind: scene.RefState, Num: int64(w.To)})
		end := p.x + p.text(p.x, p.y-5, scene.Mono, 12, scene.CallText, w.To.String())
		if w.Last {
			p.tri(scene.Hover, pt(p.x-11, p.y-13), pt(p.x-11, p.y-5), pt(p.x-4, p.y-9))
			p.text(end+10, p.y-5, scene.SansBold, 11.5, scene.Ink, p.w.takenLast)
		}
		p.indented(scene.InkDim, w.When)
	}
}

func (p *page) indented(c scene.Color, text string) {
	for _, l := range prose.Wrap(scene.Sans, 12, text, p.wide-14) {
		p.y += 16
		p.text(p.x+14, p.y-5, scene.Sans, 12, c, l)
	}
}

// litField is the field of the bytes that the pointer is on; without one the field that was chosen.
func (d *Desk) litField() int {
	id, args := parse(d.hover.ref.Name)
	if d.hover.ref.Kind != prose.Act || id != "field" {
		return d.Player.Field()
	}
	n, err := strconv.Atoi(args["n"])
	if err != nil {
		return -1
	}
	return n
}

// octets shows the bytes, and the fields that they belong to: pointing at either lights both.
func (p *page) octets(in *scene.Inspection) {
	if in.Ref.Kind != scene.RefPacket || len(in.Rows) == 0 { // a packet that is not on the wire has nothing to show
		return
	}
	if len(in.Bytes) == 0 {
		p.heading(p.w.bytes)
		p.paragraph(scene.Sans, 12.5, scene.InkDim, p.w.noByte)
		return
	}
	if p.lit >= 0 && p.lit < len(in.Fields) {
		f := &in.Fields[p.lit]
		p.from, p.to = f.Off, f.Off+f.Len
	}
	p.heading(p.w.bytes + " (" + strconv.Itoa(len(in.Bytes)) + ")")
	p.dump(in.Bytes, owners(in))
	p.y += 10
	for i := range in.Fields {
		p.field(i, &in.Fields[i])
	}
}

// owners says for each byte which field it belongs to: the innermost one.
func owners(in *scene.Inspection) []int {
	of := make([]int, len(in.Bytes))
	for i := range of {
		of[i] = -1
	}
	for i := range in.Fields {
		f := &in.Fields[i]
		for at := max(0, f.Off); at < min(f.Off+f.Len, len(of)); at++ {
			of[at] = i
		}
	}
	return of
}

const hexDigits = "0123456789abcdef"

func (p *page) dump(bytes []byte, of []int) {
	const size, height = 11.5, 17
	cell := face.Advance(scene.Mono, size, "00 ")
	offset := face.Advance(scene.Mono, size, "0000  ")
	per := 16
	if offset+16*cell > p.wide+4 {
		per = 8
	}
	for row := 0; row < len(bytes); row += per {
		if n := alike(of, row, per); n > 2 { // the data of a READ: two rows of it say as much as a thousand
			p.bytes(bytes, of, row, per, offset, cell)
			row += n * per
			p.text(p.x+offset, p.y+12, scene.Sans, size, scene.InkFaint, "… "+strconv.Itoa((n-1)*per)+" "+p.w.bytesMore)
			p.y += height
		}
		p.bytes(bytes, of, row, per, offset, cell)
	}
}

// alike counts the full rows after row that belong to the same field from end to end, as row itself does.
func alike(of []int, row, per int) int {
	n := 0
	for at := row; at+2*per <= len(of); at += per {
		for _, f := range of[at : at+2*per] {
			if f != of[row] {
				return n
			}
		}
		n++
	}
	return n
}

// bytes sets one row of them.
func (p *page) bytes(bytes []byte, of []int, row, per int, offset, cell float32) {
	const size, height = 11.5, 17
	p.text(p.x, p.y+13, scene.Mono, size, scene.InkFaint, hex16(row))
	for i := row; i < min(row+per, len(bytes)); i++ {
		at := Rect{p.x + offset + float32(i-row)*cell, p.y, cell, height}
		color := scene.Ink
		if of[i] >= 0 {
			if i >= p.from && i < p.to {
				p.fill(Rect{at.X - 2, at.Y, cell, height}, scene.Call)
				color = scene.OnMessage
			}
			p.hit(at, act("field n="+strconv.Itoa(of[i])))
		}
		p.text(at.X, p.y+13, scene.Mono, size, color, string([]byte{hexDigits[bytes[i]>>4], hexDigits[bytes[i]&15]}))
	}
	p.y += height
}

func hex16(v int) string {
	return string([]byte{hexDigits[v>>12&15], hexDigits[v>>8&15], hexDigits[v>>4&15], hexDigits[v&15]})
}

func (p *page) field(i int, f *xdr.Field) {
	const height = 18
	at := Rect{p.x - 6, p.y, p.wide + 12, height}
	name, value, ref := scene.InkDim, scene.Ink, scene.InkFaint
	if i == p.lit {
		p.litY = p.y
		p.add(scene.Item{Op: scene.OpRect, X: at.X, Y: at.Y, W: at.W, H: at.H, R: 4, Fill: scene.Call})
		name, value, ref = scene.OnMessage, scene.OnMessage, scene.OnMessage
	}
	p.hit(at, act("field n="+strconv.Itoa(i)))
	x := p.x + float32(f.Depth)*10
	x += p.text(x, p.y+13, scene.Sans, 12, name, f.Name) + 10
	right := p.x + p.wide
	if f.Value != "" {
		text := fit(scene.Mono, 11.5, f.Value, right-x)
		x += p.text(x, p.y+13, scene.Mono, 11.5, value, text) + 12
	}
	section := scene.Item{Op: scene.OpText, X: right, Y: p.y + 13, Font: scene.Sans, Size: 11, Align: scene.Right, Fill: ref, Text: f.Ref}
	switch room := right - x; {
	case face.Advance(scene.Sans, 11, f.Ref) <= room:
		p.add(section)
	case i == p.lit: // then it is worth a line of its own
		p.y += height - 2
		section.Y, section.Fill = p.y+13, scene.InkDim
		p.add(section)
	}
	p.y += height
}
