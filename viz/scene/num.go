package scene

import "math"

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }

// lerp is the way from a to b, of which the part t is done.
func lerp(a, b, t float32) float32 { return a + (b-a)*t }

func abs(v float32) float32 {
	if v < 0 {
		return -v
	}
	return v
}
