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

// browser chooses a file: a list of a folder, narrowed by what is typed. Whoever types a path sees what lies on it.
type browser struct {
	folder string
	field  field
	listed string // the folder that entries are of
	all    []entry
	shown  []entry
	at     int // the chosen line; -1 is none: Enter takes what was typed
	scroll scrolling
	most   float32
	room   float32
}

// entry is a line of the list.
type entry struct {
	name   string // as it is shown
	path   string
	folder bool
}

const entryHeight = 28

// openBrowser shows the files of the folder that was looked at last, or of the one that the program was started in.
func (d *Desk) openBrowser() error {
	folder := d.folder
	if folder == "" {
		var err error
		if folder, err = os.Getwd(); err != nil {
			return err
		}
	}
	d.closeMenu()
	d.closeContext()
	d.chooser, d.focus = nil, scene.Ref{}
	return d.browse(folder)
}

// browse goes to a folder.
func (d *Desk) browse(folder string) error {
	b := &browser{folder: folder}
	if err := b.list(folder); err != nil {
		return err
	}
	d.browser, d.folder = b, folder
	b.narrow(d.recent)
	d.touch()
	return nil
}

// list reads a folder, folders first.
func (b *browser) list(folder string) error {
	if b.listed == folder {
		return nil
	}
	found, err := os.ReadDir(folder)
	if err != nil {
		return pathError(folder, err)
	}
	b.listed, b.all = folder, nil
	for _, e := range found {
		is := e.IsDir()
		path := filepath.Join(folder, e.Name())
		if e.Type()&os.ModeSymlink != 0 {
			info, err := os.Stat(path)
			if err != nil {
				continue
			}
			is = info.IsDir()
		}
		b.all = append(b.all, entry{e.Name(), path, is})
	}
	slices.SortStableFunc(b.all, func(x, y entry) int {
		switch {
		case x.folder && !y.folder:
			return -1
		case y.folder && !x.folder:
			return 1
		}
		return strings.Compare(x.name, y.name)
	})
	return nil
}

// typedPath parts what was typed: the folder that it speaks of, and the beginning of a name in that.
func (b *browser) typedPath() (folder, name string) {
	text := b.field.String()
	if rest, ok := strings.CutPrefix(text, "~"); ok {
		if home, err := os.UserHomeDir(); err == nil && (rest == "" || os.IsPathSeparator(rest[0])) {
			text = home + rest
		}
	}
	i := strings.LastIndexFunc(text, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(byte(r)) })
	if i < 0 {
		return b.folder, text
	}
	return absolute(b.folder, text[:i+1]), text[i+1:]
}

func absolute(folder, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(folder, path)
}

// narrow lists what fits what was typed: names that begin with it, then those that hold it. Before anything was typed the
// recordings that were opened last come first.
func (b *browser) narrow(recent []string) {
	folder, name := b.typedPath()
	b.shown, b.at, b.scroll = nil, -1, scrolling{}
	if b.list(folder) != nil {
		return
	}
	if len(b.field.text) == 0 {
		b.shown = append(b.shown, entry{"..", filepath.Dir(b.folder), true})
		for _, path := range recent {
			b.shown = append(b.shown, entry{path, path, false})
		}
	} else {
		b.at = 0
	}
	low := strings.ToLower(name)
	for _, first := range []bool{true, false} {
		for _, e := range b.all {
			has := strings.ToLower(e.name)
			if strings.HasPrefix(e.name, ".") && !strings.HasPrefix(name, ".") || strings.HasPrefix(has, low) != first || !strings.Contains(has, low) {
				continue
			}
			b.shown = append(b.shown, e)
		}
	}
}

// browserKey is a key while a file is chosen.
func (d *Desk) browserKey(name string) {
	b := d.browser
	d.touch()
	switch name {
	case "Escape":
		d.Escape()
	case "Enter":
		d.Say(d.enter())
	case "Tab":
		b.complete()
		b.narrow(d.recent)
	case "ArrowDown":
		b.move(1)
	case "ArrowUp":
		b.move(-1)
	case "PageDown":
		b.move(8)
	case "PageUp":
		b.move(-8)
	default:
		if name == "Backspace" && len(b.field.text) == 0 {
			d.Say(d.browse(filepath.Dir(b.folder)))
			return
		}
		was := b.field.String()
		if b.field.key(name); b.field.String() != was {
			b.narrow(d.recent)
		}
	}
}

// move chooses a line further down, or up.
func (b *browser) move(by int) {
	if len(b.shown) == 0 {
		return
	}
	b.at = max(0, min(b.at+by, len(b.shown)-1))
	y := float32(b.at) * entryHeight
	b.scroll.at = max(0, min(max(y+entryHeight-b.room, min(b.scroll.at, y)), b.most))
}

