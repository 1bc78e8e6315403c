package xdr

import "strconv"

// Decoder reads XDR from a byte slice. After the first error every method returns zero values and reads nothing.
// Slices that it returns are parts of the input, not copies.
type Decoder struct {
	b      []byte
	off    int
	err    *Error
	odd    *Error
	rec    *[]Field
	base   int // recorded offsets count from base bytes before b
	depth  int
	groups [12]group // the innermost one at depth-1; no message that we know nests deeper
	deeper []group   // for those that do
}

// NewDecoder returns a decoder that stands at the first byte of b.
func NewDecoder(b []byte) *Decoder { return &Decoder{b: b} }

// Reset makes d stand at the first byte of another message: decoders are large, and a busy end needs only one.
func (d *Decoder) Reset(b []byte) {
	d.b, d.off, d.err, d.odd, d.rec, d.base, d.depth, d.deeper = b, 0, nil, nil, nil, 0, 0, nil
}

// Err is the first error, or nil. Its dynamic type is *Error.
//
//go:noinline
func (d *Decoder) Err() error {
	if d.err == nil {
		return nil
	}
	return d.err
}

// Odd tells of the first breach of RFC 4506 that was accepted (see the package comment), or nil.
func (d *Decoder) Odd() *Error { return d.odd }

// Off is the number of bytes read.
func (d *Decoder) Off() int { return d.off }

// Len is the number of bytes not read yet.
func (d *Decoder) Len() int { return len(d.b) - d.off }

// Rest is the bytes not read yet; it does not consume them.
func (d *Decoder) Rest() []byte { return d.b[d.off:] }

// Fail makes the decoder fail at field name, which begins at byte off. It is for callers that understand more than XDR
// does: a discriminant without an arm, a version that nobody speaks. An earlier error is kept.
//
//go:noinline
func (d *Decoder) Fail(name string, off int, want, have string) {
	if d.err == nil {
		d.err = &Error{Field: d.path(name), Off: off + d.base, Want: want, Have: have}
	}
}

// Uint32 reads an unsigned int.
func (d *Decoder) Uint32(name string) uint32 {
	v, off, ok := d.word(name)
	if ok && d.rec != nil {
		d.add(name, off, 4, strconv.FormatUint(uint64(v), 10))
	}
	return v
}

// Hex32 reads an unsigned int that people write in hexadecimal, such as an XID.
func (d *Decoder) Hex32(name string) uint32 {
	v, off, ok := d.word(name)
	if ok && d.rec != nil {
		d.add(name, off, 4, Hex(uint64(v), 8))
	}
	return v
}

// Enum reads an enum or a discriminant. A recording shows the value's name beside its number; "" from nameOf means that
// the value has none. The value is not checked.
func (d *Decoder) Enum(name string, nameOf func(uint32) string) uint32 {
	v, off, ok := d.word(name)
	if ok && d.rec != nil {
		text := strconv.FormatUint(uint64(v), 10)
		if s := nameOf(v); s != "" {
			text = s + " (" + text + ")"
		}
		d.add(name, off, 4, text)
	}
	return v
}

// Int32 reads an int.
func (d *Decoder) Int32(name string) int32 {
	v, off, ok := d.word(name)
	if ok && d.rec != nil {
		d.add(name, off, 4, strconv.FormatInt(int64(int32(v)), 10))
	}
	return int32(v)
}

// Uint64 reads an unsigned hyper.
func (d *Decoder) Uint64(name string) uint64 {
	off := d.off
	if !d.need(name, 8) {
		return 0
	}
	v := hyper(d.b[off:])
	d.off += 8
	if d.rec != nil {
		d.add(name, off, 8, strconv.FormatUint(v, 10))
	}
	return v
}

// Bool reads a bool. Any value but 0 is true.
func (d *Decoder) Bool(name string) bool {
	v, off, ok := d.word(name)
	if !ok {
		return false
	}
	if v > 1 {
		d.strange(name, off, "0 or 1", strconv.FormatUint(uint64(v), 10))
	}
	if d.rec != nil {
		text := strconv.FormatBool(v != 0)
		if v > 1 {
			text += " (" + strconv.FormatUint(uint64(v), 10) + ", RFC 4506 allows 0 and 1)"
		}
		d.add(name, off, 4, text)
	}
	return v != 0
}

