package scene

import (
	"sunscope/core/story"
	"sunscope/core/xdr"
	"sunscope/viz/scene/face"
)

// InspectInto draws an inspection as a panel of its own, w wide and at most h high, into l: title, fields with their
// sources, the last event, the bytes with the fields that they belong to, and what happened before. The native viewer
// shows it; a page has its own. scroll is how far it is scrolled; the returned height is that of everything, so that
// the viewer knows how far it can be. field is the index in Fields of the one that is pointed at, or -1.
func InspectInto(l *List, in *Inspection, w, h, scroll float32, field int, lang string) (height float32) {
	l.W, l.H, l.BackKey = w, h, 0
	l.Back, l.Front, l.Hits, l.Said, l.Places = l.Back[:0], l.Front[:0], l.Hits[:0], l.Said[:0], l.Places[:0]
	c := &l.scratch
	c.buf, c.fixes, c.pts = c.buf[:0], c.fixes[:0], c.pts[:0]
	b := &c.b
	*b = builder{l: l, v: &View{W: w, H: h, Lang: lang}, tr: labelsOf(lang)}
	b.fill(box{0, 0, w, h}, 0, Panel)
	p := &sheet{b: b, in: in, x: padding, y: padding - scroll, width: w - 2*padding, height: h}
	p.top()
	p.rows()
	p.last()
	p.hex(field)
	p.ways()
	p.life()
	l.resolve()
	*b = builder{}
	return p.y + scroll + padding
}

// sheet writes down a page, line after line. What lies above or below the visible part takes room and draws nothing.
type sheet struct {
	b           *builder
	in          *Inspection
	x, y, width float32
	height      float32
}

// line says whether a line of height h at the pen is on the page, and moves the pen past it.
func (p *sheet) line(h float32) (y float32, visible bool) {
	y = p.y
	p.y += h
	return y, y+h > 0 && y < p.height
}

// text writes a paragraph, broken into lines.
func (p *sheet) text(t style, s string, x, width, pitch float32) {
	for s != "" {
		n := breakAt(t, s, width)
		if y, ok := p.line(pitch); ok {
			p.b.text(x, y+pitch*0.72, t, s[:n])
		}
		for s = s[n:]; s != "" && s[0] == ' '; {
			s = s[1:]
		}
	}
}

// breakAt is how much of s goes on a line: up to the last space that fits; else, as in a long name or in Chinese, up to
// the last character that fits.
func breakAt(t style, s string, width float32) int {
	n := face.Fit(t.font, t.size, s, width)
	if n == len(s) {
		return n
	}
	for i := n; i > n/2; i-- {
		if s[i] == ' ' {
			return i
		}
	}
	if n == 0 {
		for n = 1; n < len(s) && s[n]&0xC0 == 0x80; {
			n++
		}
	}
	return n
}

func (p *sheet) top() {
	p.text(style{SansBold, 15, Ink, Left}, p.in.Title, p.x, p.width, 21)
	if p.in.About != "" {
		p.text(style{Sans, 12.5, InkDim, Left}, p.in.About, p.x, p.width, 17)
	}
	p.y += 8
}

const labelColumn = 108

// rows writes the fields: an inferred one is marked and followed by its rule.
func (p *sheet) rows() {
	for i := range p.in.Rows {
		r := &p.in.Rows[i]
		y, ok := p.y, p.y > -17 && p.y < p.height
		if ok {
			n := face.Fit(plain.font, plain.size, r.Label, labelColumn-8)
			p.b.text(p.x, y+12, plain, r.Label[:n])
			if r.Ref != (Ref{}) {
				p.b.hit(box{p.x, y, p.width, 16}, r.Ref)
			}
		}
		v, x := mono, p.x+labelColumn
		if r.How == story.Inferred {
			if ok {
				p.b.text(x-10, y+12, mono.in(Inferred), "≈")
			}
		}
		if r.Value == "" {
			p.y += 16
		}
		p.text(v, r.Value, x, p.width-labelColumn, 16)
		if r.Rule != "" {
			p.text(style{Sans, small, InkFaint, Left}, r.Rule, x, p.width-labelColumn, 14)
		}
	}
	p.y += 8
}

func (p *sheet) last() {
	if p.in.Last == "" {
		return
	}
	p.text(monoDim, trimLeft(p.in.Last), p.x, p.width, 15)
	p.y += 8
}

