package desk

import (
	"path/filepath"
	"slices"
	"strings"

	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// title is one of the menus of the strip.
type title struct {
	id       string
	en, zh   string
	mnemonic string // Alt with this letter opens it
	items    func(*Desk) []item
}

// titles are the menus. What the player's groups of commands hold is in one of them, or in Edit if nothing else names it.
func titles() []title {
	return []title{
		{"file", "File", "文件", "f", (*Desk).fileMenu},
		{"edit", "Edit", "对象", "e", (*Desk).editMenu},
		{"view", "View", "显示", "v", (*Desk).viewMenu},
		{"go", "Go", "移动", "g", (*Desk).goMenu},
		{"break", "Break", "故障", "b", (*Desk).breakMenu},
		{"help", "Help", "帮助", "h", (*Desk).helpMenu},
	}
}

// menuOf says which of the menus shows a group of the player's commands.
var menuOf = map[string]string{
	"playing": "go", "going": "go", "finding": "edit", "breakpoints": "break", "timeline": "view", "things": "edit",
	"looking": "view", "changing": "break", "opening": "file", "out": "file", "question": "help", "help": "help",
}

// entries are the lines of the groups that a menu shows, with their headings; without says which commands the menu has
// lines of its own for.
func (d *Desk) entries(menu string, without ...string) []item {
	var list []item
	for i := range stage.Groups() {
		g := &stage.Groups()[i]
		in, known := menuOf[g.ID]
		if in != menu && (known || menu != "edit") || g.ID == "wiring" {
			continue
		}
		heading := len(list)
		for _, c := range stage.Commands() {
			if group := c.Group(); group == nil || group.ID != g.ID || !c.Bare() || slices.Contains(without, c.ID) {
				continue
			}
			list = append(list, d.commandItem(c.ID))
		}
		if len(list) > heading {
			list = slices.Insert(list, heading, item{label: g.Name(d.Player.Lang())})
		}
	}
	return list
}

// commandItem is the line of a command without arguments.
func (d *Desk) commandItem(id string) item {
	text, keys := d.describe(id)
	text, _, _ = strings.Cut(text, ": ")
	text, _, _ = strings.Cut(text, "：")
	it := item{label: capital(text), line: id}
	if len(keys) > 0 {
		it.key = keys[0]
	}
	return it
}

func (d *Desk) commandItems(ids ...string) []item {
	list := make([]item, len(ids))
	for i, id := range ids {
		list[i] = d.commandItem(id)
	}
	return list
}

func capital(text string) string {
	if text != "" && text[0] >= 'a' && text[0] <= 'z' {
		return strings.ToUpper(text[:1]) + text[1:]
	}
	return text
}

func (d *Desk) fileMenu() []item {
	list := d.commandItems("open", "show-scenarios")
	for _, path := range d.recent {
		list = append(list, item{label: short(filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)), line: line("open-file", stage.Args{"path": path})})
	}
	if d.away() {
		list = append(list, d.commandItem("return"))
	}
	list = append(list, d.entries("file", "show-scenarios")...)
	return append(append(list, item{label: d.either("Window", "窗口")}), d.commandItems("picture", "quit")...)
}

// short is a name for a menu: not wider than that.
func short(name string) string { return fit(scene.Sans, 13.5, name, 360) }

func (d *Desk) editMenu() []item { return append(d.commandItems("undo", "redo"), d.entries("edit")...) }

func (d *Desk) viewMenu() []item {
	p := d.Player
	full := d.commandItem("full-screen")
	full.label = d.either("Full screen", "全屏")
	full.on = d.FullScreen
	lesson := d.commandItem("lesson")
	lesson.label, lesson.on = d.either("Lesson", "课文"), !d.lessonHidden
	list := append([]item{full, lesson}, item{label: d.either("Theme and language", "主题和语言")})
	for _, t := range [...][3]string{{"light", "Light", "浅色"}, {"dark", "Dark", "深色"}, {"projector", "Projector", "投影"}} {
		list = append(list, item{label: d.either(t[1], t[2]), line: "theme value=" + t[0], on: p.ThemeName() == t[0]})
	}
	list = append(list,
		item{label: "English", line: "lang value=en", on: p.Lang() == "en"},
		item{label: "中文", line: "lang value=zh", on: p.Lang() == "zh"})
	motion := item{label: d.either("Let things glide", "平滑移动"), line: "motion value=reduced", on: !p.ReducedMotion()}
	if p.ReducedMotion() {
		motion.line = "motion value=full"
	}
	list = append(append(list, motion), d.entries("view", "lesson")...)
	list = append(list, item{label: d.either("Parts of the stage", "舞台的部分")})
	for _, e := range p.Palette("") {
		if e.Cmd == "focus" || e.Cmd == "parts" {
			if len(e.Args) > 0 {
				list = append(list, item{label: capital(e.Label), key: e.Key, line: line(e.Cmd, e.Args), on: e.On})
			}
		}
	}
	return list
}

func (d *Desk) goMenu() []item {
	list := append(d.entries("go", "play", "pause"), item{label: d.either("On the stage", "舞台上")})
	return append(list, d.commandItems("look-right", "look-left", "look-down", "look-up", "look-next", "look-back")...)
}

func (d *Desk) breakMenu() []item { return d.entries("break") }
func (d *Desk) helpMenu() []item  { return d.entries("help", "undo", "redo") }
