package xdr

import "strconv"

// Error says which field could not be read, where, what was expected and what was found.
type Error struct {
	Field string // with the groups around it: call/cred/body
	Off   int    // of the field's first byte
	Want  string
	Have  string
}

func (e *Error) Error() string {
	return e.Field + " at byte " + strconv.Itoa(e.Off) + ": expected " + e.Want + ", found " + e.Have
}

// Hex is v as 0x and at least digits hexadecimal digits.
func Hex(v uint64, digits int) string {
	b := make([]byte, 0, 18)
	b = append(b, '0', 'x')
	s := strconv.FormatUint(v, 16)
	for range digits - len(s) {
		b = append(b, '0')
	}
	return string(append(b, s...))
}

//go:noinline
func bytesText(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return strconv.Itoa(n) + " bytes"
}

// opaqueText shows short byte strings in full and says of long ones only how long they are.
func opaqueText(b []byte) string {
	const full = 64
	const digits = "0123456789abcdef"
	if len(b) == 0 {
		return "empty"
	}
	if len(b) > full {
		return bytesText(len(b))
	}
	s := make([]byte, 0, 2*len(b))
	for _, c := range b {
		s = append(s, digits[c>>4], digits[c&15])
	}
	return string(s)
}
