package desk

import (
	"strings"

	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// keyName is the DOM's name of a key as people write it.
func keyName(k string) string {
	return strings.NewReplacer("ArrowRight", "→", "ArrowLeft", "←", "ArrowUp", "↑", "ArrowDown", "↓", "Escape", "Esc", "PageDown", "PgDn", "PageUp", "PgUp",
		"ContextMenu", "Menu").Replace(k)
}

// keyGroup is a heading of the sheet of keys, with what stands below it.
type keyGroup struct {
	name string
	rows []keyRow
}

type keyRow struct {
	keys []string
	text string
}

// keyGroups are all keys: the player's in their groups, then those of the window.
func (d *Desk) keyGroups() []keyGroup {
	var all []keyGroup
	for i := range stage.Groups() {
		g := keyGroup{name: stage.Groups()[i].Name(d.Player.Lang())}
		for _, c := range stage.Commands() {
			if of := c.Group(); len(c.Keys) > 0 && of != nil && of.ID == stage.Groups()[i].ID {
				text, keys := d.describe(c.ID)
				g.rows = append(g.rows, keyRow{keys, text})
			}
		}
		if len(g.rows) > 0 {
			all = append(all, g)
		}
	}
	window := keyGroup{name: d.either("Window", "窗口")}
	for _, c := range ownCommands() {
		if len(c.keys) > 0 && c.en != "" && stageLacks(c.id) {
			window.rows = append(window.rows, keyRow{c.keys, d.either(c.en, c.zh)})
		}
	}
	for _, row := range d.words().keyList {
		window.rows = append(window.rows, keyRow{strings.Split(row[0], "  "), row[1]})
	}
	return append(all, window)
}

const (
	keyRowHeight = 24
	keyColumn    = 400
)

// layHelp lists the keys, in as many columns as there is room for.
func (d *Desk) layHelp(s *sheet) {
	groups := d.keyGroups()
	all := d.areas.Window
	columns := max(1, min(int((all.W-60)/keyColumn), 3))
	wide := (min(float32(columns)*keyColumn+28, all.W-24) - 28) / float32(columns)
	at, tallest := keyColumns(groups, columns, wide-12)
	r := d.dialog(s, float32(columns)*keyColumn+28, tallest+76, d.words().keys)
	d.keys.most = max(0, tallest+76-r.H)
	d.keys.scroll.at = max(0, min(d.keys.scroll.at, d.keys.most))
	ys := make([]float32, columns)
	view := Rect{r.X, r.Y + 52, r.W, r.H - 60}
	for i := range groups {
		c := at[i]
		s.layKeys(&groups[i], view, r.X+18+float32(c)*wide, r.Y+56+ys[c]-d.keys.scroll.at, wide-12)
		ys[c] += groups[i].height(wide - 12)
	}
	s.more(view, d.keys.scroll.at, d.keys.most)
}

// keyColumns shares the groups out, in their order, so that the tallest column is as low as it can be.
func keyColumns(groups []keyGroup, columns int, wide float32) (at []int, tallest float32) {
	at = make([]int, len(groups))
	heights := make([]float32, len(groups))
	all := float32(0)
	for i := range groups {
		heights[i] = groups[i].height(wide)
		all += heights[i]
	}
	for most := all / float32(columns); ; most += 8 {
		c, filled := 0, float32(0)
		tallest = 0
		for i, h := range heights {
			if filled > 0 && filled+h > most {
				c, filled = c+1, 0
			}
			at[i] = c
			filled += h
			tallest = max(tallest, filled)
		}
		if c < columns {
			return at, tallest
		}
	}
}

const keyLinePitch = 17 // of a text that takes several lines

func (g *keyGroup) height(wide float32) float32 {
	h := float32(34)
	for i := range g.rows {
		h += g.rows[i].height(wide)
	}
	return h
}

// lines are where the row's text begins, and the text broken so that it fits.
func (row *keyRow) lines(wide float32) (x float32, lines []string) {
	for _, key := range row.keys {
		x += face.Advance(scene.Mono, 12, keyName(key)) + 16
	}
	x = max(x+6, 120)
	return x, prose.Wrap(scene.Sans, 13, row.text, wide-x)
}

func (row *keyRow) height(wide float32) float32 {
	_, lines := row.lines(wide)
	return keyRowHeight + float32(len(lines)-1)*keyLinePitch
}

func (s *sheet) layKeys(g *keyGroup, view Rect, x, y, wide float32) {
	inside := func(h float32) bool { return y >= view.Y && y+h <= view.Y+view.H }
	if inside(22) {
		s.text(x, y+17, scene.SansBold, 12.5, scene.InkDim, g.name)
	}
	y += 24
	for i := range g.rows {
		row := &g.rows[i]
		h := row.height(wide)
		if inside(h) {
			s.layKeyRow(row, x, y, wide)
		}
		y += h
	}
}

func (s *sheet) layKeyRow(row *keyRow, x, y, wide float32) {
	at := x
	for _, key := range row.keys {
		name := keyName(key)
		w := face.Advance(scene.Mono, 12, name) + 12
		s.card(Rect{at, y + 1, w, 20}, 4, scene.Inset, scene.InsetEdge)
		s.text(at+6, y+15.5, scene.Mono, 12, scene.Ink, name)
		at += w + 4
	}
	from, lines := row.lines(wide)
	for i, l := range lines {
		s.text(x+from, y+15.5+float32(i)*keyLinePitch, scene.Sans, 13, scene.Ink, l)
	}
}
