package xdr

// These do what encoding/binary does. That package brings reflect along, which weighs in WebAssembly; the compiler makes
// single instructions of these too.

// Word is the unit at the start of b, which must have four bytes.
func Word(b []byte) uint32 {
	_ = b[3]
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// PutWord writes v over the first four bytes of b.
func PutWord(b []byte, v uint32) {
	_ = b[3]
	b[0], b[1], b[2], b[3] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
}

// AppendWord appends v as a unit.
func AppendWord(b []byte, v uint32) []byte {
	return append(b, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func hyper(b []byte) uint64 { return uint64(Word(b))<<32 | uint64(Word(b[4:])) }
