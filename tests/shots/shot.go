package main

import (
	"errors"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"sunscope/core/time"
	"sunscope/lessons"
	"sunscope/viz/desktop/desk"
	"sunscope/viz/paint/mesh"
	"sunscope/viz/paint/soft"
	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// size is a window that the product must look good in.
type size struct{ w, h int }

var (
	sizes  = []size{{1440, 900}, {1024, 768}, {390, 844}}
	themes = []string{"light", "dark", "projector"}
)

// shot is one picture: a moment at one size in one theme.
type shot struct {
	moment *moment
	size   size
	theme  string
}

func chosen(match *regexp.Regexp) []shot {
	var all []shot
	for i := range moments {
		for _, z := range sizes {
			for _, theme := range themes {
				if s := (shot{&moments[i], z, theme}); match.MatchString(s.name()) {
					all = append(all, s)
				}
			}
		}
	}
	return all
}

func (s *shot) name() string {
	return fmt.Sprintf("%s-%d-%s", s.moment.name, s.size.w, s.theme)
}

// draw is the picture at so many pixels to a CSS pixel; with 0 it is laid out, and not drawn.
func (s *shot) draw(scale float64) (*image.RGBA, error) {
	if s.moment.window {
		return s.window(scale)
	}
	return s.stage(scale)
}

func (s *shot) write(dir string, scale float64) error {
	picture, err := s.draw(scale)
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, s.name()+".png"))
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, picture), f.Close())
}

// stage is the stage alone, as a page shows it.
func (s *shot) stage(scale float64) (*image.RGBA, error) {
	p := stage.NewPlayer()
	if err := p.Do("theme", stage.Args{"value": s.theme}); err != nil {
		return nil, err
	}
	if err := s.moment.open(p.Do, func(name string, data []byte) error { return p.OpenRecording(name, data) }); err != nil {
		return nil, err
	}
	p.Layout(float32(s.size.w), float32(s.size.h))
	for _, line := range s.moment.do {
		if err := command(p.Do, line); err != nil {
			return nil, err
		}
	}
	rest(p)
	l := p.Layout(float32(s.size.w), float32(s.size.h))
	if scale == 0 {
		return nil, nil
	}
	dst := s.blank(scale, p.Theme())
	put(dst, desk.Rect{W: float32(s.size.w), H: float32(s.size.h)}, l.Back, scale, p.Theme())
	put(dst, desk.Rect{W: float32(s.size.w), H: float32(s.size.h)}, l.Front, scale, p.Theme())
	return dst, nil
}

// rest lets everything that glides arrive.
func rest(p *stage.Player) {
	for range 30 {
		p.Advance(time.Second / 60)
	}
}

// window is the native viewer's whole window.
func (s *shot) window(scale float64) (*image.RGBA, error) {
	library, err := lessons.Open()
	if err != nil {
		return nil, err
	}
	d, err := desk.New(library, desk.Options{Lang: s.moment.language(), Theme: s.theme})
	if err != nil {
		return nil, err
	}
	var complaint error
	d.Complain = func(line string) { complaint = errors.New(line) }
	d.Resize(float32(s.size.w), float32(s.size.h))
	if err := s.moment.open(d.Player.Do, d.OpenBytes); err != nil {
		return nil, err
	}
	s.layWindow(d)
	for _, line := range s.moment.do {
		d.Do(line)
		s.layWindow(d)
	}
	rest(d.Player)
	around, over := s.layWindow(d)
	if scale == 0 {
		return nil, complaint
	}
	dst := s.blank(scale, d.Player.Theme())
	a := d.Areas().Picture // where it is scrolled, what lies around it covers the rest
	l := d.Player.Layout(a.W, a.H)
	put(dst, a, l.Back, scale, d.Player.Theme())
	put(dst, a, l.Front, scale, d.Player.Theme())
	for _, p := range around {
		put(dst, p.At, p.List.Front, scale, d.Player.Theme())
	}
	if over.List != nil {
		put(dst, over.At, over.List.Front, scale, d.Player.Theme())
	}
	return dst, complaint
}

func (s *shot) layWindow(d *desk.Desk) ([]desk.Picture, desk.Picture) {
	d.Advance(time.Second / 60)
	around, over := d.Pictures()
	a := d.Areas().Picture
	d.Player.Layout(a.W, a.H)
	return around, over
}

func (s *shot) blank(scale float64, theme scene.Theme) *image.RGBA {
	b := mesh.Builder{}
	return soft.Rasterise(&b, int(float64(s.size.w)*scale), int(float64(s.size.h)*scale), theme[scene.Ground])
}

// put draws a list in its place, and cuts it off at its edges.
func put(dst *image.RGBA, at desk.Rect, items []scene.Item, scale float64, theme scene.Theme) {
	px := func(v float32) int { return int(float64(v)*scale + 0.5) }
	var b mesh.Builder
	b.Build(items, &theme, scale, px(at.X), px(at.Y))
	room := image.Rect(px(at.X), px(at.Y), px(at.X+at.W), px(at.Y+at.H)).Intersect(dst.Rect)
	if !room.Empty() {
		soft.Onto(dst.SubImage(room).(*image.RGBA), &b)
	}
}

// command carries out a line such as "seek event=rpc_task_sleep queue=xprt_backlog": an argument goes on to the next
// word that has a name of a known argument before its "=".
func command(do func(string, stage.Args) error, line string) error {
	id, rest, _ := strings.Cut(line, " ")
	args := stage.Args{}
	if rest != "" {
		key, value, _ := strings.Cut(rest, "=")
		args[key] = value
		if key != "event" && key != "when" && key != "text" && key != "do" {
			args = stage.Args{}
			for word := range strings.FieldsSeq(rest) {
				key, value, _ := strings.Cut(word, "=")
				args[key] = value
			}
		}
	}
	return do(id, args)
}

var index = template.Must(template.New("").Parse(`<!doctype html><meta charset="utf-8"><title>Sunscope, picture by picture</title>
<style>body{font:14px sans-serif;background:#888}figure{display:inline-block;margin:8px;vertical-align:top}img{max-width:700px;max-height:500px;display:block}</style>
{{range .}}<figure><a href="{{.}}.png"><img loading="lazy" src="{{.}}.png" alt="{{.}}"></a><figcaption>{{.}}</figcaption></figure>
{{end}}`))

func writeIndex(path string, shots []shot) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	names := make([]string, len(shots))
	for i := range shots {
		names[i] = shots[i].name()
	}
	return errors.Join(index.Execute(f, names), f.Close())
}
