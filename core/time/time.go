// Package time is the simulation's time: a [Duration] counts virtual nanoseconds, and nothing here knows what time it
// is. It stands where Go's package time would, under the same names, for two reasons: a core that cannot import a clock
// cannot read one, and Go's package brings its clocks, zones and settings into a program that only counts, which is
// 33 KB of the engine's module.
package time

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// Duration is a length of virtual time in nanoseconds; a point in time is the Duration since the simulation's start.
type Duration int64

// The units.
const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

// Microseconds is the number of whole microseconds.
func (d Duration) Microseconds() int64 { return int64(d / Microsecond) }

// Milliseconds is the number of whole milliseconds.
func (d Duration) Milliseconds() int64 { return int64(d / Millisecond) }

// Seconds is for pictures: the simulation decides nothing by it.
func (d Duration) Seconds() float64 { return float64(d) / float64(Second) }

// Abs is d without its sign.
func (d Duration) Abs() Duration { return max(d, -d) }

// Truncate rounds towards zero to a multiple of m.
func (d Duration) Truncate(m Duration) Duration { return d - d%m }

// Round rounds to the nearest multiple of m, halves away from zero.
func (d Duration) Round(m Duration) Duration {
	if d < 0 {
		return -(-d).Round(m)
	}
	return (d + m/2).Truncate(m)
}

// String writes 1h2m3.5s, and below one second 1.5ms, 1.5µs or 1ns, as Go does.
func (d Duration) String() string {
	switch {
	case d == 0:
		return "0s"
	case d < 0:
		return "-" + (-d).String()
	case d < Microsecond:
		return decimal(d, Nanosecond) + "ns"
	case d < Millisecond:
		return decimal(d, Microsecond) + "µs"
	case d < Second:
		return decimal(d, Millisecond) + "ms"
	}
	text := decimal(d%Minute, Second) + "s"
	if d >= Minute {
		text = decimal((d%Hour).Truncate(Minute), Minute) + "m" + text
	}
	if d >= Hour {
		text = decimal(d.Truncate(Hour), Hour) + "h" + text
	}
	return text
}

// decimal writes d in units, without zeros at the end of the fraction.
func decimal(d, unit Duration) string {
	text := strconv.FormatInt(int64(d/unit), 10)
	if d %= unit; d == 0 {
		return text
	}
	fraction := strconv.FormatInt(int64(unit+d), 10)[1:] // with the zeros at its beginning
	return text + "." + strings.TrimRight(fraction, "0")
}

// ParseDuration reads what String writes: a sign or none, then decimal numbers, each with its unit: h, m, s, ms, us or
// µs, ns. A single 0 needs no unit. What is finer than a nanosecond is cut off.
func ParseDuration(text string) (Duration, error) {
	var d Duration
	rest, negative := strings.CutPrefix(text, "-")
	if !negative {
		rest = strings.TrimPrefix(rest, "+")
	}
	bad := rest == ""
	for rest != "0" && rest != "" && !bad {
		n := 0
		for n < len(rest) && numeric(rest[n]) {
			n++
		}
		u := n
		for u < len(rest) && !numeric(rest[u]) {
			u++
		}
		part, ok := parseAmount(rest[:n], unitNamed(rest[n:u]))
		bad = !ok || d+part < d || rest[u:] == "0"
		d, rest = d+part, rest[u:]
	}
	if bad {
		return 0, errors.New(strconv.Quote(text) + ": expected a time such as 1.5s or 10ms")
	}
	if negative {
		d = -d
	}
	return d, nil
}

func numeric(c byte) bool { return c == '.' || c >= '0' && c <= '9' }

func unitNamed(name string) Duration {
	switch name {
	case "ns":
		return Nanosecond
	case "us", "µs", "μs": // the micro sign and the Greek letter
		return Microsecond
	case "ms":
		return Millisecond
	case "s":
		return Second
	case "m":
		return Minute
	case "h":
		return Hour
	}
	return 0
}

// parseAmount reads a number of units, such as 12, 1.5, 1. or .5.
func parseAmount(number string, unit Duration) (Duration, bool) {
	whole, fraction, _ := strings.Cut(number, ".")
	if unit == 0 || whole == "" && fraction == "" {
		return 0, false
	}
	n, err := strconv.ParseInt("0"+whole, 10, 64)
	d := Duration(n) * unit
	if err != nil || d/unit != Duration(n) {
		return 0, false
	}
	f, scale := uint64(0), uint64(1) // the fraction is f/scale; what stands behind 18 digits is less than a nanosecond
	for _, c := range []byte(fraction) {
		if c == '.' {
			return 0, false
		}
		if scale < 1e18 {
			f, scale = 10*f+uint64(c-'0'), 10*scale
		}
	}
	high, low := bits.Mul64(f, uint64(unit))
	part, _ := bits.Div64(high, low, scale)
	d += Duration(part)
	return d, d >= 0
}
