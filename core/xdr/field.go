package xdr

import "strings"

// Field is one field of a message that was taken apart: what it is called, which bytes are its own (length word and
// padding included), what they mean and which section of an RFC defines it. A group (a structure, a record) comes
// before its members, which are one Depth deeper and lie inside its span.
type Field struct {
	Name     string
	Off, Len int
	Value    string // as people read it; "" for a group that has nothing to say itself
	Ref      string // "RFC 5531 §9"
	Depth    int
}

type group struct {
	name, ref string
	at        int // index of the group's Field, when recording
}

// Record makes the decoder append a Field to *to for everything it reads from now on. Recording costs allocations;
// a decoder that does not record makes none.
func (d *Decoder) Record(to *[]Field) { d.rec = to }

// Recording reports whether fields are recorded, for callers that would build text in vain.
func (d *Decoder) Recording() bool { return d.rec != nil }

// Base makes recorded offsets, and those in errors, count from n bytes before the decoder's input: the message stands
// n bytes inside a packet.
func (d *Decoder) Base(n int) { d.base = n }

// Say replaces the value of the field recorded last, by somebody who knows better what it means.
func (d *Decoder) Say(value string) {
	if d.err == nil && d.rec != nil && len(*d.rec) > 0 {
		(*d.rec)[len(*d.rec)-1].Value = value
	}
}

// Group opens a structure. Fields read until the matching End are its members; ref is the RFC section that defines
// them, "" for that of the group around.
func (d *Decoder) Group(name, ref string) {
	if ref == "" {
		ref = d.ref()
	}
	g := group{name: name, ref: ref, at: -1}
	if d.rec != nil && d.err == nil {
		g.at = len(*d.rec)
		*d.rec = append(*d.rec, Field{Name: name, Off: d.off + d.base, Ref: ref, Depth: d.depth})
	}
	if d.depth < len(d.groups) {
		d.groups[d.depth] = g
	} else {
		d.deeper = append(d.deeper[:d.depth-len(d.groups)], g)
	}
	d.depth++
}

// End closes the group opened last.
//
//go:noinline
func (d *Decoder) End() { d.EndSay("") }

// EndSay is End, and gives the group a value.
func (d *Decoder) EndSay(value string) {
	if d.depth == 0 {
		return
	}
	d.depth--
	g := d.group(d.depth)
	if g.at < 0 || d.rec == nil {
		return
	}
	f := &(*d.rec)[g.at]
	f.Len = d.off + d.base - f.Off
	if value != "" && d.err == nil {
		f.Value = value
	}
}

// Tolerate lets read loose on the next n bytes only. Whatever goes wrong in there stays in there: what read left over
// is recorded as a field "undecoded" that says why, and the decoder goes on after the n bytes. It returns read's error.
// It is for taking messages apart to show them; whoever acts on a message wants the error to stick.
func (d *Decoder) Tolerate(n int, read func(*Decoder)) error {
	if d.err != nil {
		return d.err
	}
	n = min(n, d.Len())
	all, end, depth := d.b, d.off+n, d.depth
	d.b = d.b[:end]
	read(d)
	err, why := d.Err(), "nothing is defined here"
	if err != nil {
		why = err.Error()
	}
	d.err = nil
	for d.depth > depth {
		d.End()
	}
	if left := end - d.off; left > 0 {
		d.Skip("undecoded", left, bytesText(left)+": "+why)
	} else if err != nil && d.rec != nil {
		d.add("undecoded", d.off, 0, why)
	}
	d.b = all
	return err
}

// group is the one at depth i.
//
//go:noinline
func (d *Decoder) group(i int) *group {
	if i < len(d.groups) {
		return &d.groups[i]
	}
	return &d.deeper[i-len(d.groups)]
}

// ref is the section that defines the fields of the innermost group.
func (d *Decoder) ref() string {
	if d.depth == 0 {
		return ""
	}
	return d.group(d.depth - 1).ref
}

func (d *Decoder) add(name string, off, n int, value string) {
	if d.oddPadding(off + n) {
		value += " (padding is not zero)"
	}
	*d.rec = append(*d.rec, Field{Name: name, Off: off + d.base, Len: n, Value: value, Ref: d.ref(), Depth: d.depth})
}

const zeroPadding = "zero padding"

// oddPadding reports whether the field that ends at byte end is one whose padding was found not to be zero.
func (d *Decoder) oddPadding(end int) bool {
	if d.odd == nil || d.odd.Want != zeroPadding {
		return false
	}
	at := d.odd.Off - d.base
	return at < end && end-at < 4
}

// path is the field's name behind those of the groups around it.
func (d *Decoder) path(name string) string {
	var b strings.Builder
	for i := range d.depth {
		b.WriteString(d.group(i).name)
		b.WriteByte('/')
	}
	b.WriteString(name)
	return b.String()
}