// complete types as much as all names have in common that begin with what was typed.
func (b *browser) complete() {
	_, name := b.typedPath()
	var common *entry
	rest := ""
	for i := range b.shown {
		e := &b.shown[i]
		if !strings.HasPrefix(e.name, name) || e.name == ".." {
			continue
		}
		if common == nil {
			common, rest = e, e.name[len(name):]
			if e.folder {
				rest += string(filepath.Separator)
			}
			continue
		}
		n := 0
		for other := e.name[len(name):]; n < len(rest) && n < len(other) && rest[n] == other[n]; {
			n++
		}
		rest = strings.ToValidUTF8(rest[:n], "")
	}
	b.field.key("End")
	b.field.insert(rest)
}

// enter opens the chosen line, or the path that was typed.
func (d *Desk) enter() error {
	b := d.browser
	folder, name := b.typedPath()
	if name != "" || len(b.field.text) > 0 {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); err == nil && b.at <= 0 {
			return d.choose(path)
		} else if len(b.shown) == 0 {
			return pathError(path, errors.Join(err))
		}
	}
	if b.at < 0 || b.at >= len(b.shown) {
		return nil
	}
	return d.choose(b.shown[b.at].path)
}

// pick chooses a line of the list.
func (d *Desk) pick(a stage.Args) error {
	if d.browser == nil {
		return nil
	}
	n, err := number("pick", a, "n", len(d.browser.shown))
	if err != nil {
		return err
	}
	return d.choose(d.browser.shown[n].path)
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
	return d.openFile(path)
}

// layBrowser lays out the list of files.
func (d *Desk) layBrowser(s *sheet) {
	b, w := d.browser, d.words()
	r := d.dialog(s, 660, 580, strings.TrimSuffix(w.open, "…"))
	x, wide := r.X+18, r.W-36
	s.text(x+4, r.Y+56, scene.Sans, 13, scene.InkDim, fit(scene.Sans, 13, w.drop, wide))
	b.field.lay(s, Rect{x, r.Y + 66, wide, 34}, w.filter)
	s.text(x+4, r.Y+118, scene.Mono, 12, scene.InkDim, tail(b.listed, wide-8))
	list := Rect{x, r.Y + 128, wide, r.H - 128 - 14}
	if d.away() {
		list.H -= 46
		width := face.Advance(scene.SansBold, 13, w.backToRun) + 28
		s.label(Rect{x, r.Y + r.H - 46, width, buttonSize}, "return", w.backToRun)
	}
	b.room = list.H
	b.most = max(0, float32(len(b.shown))*entryHeight-list.H)
	b.scroll.at = min(b.scroll.at, b.most)
	y := list.Y - b.scroll.at
	for i := range b.shown {
		if y >= list.Y-1 && y+entryHeight <= list.Y+list.H+1 {
			d.layEntry(s, Rect{list.X, y, list.W - 6, entryHeight}, i)
		}
		y += entryHeight
	}
	if len(b.shown) == 0 {
		s.text(x+10, list.Y+19, scene.Sans, 13.5, scene.InkFaint, w.none)
	}
	s.more(Rect{list.X, list.Y, list.W + 14, list.H}, b.scroll.at, b.most)
}

// layEntry is a line of the list.
func (d *Desk) layEntry(s *sheet, r Rect, i int) {
	e := &d.browser.shown[i]
	ref := act("pick n=" + strconv.Itoa(i))
	if s.hover == ref || i == d.browser.at {
		it := scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: 5, Fill: scene.StationLit}
		if i == d.browser.at {
			it.Stroke, it.Width = scene.Hover, 1.5
		}
		s.add(it)
	}
	s.hit(r, ref)
	x, y := r.X+10, r.Y+r.H/2
	if e.folder {
		s.add(scene.Item{Op: scene.OpRect, X: x, Y: y - 6, W: 7, H: 4, R: 1, Fill: scene.CallText})
		s.add(scene.Item{Op: scene.OpRect, X: x, Y: y - 4, W: 15, H: 10, R: 2, Fill: scene.CallText})
	} else {
		s.add(scene.Item{Op: scene.OpRect, X: x + 2, Y: y - 7, W: 11, H: 14, R: 2, Stroke: scene.InkDim, Width: 1.5})
	}
	name := e.name
	if name == ".." {
		name = d.words().up
	}
	if strings.ContainsRune(name, filepath.Separator) {
		s.text(x+24, y+4.5, scene.Mono, 12.5, scene.Ink, tail(name, r.W-44))
		return
	}
	s.text(x+24, y+4.5, scene.Sans, 13.5, scene.Ink, fit(scene.Sans, 13.5, name, r.W-44))
}
