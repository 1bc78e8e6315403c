package desk

import (
	"math"
	"strconv"

	"sunscope/core/time"
	"sunscope/viz/stage"
)

// duration shows a time so that neighbouring events of a run differ: "412.3 µs", "18.420 ms", "12.345678 s".
func duration(d time.Duration) string {
	unit, digits, name := time.Second, 6, " s"
	switch {
	case d.Abs() < time.Millisecond:
		unit, digits, name = time.Microsecond, 1, " µs"
	case d.Abs() < time.Second:
		unit, digits, name = time.Millisecond, 3, " ms"
	}
	return strconv.FormatFloat(float64(d)/float64(unit), 'f', digits, 64) + name
}

// ratio shows a speed: "1/200×", "2×".
func ratio(s stage.Speed) string {
	switch {
	case s == stage.Max:
		return "max"
	case s < 1:
		return "1/" + strconv.FormatFloat(math.Round(1/float64(s)), 'f', 0, 64) + "×"
	}
	return strconv.FormatFloat(float64(s), 'g', 4, 64) + "×"
}
