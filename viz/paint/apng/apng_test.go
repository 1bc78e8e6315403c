package apng

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
)

func plain(w, h int, c color.RGBA) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range p.Pix {
		p.Pix[i] = [4]uint8{c.R, c.G, c.B, c.A}[i%4]
	}
	return p
}

var red, blue = color.RGBA{255, 0, 0, 255}, color.RGBA{0, 0, 255, 255}

// film is an animation of plain frames.
func film(t *testing.T, frames ...*image.RGBA) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for i, f := range frames {
		require.NoError(t, w.Frame(f, uint16(10*(i+1))))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// dotted is a plain frame with a dot of another colour.
func dotted(x, y int) *image.RGBA {
	p := plain(20, 10, red)
	p.SetRGBA(x, y, blue)
	return p
}

func TestAViewerThatKnowsNoAnimationsShowsTheFirstFrame(t *testing.T) {
	p, err := png.Decode(bytes.NewReader(film(t, plain(20, 10, red), plain(20, 10, blue))))
	require.NoError(t, err)
	require.Equal(t, image.Pt(20, 10), p.Bounds().Size())
	require.Equal(t, red, color.RGBAModel.Convert(p.At(3, 3)))
}

// control are the fields of an fcTL chunk.
func control(data []byte) (sequence uint32, at image.Rectangle, milliseconds uint16) {
	u := func(i int) int { return int(binary.BigEndian.Uint32(data[i:])) }
	return uint32(u(0)), image.Rect(0, 0, u(4), u(8)).Add(image.Pt(u(12), u(16))), binary.BigEndian.Uint16(data[20:])
}

func TestEachFrameIsWhatDiffersAndTheNumbersCountUp(t *testing.T) {
	chunks, err := split(film(t, dotted(3, 4), dotted(3, 4), dotted(5, 7), plain(20, 10, blue)))
	require.NoError(t, err)
	require.Equal(t, uints(3, 0), find(chunks, "acTL"), "the second frame is the first, for longer")
	var names []string
	var areas []image.Rectangle
	var delays []uint16
	next := uint32(0)
	for _, c := range chunks {
		names = append(names, c.name)
		if c.name == "fcTL" || c.name == "fdAT" {
			require.Equal(t, next, binary.BigEndian.Uint32(c.data))
			next++
		}
		if c.name == "fcTL" {
			_, at, ms := control(c.data)
			areas, delays = append(areas, at), append(delays, ms)
		}
	}
	require.Equal(t, []string{"IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"}, names)
	require.Equal(t, []uint16{30, 30, 40}, delays)
	require.Equal(t, []image.Rectangle{image.Rect(0, 0, 20, 10), image.Rect(3, 4, 6, 8), image.Rect(0, 0, 20, 10)}, areas)
}

// Putting the frames over each other gives each picture again.
func TestTheFramesAddUpToThePictures(t *testing.T) {
	pictures := []*image.RGBA{plain(20, 10, red), dotted(3, 4), dotted(19, 9), plain(20, 10, blue)}
	file := film(t, pictures...)
	chunks, err := split(file)
	require.NoError(t, err)
	screen := image.NewRGBA(image.Rect(0, 0, 20, 10))
	shown := 0
	for i, c := range chunks {
		if c.name != "fcTL" {
			continue
		}
		_, at, _ := control(c.data)
		data := chunks[i+1].data
		if chunks[i+1].name == "fdAT" {
			data = data[4:]
		}
		var still bytes.Buffer
		s := Writer{w: &still}
		s.write([]byte(signature))
		head := append([]byte{}, find(chunks, "IHDR")...)
		copy(head, uints(uint32(at.Dx()), uint32(at.Dy())))
		s.chunk("IHDR", head)
		s.chunk("IDAT", data)
		s.chunk("IEND", nil)
		p, err := png.Decode(&still)
		require.NoError(t, err)
		draw.Draw(screen, at, p, p.Bounds().Min, draw.Src)
		require.Equal(t, pictures[shown].Pix, screen.Pix, "frame %d", shown)
		shown++
	}
	require.Equal(t, len(pictures), shown)
}

func TestFramesOfAnotherSizeAndAnEmptyAnimationAreRefused(t *testing.T) {
	w := NewWriter(&bytes.Buffer{})
	require.ErrorContains(t, w.Close(), "no frame")
	require.NoError(t, w.Frame(plain(4, 4, red), 10))
	require.ErrorContains(t, w.Frame(plain(5, 4, red), 10), "expected a frame of 4×4 pixels, not of 5×4")
}
