package worlds

import (
	"strings"

	"sunscope/core/scenario"
)

// Shrink makes a world that breaks a rule smaller as long as it breaks the same rule: fewer processes, faults and
// operations, a simpler mount. It tries at most that many worlds.
func Shrink(sc *scenario.Scenario, seed uint64, rule string, tries int) *scenario.Scenario {
	best := clone(sc)
	fails := func(c *scenario.Scenario) bool {
		if tries--; tries < 0 || c.Check() != nil {
			return false
		}
		_, failure := Try(c, seed)
		return failure != nil && failure.Rule == rule
	}
	for progress := true; progress && tries > 0; {
		progress = false
		for _, smaller := range smallerWorlds(best) {
			if fails(smaller) {
				best, progress = smaller, true
				break
			}
		}
	}
	return best
}

// smallerWorlds are the worlds that lack one thing of sc, the largest things first.
func smallerWorlds(sc *scenario.Scenario) (list []*scenario.Scenario) {
	change := func(f func(*scenario.Scenario)) {
		c := clone(sc)
		before := c.Encode()
		f(c)
		if c.Encode() != before {
			list = append(list, c)
		}
	}
	for i := range sc.Processes {
		if len(sc.Processes) > 1 {
			change(func(c *scenario.Scenario) { c.Processes = append(c.Processes[:i], c.Processes[i+1:]...) })
		}
	}
	for i := range sc.Faults {
		change(func(c *scenario.Scenario) { c.Faults = append(c.Faults[:i], c.Faults[i+1:]...) })
	}
	for i, p := range sc.Processes {
		change(func(c *scenario.Scenario) { c.Processes[i].Count = 1 })
		ops := strings.Split(p.Do, "; ")
		for j := range ops {
			if len(ops) > 1 {
				rest := append(append([]string(nil), ops[:j]...), ops[j+1:]...)
				change(func(c *scenario.Scenario) { c.Processes[i].Do = strings.Join(rest, "; ") })
			}
		}
	}
	change(func(c *scenario.Scenario) { c.Mount.Full = false })
	change(func(c *scenario.Scenario) { c.Mount.Rpcbind = false })
	change(func(c *scenario.Scenario) { c.Mount.NoPing = true })
	change(func(c *scenario.Scenario) { c.Link.Loss, c.Link.Duplicate, c.Link.Reorder = 0, 0, 0 })
	change(func(c *scenario.Scenario) { c.Link.Bandwidth = 0 })
	change(func(c *scenario.Scenario) { c.Client.CPUs, c.Client.Threads = 1, 1 })
	change(func(c *scenario.Scenario) { c.Server.CPUs, c.Server.Threads = 1, 1 })
	return list
}

func clone(sc *scenario.Scenario) *scenario.Scenario {
	c := *sc
	c.Processes = append([]scenario.Process(nil), sc.Processes...)
	c.Faults = append([]scenario.Fault(nil), sc.Faults...)
	return &c
}
