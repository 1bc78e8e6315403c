package stage

import (
	"errors"
	"math"
	"strconv"

	"sunscope/core/time"
)

// Speed is how many simulated seconds pass in one second of the reader's. Max is as fast as it goes.
type Speed float64

// The slowest and the fastest speed that a clock keeps, and the one that keeps none.
const (
	Slowest Speed = 1e-3
	Fastest Speed = 1e3
)

// Max plays event after event without regard to their times.
var Max = Speed(math.Inf(1))

// ladder is what faster and slower walk along.
var ladder = []Speed{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, Max}

// ParseSpeed reads "0.01" or "max".
func ParseSpeed(text string) (Speed, error) {
	if text == "max" {
		return Max, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= float64(Slowest) && v <= float64(Fastest)) {
		return 0, errors.New("speed " + strconv.Quote(text) + ": expected a number from 0.001 to 1000, or max")
	}
	return Speed(v), nil
}

// String is the form that ParseSpeed reads.
func (s Speed) String() string {
	if s == Max {
		return "max"
	}
	return strconv.FormatFloat(float64(s), 'g', -1, 64)
}

// next is the following rung of the ladder, upwards or downwards.
func (s Speed) next(up bool) Speed {
	if up {
		for _, r := range ladder {
			if r > s {
				return r
			}
		}
		return Max
	}
	for i := len(ladder) - 1; i >= 0; i-- {
		if ladder[i] < s {
			return ladder[i]
		}
	}
	return Slowest
}

// goodSpeed is a first speed for a run of that length: about half a minute from end to end, and no faster than life.
func goodSpeed(length time.Duration) Speed {
	const wanted = 30 * time.Second
	best := Slowest
	for _, r := range ladder {
		if r <= 1 && float64(r)*wanted.Seconds() <= length.Seconds() {
			best = r
		}
	}
	return best
}
