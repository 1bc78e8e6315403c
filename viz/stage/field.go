package stage

import (
	"strconv"

	"sunscope/viz/scene"
)

// fieldShown is the field of the selected packet that stands out with its bytes.
type fieldShown struct {
	of scene.Ref
	n  int
}

// Field is the field of the selected packet that stands out with its bytes: an index into Inspection.Fields; -1 is none.
func (p *Player) Field() int {
	if p.field.of != p.view.Selected || p.view.Selected.Kind != scene.RefPacket {
		return -1
	}
	return p.field.n
}

// doField lets a field stand out; n=-1 none.
func doField(p *Player, a Args) error {
	n, err := strconv.Atoi(a["n"])
	if err != nil || n < -1 {
		return expected("field", "n", a["n"], "the number of a field, or -1 for none")
	}
	p.showField(n)
	return nil
}

// moveField goes to the next or the previous field of the selected packet; where nothing is taken apart it does nothing.
func (p *Player) moveField(by int) error {
	if n := p.Field(); n >= 0 || by > 0 {
		p.showField(max(0, n+by))
	}
	return nil
}

func (p *Player) showField(n int) {
	if p.view.Selected.Kind != scene.RefPacket {
		return
	}
	in := p.Inspection()
	if n = min(n, len(in.Fields)-1); n != p.Field() {
		p.field = fieldShown{p.view.Selected, n}
		p.touch()
	}
}
