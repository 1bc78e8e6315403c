package scene

import (
	"strconv"

	"sunscope/core/time"
)

// appendMillis adds t in milliseconds with the microseconds behind the point, thousands of milliseconds as seconds.
func appendMillis(dst []byte, t time.Duration) []byte {
	if t < 0 {
		dst, t = append(dst, '-'), -t
	}
	us := int64(t / time.Microsecond)
	if us >= 100_000_000 {
		return append(appendPoint(dst, us/1000), " s"...)
	}
	return append(appendPoint(dst, us), " ms"...)
}

// appendPoint adds v thousandths.
func appendPoint(dst []byte, v int64) []byte {
	dst = strconv.AppendInt(dst, v/1000, 10)
	f := v % 1000
	return append(dst, '.', byte('0'+f/100), byte('0'+f/10%10), byte('0'+f%10))
}

// appendDuration adds a length of time with about two digits behind the point, in the unit that suits it.
func appendDuration(dst []byte, t time.Duration) []byte {
	if t < 0 {
		dst, t = append(dst, '-'), -t
	}
	switch {
	case t < time.Microsecond:
		return append(strconv.AppendInt(dst, int64(t), 10), " ns"...)
	case t < time.Millisecond:
		return append(strconv.AppendInt(dst, int64(t/time.Microsecond), 10), " µs"...)
	case t < time.Second:
		return append(appendTenths(dst, int64(t/(10*time.Microsecond))), " ms"...)
	}
	return append(appendTenths(dst, int64(t/(10*time.Millisecond))), " s"...)
}

// appendTenths adds v hundredths, with two digits behind the point below ten and one above.
func appendTenths(dst []byte, v int64) []byte {
	dst = append(strconv.AppendInt(dst, v/100, 10), '.')
	dst = append(dst, byte('0'+v%100/10))
	if v < 1000 {
		dst = append(dst, byte('0'+v%10))
	}
	return dst
}
