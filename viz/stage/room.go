package stage

import (
	"strings"

	"sunscope/core/story"
)

// room shows the client's room of one machine; of all machines, if that one is shown already or there is no such machine.
func (p *Player) room(id story.HostID) {
	if p.view.Room == id {
		id = 0
	}
	p.view.Room = id
	p.touch()
}

// doRoom chooses whose room the client's is.
func doRoom(p *Player, a Args) error {
	if a["value"] == "all" {
		p.view.Room = 0
		p.touch()
		return nil
	}
	var known []string
	hosts := p.State().Hosts
	for i := range hosts {
		h := &hosts[i]
		if !h.Client {
			continue
		}
		if a["value"] == h.Addr.Value || a["value"] == h.Name.Value {
			p.view.Room = h.ID
			p.touch()
			return nil
		}
		known = append(known, h.Addr.Value)
	}
	return expected("room", "value", a["value"], "all, or a machine that calls others: "+strings.Join(known, ", "))
}
