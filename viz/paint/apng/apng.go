// Package apng writes animated PNG files: frames as image/png compresses them, in the chunks of the APNG extension of
// PNG (third edition, https://www.w3.org/TR/png-3/#apng-frame-based-animation). Browsers, and viewers that know the extension, show
// the animation; all others its first frame. There is no well-kept library that writes it, and it is little more than
// image/png's own output with other chunk names.
package apng

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math"
	"slices"
	"strconv"
)

// Writer writes an animation frame by frame. Of each frame it keeps what differs from the one before, and one that does
// not differ at all only makes that one last longer. Nothing goes out before Close: the head says how many frames there are.
type Writer struct {
	w        io.Writer
	head     []byte // of the first frame's IHDR
	last     *image.RGBA
	frames   []frame
	sequence uint32
	err      error
}

// frame is one that is waiting for Close: its pixels are compressed already.
type frame struct {
	data         [][]byte // of IDAT chunks
	at           image.Rectangle
	milliseconds uint16
}

// NewWriter begins an animation, which plays again and again.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Frame adds a frame that is shown for so many milliseconds. All have the size of the first. The picture may be used
// again afterwards.
func (a *Writer) Frame(img *image.RGBA, milliseconds uint16) error {
	at := img.Rect
	if a.last != nil {
		if img.Rect != a.last.Rect {
			return errors.New("apng: expected a frame of " + pixels(a.last.Rect.Size()) + ", not of " + pixels(img.Rect.Size()))
		}
		at = changed(a.last, img)
		if n := len(a.frames) - 1; at.Empty() && uint32(a.frames[n].milliseconds)+uint32(milliseconds) <= math.MaxUint16 {
			a.frames[n].milliseconds += milliseconds
			return nil
		}
		if at.Empty() {
			at = image.Rectangle{img.Rect.Min, img.Rect.Min.Add(image.Pt(1, 1))}
		}
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, opaque{img.SubImage(at).(*image.RGBA)}); err != nil {
		return err
	}
	chunks, err := split(b.Bytes())
	if err != nil {
		return err
	}
	if a.last == nil {
		a.head = find(chunks, "IHDR")
		a.last = image.NewRGBA(img.Rect)
	}
	draw.Draw(a.last, at, img, at.Min, draw.Src)
	f := frame{at: at.Sub(img.Rect.Min), milliseconds: milliseconds}
	for _, c := range chunks {
		if c.name == "IDAT" {
			f.data = append(f.data, c.data)
		}
	}
	a.frames = append(a.frames, f)
	return nil
}

// opaque keeps image/png from choosing another kind of pixels for a frame that happens to have no transparent one:
// all frames of an animation have the kind that the head says.
type opaque struct{ *image.RGBA }

// Opaque is what image/png asks: always true, so that every frame is written without an alpha channel.
func (opaque) Opaque() bool { return true }

// changed is the smallest rectangle that holds all pixels in which q differs from p.
func changed(p, q *image.RGBA) (r image.Rectangle) {
	w := p.Rect.Dx()
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		i, k := p.PixOffset(p.Rect.Min.X, y), q.PixOffset(q.Rect.Min.X, y)
		a, b := p.Pix[i:i+4*w], q.Pix[k:k+4*w]
		if bytes.Equal(a, b) {
			continue
		}
		first, last := 0, w-1
		for bytes.Equal(a[4*first:4*first+4], b[4*first:4*first+4]) {
			first++
		}
		for bytes.Equal(a[4*last:4*last+4], b[4*last:4*last+4]) {
			last--
		}
		r = r.Union(image.Rect(p.Rect.Min.X+first, y, p.Rect.Min.X+last+1, y+1))
	}
	return r
}

// Close writes the animation. One without frames is an error.
func (a *Writer) Close() error {
	if len(a.frames) == 0 {
		return errors.New("apng: there is no frame")
	}
	a.write([]byte(signature))
	a.chunk("IHDR", a.head)
	plays := uint32(0) // without end
	a.chunk("acTL", uints(uint32(len(a.frames)), plays))
	for i := range a.frames {
		a.frame(&a.frames[i], i == 0)
	}
	a.chunk("IEND", nil)
	return a.err
}

// frame writes the chunks of a still picture as a frame of the animation.
func (a *Writer) frame(f *frame, first bool) {
	size := f.at.Size()
	control := uints(a.next(), uint32(size.X), uint32(size.Y), uint32(f.at.Min.X), uint32(f.at.Min.Y))
	control = binary.BigEndian.AppendUint16(control, f.milliseconds)
	control = binary.BigEndian.AppendUint16(control, 1000)
	a.chunk("fcTL", append(control, disposeNone, blendSource))
	for _, data := range f.data {
		if first {
			a.chunk("IDAT", data)
		} else {
			a.chunk("fdAT", append(uints(a.next()), data...))
		}
	}
}

// What becomes of a frame before the next one, and how it is put on what is there.
const disposeNone, blendSource = 0, 0

// next is the number of the next fcTL or fdAT chunk.
func (a *Writer) next() uint32 {
	a.sequence++
	return a.sequence - 1
}

const signature = "\x89PNG\r\n\x1a\n"

type chunk struct {
	name string
	data []byte
}

// split takes a PNG file apart.
func split(file []byte) ([]chunk, error) {
	rest, ok := bytes.CutPrefix(file, []byte(signature))
	var chunks []chunk
	for ok && len(rest) >= 12 {
		n := binary.BigEndian.Uint32(rest)
		if uint64(n)+12 > uint64(len(rest)) {
			break
		}
		chunks = append(chunks, chunk{string(rest[4:8]), rest[8 : 8+n]})
		rest = rest[12+n:]
	}
	if len(rest) != 0 || find(chunks, "IHDR") == nil {
		return nil, errors.New("apng: image/png wrote something else than chunks")
	}
	return chunks, nil
}

func find(chunks []chunk, name string) []byte {
	if i := slices.IndexFunc(chunks, func(c chunk) bool { return c.name == name }); i >= 0 {
		return chunks[i].data
	}
	return nil
}

func (a *Writer) chunk(name string, data []byte) {
	b := uints(uint32(len(data)))
	b = append(append(b, name...), data...)
	a.write(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

func (a *Writer) write(b []byte) {
	if a.err == nil {
		_, a.err = a.w.Write(b)
	}
}

func uints(values ...uint32) (b []byte) {
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func pixels(p image.Point) string { return strconv.Itoa(p.X) + "×" + strconv.Itoa(p.Y) + " pixels" }
