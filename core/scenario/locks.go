package scenario

import "strconv"

// LocksHelp explains the operations on locks.
const LocksHelp = "lock PATH (fcntl F_SETLKW: the process waits until it has the whole file locked), trylock PATH (F_SETLK: it does not wait), unlock PATH, hold PATH TIME (a process on the server locks the file for so long; the script goes on)"

func lockKey() Key {
	k := yesno("mount.lock", "the mount option lock: files are locked by the server's lock manager; else nolock", func(s *Scenario) *bool { return &s.Mount.Lock })
	k.Default = "false"
	return k
}

// statdKey is a setting of the server that may be left out.
func statdKey() Key {
	return Key{Name: "server.statd", Help: "whether rpc.statd runs on the server, when there are lock managers", Want: "true or false", Default: "true",
		Get: func(s *Scenario) string { return strconv.FormatBool(!s.Server.NoStatd) },
		Set: func(s *Scenario, v string) bool {
			s.Server.NoStatd = v == "false"
			return v == "true" || v == "false"
		}}
}

// Locks says whether any mount has its locks with the server, so that both machines need what lock managers need.
//
//go:noinline
func (s *Scenario) Locks() bool {
	if s.Mount.Lock {
		return true
	}
	for _, p := range s.Processes {
		ops, _ := ParseScript(p.Do)
		for i := range ops {
			if m := ops[i].Mount; m != nil && m.Lock {
				return true
			}
		}
	}
	return false
}
