package scene

import (
	"fmt"
	"strings"
)

var opNames = [...]string{OpRect: "rect", OpLine: "line", OpArc: "arc", OpTri: "tri", OpText: "text"}

// dump is what moves in a picture, and what the text twin says, as text: a line an item, positions in whole pixels.
func dump(l *List) string {
	var b strings.Builder
	fmt.Fprintf(&b, "picture %.0f×%.0f, background of %d items\n", l.W, l.H, len(l.Back))
	for _, it := range l.Front {
		switch it.Op {
		case OpText:
			if it.Text != "" {
				fmt.Fprintf(&b, "text %4.0f %4.0f  %s\n", it.X, it.Y, it.Text)
			}
		case OpRect:
			fmt.Fprintf(&b, "rect %4.0f %4.0f %4.0f×%.0f fill %d edge %d", it.X, it.Y, it.W, it.H, it.Fill, it.Stroke)
			if it.Dash > 0 {
				b.WriteString(" dashed")
			}
			b.WriteByte('\n')
		default:
			fmt.Fprintf(&b, "%s edge %d fill %d\n", opNames[it.Op], it.Stroke, it.Fill)
		}
	}
	for _, p := range l.Said {
		fmt.Fprintf(&b, "said %d %s\n", p.Level, p.Text)
	}
	return b.String()
}
