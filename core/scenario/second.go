package scenario

import "strings"

// second is client.second or server.second.
func second(name, help string, f func(*Scenario) *string) Key {
	k := address(name, help+"; none: there is no second one", f)
	set := k.Set
	k.Default, k.Want = "none", "none or "+k.Want
	k.Get = func(s *Scenario) string {
		if *f(s) == "" {
			return "none"
		}
		return *f(s)
	}
	k.Set = func(s *Scenario, v string) bool {
		if v == "none" {
			*f(s) = ""
			return true
		}
		return set(s, v)
	}
	return k
}

// checkSecond is for addresses that two have, and for processes in a namespace that is not there.
func (s *Scenario) checkSecond() error {
	taken := []string{s.Client.Addr, s.Server.Addr}
	for _, a := range [...]struct{ key, addr string }{{"client.second", s.Client.Second}, {"server.second", s.Server.Second}} {
		for _, t := range taken {
			if a.addr != "" && (a.addr == t || strings.Contains(a.addr, ":") != strings.Contains(t, ":")) {
				return &KeyError{a.key, a.addr, "an address that nobody else has, of the same family as server.addr"}
			}
		}
		taken = append(taken, a.addr)
		if a.addr == "" {
			taken = taken[:len(taken)-1]
		}
	}
	for i, p := range s.Processes {
		if p.On == "B" && s.Client.Second == "" {
			return &KeyError{"process." + itoa(i+1) + ".on", p.On, "A, for there is no client.second"}
		}
	}
	return nil
}