func trimLeft(s string) string {
	for s != "" && s[0] == ' ' {
		s = s[1:]
	}
	return s
}

const (
	hexColumn = 2*6.6 + 4 // of a byte
	hexRows   = 64        // at most: the rest of a long packet is its data
)

// hex writes the bytes, sixteen a line or as many as fit, the pointed field's on its own ground; and then the fields.
func (p *sheet) hex(field int) {
	bytes := p.in.Bytes
	if len(bytes) == 0 {
		return
	}
	per := 16
	for per > 4 && float32(per)*hexColumn+40 > p.width {
		per -= 4
	}
	from, to := 0, 0
	if field >= 0 && field < len(p.in.Fields) {
		from, to = p.in.Fields[field].Off, p.in.Fields[field].Off+p.in.Fields[field].Len
	}
	for at := 0; at < len(bytes) && at < hexRows*per; at += per {
		y, ok := p.line(16)
		if ok {
			p.hexLine(y, bytes, at, min(per, len(bytes)-at), from, to)
		}
	}
	p.y += 8
	for i := range p.in.Fields {
		p.field(i, i == field)
	}
	p.y += 8
}

func (p *sheet) hexLine(y float32, bytes []byte, at, n, from, to int) {
	b := p.b
	b.say().s("0000"[:max(0, 4-digits(at))])
	b.n(at).put(p.x, y+12, mono.in(InkFaint))
	for i := range n {
		x := p.x + 40 + float32(i)*hexColumn
		t := mono
		if o := at + i; o >= from && o < to {
			b.fill(box{x - 2, y, hexColumn, 16}, 0, Call)
			t = t.in(OnMessage)
		}
		by := bytes[at+i]
		b.say()
		b.l.scratch.buf = append(b.l.scratch.buf, "0123456789abcdef"[by>>4], "0123456789abcdef"[by&15])
		b.put(x, y+12, t)
		b.hit(box{x - 2, y, hexColumn, 16}, Ref{Kind: RefField, Num: int64(fieldOf(p.in.Fields, at+i))})
	}
}

func digits(n int) int {
	d := 1
	for n >= 10 {
		n /= 10
		d++
	}
	return d
}

// fieldOf is the innermost field that byte off belongs to, -1 without.
func fieldOf(fields []xdr.Field, off int) int {
	best := -1
	for i := range fields {
		if f := &fields[i]; off >= f.Off && off < f.Off+f.Len && (best < 0 || f.Depth >= fields[best].Depth) {
			best = i
		}
	}
	return best
}

func (p *sheet) field(i int, pointed bool) {
	f := &p.in.Fields[i]
	y, ok := p.line(15)
	if !ok {
		return
	}
	b := p.b
	if pointed {
		b.fill(box{p.x - 4, y, p.width + 8, 15}, 3, Inset)
	}
	x := p.x + float32(f.Depth)*10
	w := b.say().s(f.Name).put(x, y+11, plainInk)
	if f.Value != "" {
		b.say().s(f.Value).fit(mono, p.x+p.width-x-w-10).put(x+w+10, y+11, mono)
	}
	b.hit(box{p.x, y, p.width, 15}, Ref{Kind: RefField, Num: int64(i)})
}

func (p *sheet) ways() {
	for i := range p.in.Ways {
		w := &p.in.Ways[i]
		if y, ok := p.line(16); ok {
			p.b.text(p.x, y+12, boldWord, "→ "+w.To.String())
			p.b.hit(box{p.x, y, p.width, 16}, Ref{Kind: RefState, Num: int64(w.To)})
		}
		p.text(plain, w.When, p.x+14, p.width-14, 15)
		p.y += 3
	}
}

// life writes what happened to the task, the latest first.
func (p *sheet) life() {
	for i := len(p.in.Story) - 1; i >= 0; i-- {
		line := &p.in.Story[i]
		if y := p.y; y > -17 && y < p.height {
			p.b.say()
			p.b.l.scratch.buf = appendMillis(p.b.l.scratch.buf, line.Time)
			p.b.put(p.x, y+12, mono.in(InkFaint))
			p.b.hit(box{p.x, y, p.width, 16}, Ref{Kind: RefEvent, Num: int64(line.Ordinal)})
		}
		p.text(plainInk, line.Text, p.x+labelColumn-14, p.width-labelColumn+14, 16)
	}
}
