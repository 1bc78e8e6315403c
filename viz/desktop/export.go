package main

import (
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/viz/desktop/desk"
	"sunscope/viz/paint/apng"
	"sunscope/viz/paint/mesh"
	"sunscope/viz/paint/soft"
	"sunscope/viz/stage"
)

// exporting is what is written to a file instead of opening a window. It needs no display: pictures come from the
// reference painter.
type exporting struct {
	format, file, events string
	from, to             int // ordinals; to is not included
	rate                 int // pictures a second
	scale                float64
	most                 int       // pictures at most; 0: as many as the range has
	played               func(int) // hears of the instants that were played; may be nil
}

func (x *exporting) flags(f *flag.FlagSet) {
	f.StringVar(&x.format, "export", "", "write the run in `FORMAT` to the file that -o names, and open no window: "+strings.Join(exportFormats(), ", "))
	f.StringVar(&x.file, "o", "", "with -export: the `FILE` to write")
	f.StringVar(&x.events, "events", "", "with -export: only the events `FIRST..LAST`, by their ordinals")
	f.IntVar(&x.rate, "rate", 20, "with -export apng: `N` pictures a second")
	f.Float64Var(&x.scale, "scale", 1, "with -export png or apng: `N` pixels to one of the size")
}

func exportFormats() []string { return append(stage.ExportFormats(), "png", "apng") }

// check looks at the flags.
func (x *exporting) check() error {
	switch {
	case x.format == "" && x.file != "":
		return errors.New("-o: expected -export FORMAT beside it")
	case x.format == "":
		return nil
	case !slices.Contains(exportFormats(), x.format):
		return errors.New("-export " + strconv.Quote(x.format) + ": expected one of " + strings.Join(exportFormats(), ", "))
	case x.file == "":
		return errors.New("-export " + x.format + ": expected -o FILE beside it")
	case x.rate < 1 || x.rate > 60:
		return errors.New("-rate " + strconv.Itoa(x.rate) + ": expected 1 to 60")
	case !(x.scale >= 0.25 && x.scale <= 8):
		return errors.New("-scale: expected 0.25 to 8")
	}
	if x.events == "" {
		return nil
	}
	first, last, ok := strings.Cut(x.events, "..")
	from, err := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	if !ok || err != nil || err2 != nil || from < 0 || to < from {
		return errors.New("-events " + strconv.Quote(x.events) + ": expected FIRST..LAST, two ordinals in order")
	}
	x.from, x.to = from, to+1
	return nil
}

// run writes the file; progress hears how far a long piece of work is.
func (x *exporting) run(d *desk.Desk, w, h int, progress io.Writer) error {
	p := d.Player
	if x.to == 0 {
		x.to = p.Story().Len()
	}
	if x.to > p.Story().Len() {
		return errors.New("-events " + x.events + ": the run has " + strconv.Itoa(p.Story().Len()) + " events")
	}
	if x.format != "png" && x.format != "apng" {
		p.Layout(float32(w), float32(h))
		f, err := p.Export(x.format, x.from, x.to)
		if err != nil {
			return err
		}
		return os.WriteFile(x.file, f.Data, 0o666)
	}
	out, err := os.Create(x.file)
	if err != nil {
		return err
	}
	if x.format == "png" {
		err = png.Encode(out, x.picture(p, w, h))
	} else {
		err = x.film(p, w, h, out, progress)
	}
	return errors.Join(err, out.Close())
}

// picture is the stage as it is now.
func (x *exporting) picture(p *stage.Player, w, h int) *image.RGBA {
	l := p.Layout(float32(w), float32(h))
	theme := p.Theme()
	dst := soft.Draw(int(float64(w)*x.scale), int(float64(h)*x.scale), x.scale, theme, l.Back)
	var b mesh.Builder
	b.Build(l.Front, &theme, x.scale, 0, 0)
	soft.Onto(dst, &b)
	return dst
}

// film plays the range at the present speed, and takes a picture for each frame.
func (x *exporting) film(p *stage.Player, w, h int, out, progress io.Writer) error {
	if err := p.Do("seek", stage.Args{"instant": strconv.Itoa(x.from)}); err != nil {
		return err
	}
	film := apng.NewWriter(out)
	tick := time.Second / time.Duration(x.rate)
	shown := uint16(1000 / x.rate)
	for n := 1; ; n++ {
		if err := film.Frame(x.picture(p, w, h), shown); err != nil {
			return err
		}
		if p.Instant() >= x.to-1 || n == x.most {
			break
		}
		if x.played != nil {
			x.played(p.Instant())
		}
		if err := p.Do("play", nil); err != nil {
			return err
		}
		p.Advance(tick)
		if p.Asking() != "" {
			if err := p.Do("skip", nil); err != nil { // nobody is there to answer
				return err
			}
		}
		if n%x.rate == 0 {
			fmt.Fprintf(progress, "\r%d s, event %d of %d", n/x.rate, p.Instant(), x.to-1)
		}
	}
	fmt.Fprintln(progress)
	return film.Close()
}
