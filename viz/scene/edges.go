package scene

import "sunscope/core/fsm"

// edge is a pair of states between which some edge of fsm's table leads.
type edge struct{ from, to fsm.State }

// edges are the pairs in fsm's table, each once, in the table's order.
func edges() []edge {
	var list []edge
	var seen [fsm.StateCount][fsm.StateCount]bool
	for i := range fsm.Edges {
		e := &fsm.Edges[i]
		if e.From == fsm.None || e.To == fsm.None || seen[e.From][e.To] {
			continue
		}
		seen[e.From][e.To] = true
		list = append(list, edge{e.From, e.To})
	}
	return list
}
