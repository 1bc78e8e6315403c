package prose

import (
	extast "github.com/yuin/goldmark/extension/ast"

	"sunscope/viz/scene"
)

const (
	cellPad  = 8
	sizeCell = 13.5
)

// table sets a table. Columns are as wide as their longest cell wants if there is room, and else share what is left
// over what their longest words need.
func (f *flow) table(n *extast.Table) {
	f.space(paragraph)
	rows := f.cells(n)
	widths := columns(rows, f.w-2*cellPad*float32(len(n.Alignments)))
	for i, row := range rows {
		f.y += 5
		bottom := f.y
		x := f.x
		for c, p := range row {
			y := f.y
			for _, l := range p.breakLines(widths[c]) {
				f.setLine(p, l, x+cellPad+f.aligned(n, c, p, l, widths[c]), y+sizeCell*f.leading*0.5+sizeCell*0.36)
				y += sizeCell * f.leading
			}
			bottom = max(bottom, y)
			x += widths[c] + 2*cellPad
		}
		f.y = bottom + 5
		color, alpha := f.ink(scene.PanelEdge)
		width := float32(1)
		if i == 0 {
			color, width = scene.InsetEdge, 1.5
		}
		f.add(scene.Item{Op: scene.OpLine, Stroke: color, Alpha: alpha, Width: width, Pts: []scene.Point{{X: f.x, Y: f.y}, {X: x, Y: f.y}}})
	}
}

// aligned is how far a line of a cell is moved to the right.
func (f *flow) aligned(n *extast.Table, column int, p *para, l line, width float32) float32 {
	if column >= len(n.Alignments) {
		return 0
	}
	switch n.Alignments[column] {
	case extast.AlignRight:
		return width - p.width(l)
	case extast.AlignCenter:
		return (width - p.width(l)) / 2
	}
	return 0
}

// cells are the table's rows, its head first.
func (f *flow) cells(n *extast.Table) [][]*para {
	var rows [][]*para
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		style := run{}
		if row.Kind() == extast.KindTableHeader {
			style.font = scene.SansBold
		}
		var cells []*para
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, newPara(f.inline(c, style), sizeCell))
		}
		rows = append(rows, cells)
	}
	return rows
}

// columns shares room among the columns.
func columns(rows [][]*para, room float32) []float32 {
	var want, need []float32
	for _, row := range rows {
		for c, p := range row {
			if c == len(want) {
				want, need = append(want, 0), append(need, 0)
			}
			want[c] = max(want[c], p.width(line{0, len(p.text)}))
			need[c] = max(need[c], p.longestWord())
		}
	}
	var wants, needs float32
	for c := range want {
		wants, needs = wants+want[c], needs+need[c]
	}
	widths := make([]float32, len(want))
	for c := range want {
		switch {
		case wants <= room:
			widths[c] = want[c]
		case needs >= room || wants == needs:
			widths[c] = room * need[c] / max(needs, 1)
		default:
			widths[c] = need[c] + (room-needs)*(want[c]-need[c])/(wants-needs)
		}
	}
	return widths
}
