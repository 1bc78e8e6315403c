package desk

import (
	"strings"

	"sunscope/viz/stage"
)

// openPalette opens the list of everything that can be done: the player's palette, and the desk's own commands.
func (d *Desk) openPalette() {
	d.openChooser(&chooser{title: d.either("All commands", "所有命令"), hint: d.either("Type to search", "输入文字可搜索"), fill: d.paletteList})
}

// takePalette opens the desk's palette where the player has opened its own, to ask for words.
func (d *Desk) takePalette() {
	open, query, _ := d.Player.PaletteOpen()
	if !open {
		return
	}
	d.Say(d.Player.Do("palette", stage.Args{"go": "close"}))
	d.openPalette()
	d.chooser.field.set(query)
	d.chooser.list = d.chooser.fill(query)
}

// paletteList is what fits a query.
func (d *Desk) paletteList(query string) []choice {
	var list []choice
	for _, c := range ownCommands() {
		if text := d.either(c.en, c.zh); c.en != "" && stageLacks(c.id) && fits(query, c.id+" "+c.en+" "+c.zh) {
			ch := choice{label: capital(text), group: d.either("Window", "窗口"), line: c.id}
			if len(c.keys) > 0 {
				ch.key = c.keys[0]
			}
			list = append(list, ch)
		}
	}
	for _, e := range d.Player.Palette(query) {
		if e.Cmd == "palette" && len(e.Args) == 0 {
			continue
		}
		group := e.Group
		if query != "" { // by how well they fit, not by group
			group = ""
		}
		ch := choice{label: capital(e.Label), key: e.Key, group: group, line: line(e.Cmd, e.Args), on: e.On}
		if c := own(e.Cmd); c != nil && len(c.keys) > 0 && len(e.Args) == 0 {
			ch.key = c.keys[0]
		}
		list = append(list, ch)
	}
	if query != "" {
		for i := range list {
			list[i].group = ""
		}
	}
	return list
}

// stageLacks reports whether the player has no command of that id, and so no line for it in its palette.
func stageLacks(id string) bool {
	for _, c := range stage.Commands() {
		if c.ID == id {
			return false
		}
	}
	return true
}

// fits reports whether every word of the query occurs in a text.
func fits(query, text string) bool {
	text = strings.ToLower(text)
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// openScenarios opens the list of what can be played: files, lessons, scenarios.
func (d *Desk) openScenarios() {
	d.openChooser(&chooser{
		title: d.either("Play something else", "播放别的"),
		hint:  d.either("Type to search; NAME SEED plays a scenario with that seed", "输入文字可搜索；名称 种子 以该种子播放场景"),
		fill:  d.scenarioList,
	})
}

func (d *Desk) scenarioList(query string) []choice {
	files := d.either("Recordings", "记录")
	list := []choice{{label: capital(d.either("open a recording of a real kernel", "打开真实内核的记录")), group: files, key: "Ctrl+o", line: "open"}}
	for _, path := range d.recent {
		list = append(list, choice{label: path, group: files, line: line("open-file", stage.Args{"path": path})})
	}
	if d.away() {
		list = append(list, choice{label: d.words().backToRun, group: d.either("Lessons", "课程"), line: "return"})
	}
	for _, l := range d.library.In(d.Player.Lang()) {
		list = append(list, choice{label: l.Title, detail: l.Slug, group: d.either("Lessons", "课程"), line: line("lesson", stage.Args{"slug": l.Slug}), on: !d.away() && l == d.page.Lesson()})
	}
	words, seed := seedOf(query)
	for _, name := range stage.Scenarios() {
		from := d.Player.Source()
		c := choice{label: name, detail: stage.ScenarioTitle(name), group: d.either("Scenarios", "场景"), line: line("scenario", stage.Args{"name": name, "seed": seed})}
		if seed != "" {
			c.detail = d.words().seed + " " + seed + "  " + c.detail
		}
		c.on = d.away() && from.Kind == stage.Simulation && from.Name == name
		list = append(list, c)
	}
	kept := list[:0]
	for _, c := range list {
		if fits(words, c.label+" "+c.detail+" "+c.group) || c.line == "open" && query == "" {
			kept = append(kept, c)
		}
	}
	return kept
}

// seedOf parts a query from the number at its end: "udp-loss 7".
func seedOf(query string) (words, seed string) {
	fields := strings.Fields(query)
	if n := len(fields); n > 1 && strings.Trim(fields[n-1], "0123456789") == "" {
		return strings.Join(fields[:n-1], " "), fields[n-1]
	}
	return query, ""
}

// openLink shows the moment that a link speaks of; without a value it asks for the link.
func (d *Desk) openLink(a stage.Args) error {
	value := strings.TrimSpace(a["value"])
	if value == "" {
		text, _ := d.describe("open-link")
		d.prompt(capital(text), "v=1&s=two-slots&seed=42&i=130", "open-link", nil, "value")
		return nil
	}
	was := d.Player.Source()
	if err := d.Player.OpenLink(value); err != nil {
		return err
	}
	if d.Player.Source() != was {
		d.apart = true
		d.Player.Forget()
		d.forgetAnswers()
	}
	d.takeStock()
	return nil
}