// Count reads the number of elements of an array: at most max, and each at least size bytes long, so that a count that
// the remaining bytes cannot hold is refused before anything is allocated.
func (d *Decoder) Count(name string, max, size int) int {
	v, off, ok := d.word(name)
	if !ok {
		return 0
	}
	switch {
	case uint64(v) > uint64(max):
		d.Fail(name, off, "at most "+strconv.Itoa(max)+" elements", strconv.FormatUint(uint64(v), 10))
		d.off = off
		return 0
	case uint64(v)*uint64(size) > uint64(d.Len()):
		d.Fail(name, off, strconv.FormatUint(uint64(v), 10)+" elements of at least "+bytesText(size), bytesText(d.Len())+" left")
		d.off = off
		return 0
	}
	if d.rec != nil {
		d.add(name, off, 4, strconv.FormatUint(uint64(v), 10))
	}
	return int(v)
}

// Opaque reads a variable-length opaque of at most max bytes.
func (d *Decoder) Opaque(name string, max int) []byte {
	off, b, ok := d.variable(name, max)
	if ok && d.rec != nil {
		d.add(name, off, d.off-off, opaqueText(b))
	}
	return b
}

// String reads a string of at most max bytes. XDR strings are bytes: no encoding is demanded of them.
func (d *Decoder) String(name string, max int) string {
	off, b, ok := d.variable(name, max)
	if ok && d.rec != nil {
		d.add(name, off, d.off-off, strconv.Quote(string(b)))
	}
	return string(b)
}

// FixedOpaque reads n bytes and their padding.
func (d *Decoder) FixedOpaque(name string, n int) []byte {
	off := d.off
	b, ok := d.padded(name, off, n)
	if ok && d.rec != nil {
		d.add(name, off, d.off-off, opaqueText(b))
	}
	return b
}

// Skip reads n bytes that carry no meaning for the reader, without padding; the recording says why.
func (d *Decoder) Skip(name string, n int, why string) {
	off := d.off
	if !d.need(name, n) {
		return
	}
	d.off += n
	if d.rec != nil {
		d.add(name, off, n, why)
	}
}

func (d *Decoder) variable(name string, max int) (off int, b []byte, ok bool) {
	n, off, ok := d.word(name)
	if !ok {
		return off, nil, false
	}
	if uint64(n) > uint64(max) {
		d.Fail(name, off, "at most "+bytesText(max), strconv.FormatUint(uint64(n), 10))
		d.off = off
		return off, nil, false
	}
	b, ok = d.padded(name, off, int(n))
	if !ok {
		d.off = off
	}
	return off, b, ok
}

// padded reads n bytes and the padding after them, for a field that began at byte start.
func (d *Decoder) padded(name string, start, n int) ([]byte, bool) {
	if d.err != nil {
		return nil, false
	}
	if n < 0 || n > d.Len() || Pad(n) > d.Len()-n {
		want := bytesText(n)
		if p := Pad(n); p > 0 {
			want += " and " + strconv.Itoa(p) + " of padding"
		}
		d.Fail(name, start, want, bytesText(d.Len()))
		return nil, false
	}
	at := d.off
	end := at + n
	d.off = end + Pad(n)
	for _, c := range d.b[end:d.off] {
		if c != 0 {
			d.strange(name, end, zeroPadding, Hex(uint64(c), 2))
			break
		}
	}
	return d.b[at:end:end], true
}

func (d *Decoder) word(name string) (v uint32, off int, ok bool) {
	off = d.off
	if !d.need(name, 4) {
		return 0, off, false
	}
	d.off += 4
	return Word(d.b[off:]), off, true
}

// need reports whether n more bytes are there, and fails if not.
func (d *Decoder) need(name string, n int) bool {
	if d.err != nil {
		return false
	}
	if n >= 0 && n <= d.Len() {
		return true
	}
	d.Fail(name, d.off, bytesText(n), bytesText(d.Len()))
	return false
}

//go:noinline
func (d *Decoder) strange(name string, off int, want, have string) {
	if d.odd == nil {
		d.odd = &Error{Field: d.path(name), Off: off + d.base, Want: want, Have: have}
	}
}
