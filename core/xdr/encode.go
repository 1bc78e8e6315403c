package xdr

// Encoder appends XDR to B. The zero Encoder is ready for use; setting B to a buffer's [:0] reuses that buffer.
type Encoder struct{ B []byte }

// Len is the number of bytes in B.
func (e *Encoder) Len() int { return len(e.B) }

// Uint32 appends an unsigned int, an enum or the discriminant of a union.
//
//go:noinline
func (e *Encoder) Uint32(v uint32) { e.B = AppendWord(e.B, v) }

// Int32 appends an int.
func (e *Encoder) Int32(v int32) { e.Uint32(uint32(v)) }

// Uint64 appends an unsigned hyper.
//
//go:noinline
func (e *Encoder) Uint64(v uint64) { e.B = AppendWord(AppendWord(e.B, uint32(v>>32)), uint32(v)) }

// Bool appends 1 or 0.
//
//go:noinline
func (e *Encoder) Bool(v bool) {
	if v {
		e.Uint32(1)
		return
	}
	e.Uint32(0)
}

// Opaque appends a variable-length opaque: length, bytes, zero padding.
//
//go:noinline
func (e *Encoder) Opaque(b []byte) {
	e.Uint32(uint32(len(b)))
	e.FixedOpaque(b)
}

// FixedOpaque appends bytes whose number both ends know, and zero padding.
//
//go:noinline
func (e *Encoder) FixedOpaque(b []byte) {
	e.B = append(e.B, b...)
	e.pad(len(b))
}

// String appends a string: like Opaque.
//
//go:noinline
func (e *Encoder) String(s string) {
	e.Uint32(uint32(len(s)))
	e.B = append(e.B, s...)
	e.pad(len(s))
}

// Put overwrites the unit at byte off of B, for a length that is known only afterwards.
func (e *Encoder) Put(off int, v uint32) { PutWord(e.B[off:], v) }

func (e *Encoder) pad(n int) {
	const zeros = "\x00\x00\x00"
	e.B = append(e.B, zeros[:Pad(n)]...)
}

// Pad is the number of bytes that fill n bytes up to a multiple of four.
func Pad(n int) int { return -n & 3 }
