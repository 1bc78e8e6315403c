package desk

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// browser chooses a file: a list of a folder, narrowed by what is typed. A typed path is opened as it is.
type browser struct {
	folder  string
	entries []entry
	typed   string
	scroll  scrolling
	most    float32
}

type entry struct {
	name   string
	folder bool
}

// openBrowser shows the files of the folder that was looked at last, or of the one that the program was started in.
func (d *Desk) openBrowser() error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	return d.browse(folder)
}

func (d *Desk) browse(folder string) error {
	list, err := os.ReadDir(folder)
	if err != nil {
		return pathError(folder, err)
	}
	b := &browser{folder: folder}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		info, err := os.Stat(filepath.Join(folder, e.Name()))
		if err == nil {
			b.entries = append(b.entries, entry{e.Name(), info.IsDir()})
		}
	}
	slices.SortStableFunc(b.entries, func(x, y entry) int {
		switch {
		case x.folder && !y.folder:
			return -1
		case y.folder && !x.folder:
			return 1
		}
		return strings.Compare(x.name, y.name)
	})
	d.browser = b
	return nil
}

// Typing reports whether typed characters go to the desk.
func (d *Desk) Typing() bool { return d.browser != nil }

// Type adds characters to what was typed.
func (d *Desk) Type(text string) {
	if d.browser != nil && text != "" {
		d.browser.typed += text
		d.browser.scroll = scrolling{}
		d.touch()
	}
}

// Backspace takes the last character back, or goes to the folder above.
func (d *Desk) Backspace() {
	if b := d.browser; b != nil {
		if runes := []rune(b.typed); len(runes) > 0 {
			b.typed = string(runes[:len(runes)-1])
		} else {
			d.Say(d.browse(filepath.Dir(b.folder)))
		}
		d.touch()
	}
}

// Enter opens the typed path, or the first file or folder that is listed.
func (d *Desk) Enter() {
	b := d.browser
	if b == nil {
		return
	}
	d.touch()
	if strings.ContainsRune(b.typed, filepath.Separator) {
		d.Say(d.choose(absolute(b.folder, b.typed)))
		return
	}
	if shown := b.shown(); len(shown) > 0 && b.typed != "" {
		d.Say(d.choose(filepath.Join(b.folder, shown[0].name)))
	}
}

func absolute(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

func (b *browser) shown() []entry {
	var list []entry
	for _, e := range b.entries {
		if strings.Contains(strings.ToLower(e.name), strings.ToLower(b.typed)) {
			list = append(list, e)
		}
	}
	return list
}

// pick chooses a line of the list; "up" goes to the folder above.
func (d *Desk) pick(a stage.Args) error {
	b := d.browser
	if b == nil {
		return nil
	}
	if a["n"] == "up" {
		return d.browse(filepath.Dir(b.folder))
	}
	n, err := strconv.Atoi(a["n"])
	shown := b.shown()
	if err != nil || n < 0 || n >= len(shown) {
		return errors.New("pick: n=" + strconv.Quote(a["n"]) + ": expected the number of a line")
	}
	return d.choose(filepath.Join(b.folder, shown[n].name))
}

// choose goes into a folder or opens a file.
func (d *Desk) choose(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return pathError(path, err)
	}
	if info.IsDir() {
		return d.browse(path)
	}
	if err := d.openFile(path); err != nil {
		return err
	}
	d.browser = nil
	return nil
}

// layBrowser lays out the list of files.
func (d *Desk) layBrowser(s *sheet) {
	const height = 28
	b, w := d.browser, d.words()
	r := d.dialog(s, 620, 560, strings.TrimSuffix(w.open, "…"))
	x, wide := r.X+22, r.W-44
	s.text(x, r.Y+58, scene.Sans, 13, scene.InkDim, fit(scene.Sans, 13, w.drop, wide))
	field := Rect{x, r.Y + 70, wide, 32}
	s.card(field, 6, scene.Inset, scene.StationEdge)
	cursor := x + 10
	if b.typed == "" {
		s.text(x+14, field.Y+21, scene.Sans, 13.5, scene.InkFaint, w.filter)
	} else {
		cursor += s.text(x+10, field.Y+21, scene.Mono, 13, scene.Ink, tail(b.typed, wide-24))
	}
	s.line(scene.Focus, 1.5, pt(cursor+1, field.Y+7), pt(cursor+1, field.Y+25))
	s.text(x, r.Y+124, scene.Mono, 12, scene.InkDim, tail(b.folder, wide))
	list := Rect{x, r.Y + 134, wide, r.H - 134 - 62}
	shown := b.shown()
	b.most = max(0, float32(len(shown)+1)*height-list.H)
	b.scroll.at = min(b.scroll.at, b.most)
	y := list.Y - b.scroll.at
	line := func(ref scene.Ref, name string, folder bool) {
		if y >= list.Y-1 && y+height <= list.Y+list.H+1 {
			s.entry(Rect{list.X, y, list.W, height}, ref, name, folder)
		}
		y += height
	}
	line(act("pick n=up"), w.up, true)
	for i, e := range shown {
		line(act("pick n="+strconv.Itoa(i)), e.name, e.folder)
	}
	if len(shown) == 0 {
		s.text(x+10, y+19, scene.Sans, 13.5, scene.InkFaint, w.none)
	}
	if d.Player.Source().Kind == stage.Recording {
		width := face.Advance(scene.SansBold, 13, w.backToRun) + 28
		s.label(Rect{x, r.Y + r.H - 48, width, buttonSize}, "return", w.backToRun)
	}
}

// tail is the end of a text that is too long.
func tail(text string, width float32) string {
	if face.Advance(scene.Mono, 13, text) <= width {
		return text
	}
	for runes := []rune(text); len(runes) > 0; {
		runes = runes[1:]
		if short := "…" + string(runes); face.Advance(scene.Mono, 13, short) <= width {
			return short
		}
	}
	return ""
}

// entry is a line of the list.
func (s *sheet) entry(r Rect, ref scene.Ref, name string, folder bool) {
	if s.hover == ref {
		s.add(scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: 5, Fill: scene.StationLit})
	}
	s.hit(r, ref)
	x, y := r.X+10, r.Y+r.H/2
	if folder {
		s.add(scene.Item{Op: scene.OpRect, X: x, Y: y - 6, W: 7, H: 4, R: 1, Fill: scene.CallText})
		s.add(scene.Item{Op: scene.OpRect, X: x, Y: y - 4, W: 15, H: 10, R: 2, Fill: scene.CallText})
	} else {
		s.add(scene.Item{Op: scene.OpRect, X: x + 2, Y: y - 7, W: 11, H: 14, R: 2, Stroke: scene.InkDim, Width: 1.5})
	}
	s.text(x+24, y+4.5, scene.Sans, 13.5, scene.Ink, fit(scene.Sans, 13.5, name, r.W-44))
}

// ScrollList scrolls the list of files by lines.
func (d *Desk) ScrollList(lines float32) {
	if b := d.browser; b != nil && b.scroll.by(lines*28, b.most) {
		d.touch()
	}
}
