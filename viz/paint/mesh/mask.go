package mesh

import "math"

// maskKey names a nine-slice: corner radius, how far the shape is inset from the rectangle's edge, and the width of
// the ring, or 0 for a filled shape. All in quarters of a pixel.
type maskKey struct{ radius, inset, ring uint16 }

const quarters = 4

func quarter(v float32) uint16 { return uint16(max(0, v)*quarters + 0.5) }

// stretch is how many texels in the middle of a mask are alike. One would do; two keep rounding in the GPU harmless.
const stretch = 2

// cell is the size of a corner of the mask in texels.
func (k maskKey) cell() int {
	n := max(k.radius, k.inset+k.ring)
	return (int(n) + quarters - 1) / quarters
}

// mask is the nine-slice of that key.
func (a *Atlas) mask(k maskKey) slot {
	if s, ok := a.masks[k]; ok {
		return s
	}
	n := 2*k.cell() + stretch
	s := a.place(n, n)
	r, in, ring := float64(k.radius)/quarters, float64(k.inset)/quarters, float64(k.ring)/quarters
	a.fill(s, func(x, y int) byte {
		c := coverage(x, y, n, r, in)
		if ring > 0 {
			c -= coverage(x, y, n, r, in+ring)
		}
		return byte(c*255 + 0.5)
	})
	a.masks[k] = s
	return s
}

// coverage is how much of a texel lies in a square of n texels with rounded corners, shrunk by inset on each side: the
// distance of the texel's middle from the shape's edge, cut off at half a texel.
func coverage(x, y, n int, radius, inset float64) float64 {
	half := float64(n) / 2
	r := max(0, radius-inset)
	qx := math.Abs(float64(x)+0.5-half) - (half - inset) + r
	qy := math.Abs(float64(y)+0.5-half) - (half - inset) + r
	d := math.Hypot(max(qx, 0), max(qy, 0)) + min(max(qx, qy), 0) - r
	return max(0, min(0.5-d, 1))
}
