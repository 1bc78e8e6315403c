package desk

import (
	"strings"

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
	high := float32(0)
	for _, g := range groups {
		high += keyGroupHeight(&g)
	}
	each := high / float32(columns)
	var filled []float32 // of the columns
	at := make([]int, len(groups))
	for i := range groups {
		h := keyGroupHeight(&groups[i])
		if n := len(filled); n == 0 || n < columns && filled[n-1]+h/2 > each {
			filled = append(filled, 0)
		}
		at[i] = len(filled) - 1
		filled[at[i]] += h
	}
	tallest := float32(0)
	for _, h := range filled {
		tallest = max(tallest, h)
	}
	r := d.dialog(s, float32(len(filled))*keyColumn+28, tallest+76, d.words().keys)
	d.keys.most = max(0, tallest+76-r.H)
	d.keys.scroll.at = max(0, min(d.keys.scroll.at, d.keys.most))
	wide := (r.W - 28) / float32(len(filled))
	ys := make([]float32, len(filled))
	view := Rect{r.X, r.Y + 52, r.W, r.H - 60}
	for i := range groups {
		c := at[i]
		s.layKeys(&groups[i], view, r.X+18+float32(c)*wide, r.Y+56+ys[c]-d.keys.scroll.at, wide-12)
		ys[c] += keyGroupHeight(&groups[i])
	}
	s.more(view, d.keys.scroll.at, d.keys.most)
}

func keyGroupHeight(g *keyGroup) float32 { return float32(len(g.rows))*keyRowHeight + 34 }

func (s *sheet) layKeys(g *keyGroup, view Rect, x, y, wide float32) {
	inside := func(h float32) bool { return y >= view.Y && y+h <= view.Y+view.H }
	if inside(22) {
		s.text(x, y+17, scene.SansBold, 12.5, scene.InkDim, g.name)
	}
	y += 24
	for _, row := range g.rows {
		if inside(keyRowHeight) {
			at := x
			for _, key := range row.keys {
				name := keyName(key)
				w := face.Advance(scene.Mono, 12, name) + 12
				s.card(Rect{at, y + 1, w, 20}, 4, scene.Inset, scene.InsetEdge)
				s.text(at+6, y+15.5, scene.Mono, 12, scene.Ink, name)
				at += w + 4
			}
			at = max(at+6, x+120)
			s.text(at, y+15.5, scene.Sans, 13, scene.Ink, fit(scene.Sans, 13, row.text, x+wide-at))
		}
		y += keyRowHeight
	}
}
