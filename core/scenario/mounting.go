package scenario

import (
	"strings"

	"sunscope/core/time"
)

// Mounting is what the operation mount does: mount.nfs runs, with its options as mount(8) takes them.
type Mounting struct {
	Addr      string // of the server; "": server.addr
	Port      int    // of NFS; 0: mount.port, or rpcbind is asked when mount.rpcbind says so
	MountPort int    // of mountd; 0: rpcbind is asked
	MountUDP  bool   // mountproto=udp: MOUNT over datagrams
	Vers      string // "3", "4.0", "4.1"; "": mount.vers
	Hard      bool
	Lock      bool // the option of that name
	NoLock    bool // likewise; neither: as mount.lock says
	SoftErr   bool // what ends a call that is not answered is ETIMEDOUT, not EIO
	Timeo     time.Duration
	Retry     int           // retrans
	Within    time.Duration // after this time mount.nfs is killed; 0: it is not
}

// MountHelp explains the operation mount.
const MountHelp = "mount OPTIONS [within TIME] (mount.nfs with vers=3, 4.0 or 4.1, addr= for a server that is not there, port=, mountport=, mountproto=tcp or udp, hard, soft or softerr, lock or nolock, timeo= in tenths of a second, retrans=, with commas between them; it is killed after TIME)"

// parseMounting reads what follows the word mount.
func parseMounting(words []string) (*Mounting, error) {
	m := &Mounting{Timeo: 60 * time.Second, Retry: 2, Hard: true}
	wrong := func(what string) (*Mounting, error) {
		return nil, wrong("not understood: " + quote(what) + "; expected " + MountHelp)
	}
	if len(words) != 1 && len(words) != 3 {
		return wrong(strings.Join(words, " "))
	}
	for _, o := range strings.Split(words[0], ",") {
		if !m.set(o) {
			return wrong(o)
		}
	}
	if len(words) == 3 && (words[1] != "within" || !duration(&m.Within, words[2]) || m.Within == 0) {
		return wrong(words[1] + " " + words[2])
	}
	return m, nil
}

func (m *Mounting) set(option string) bool {
	key, value, _ := strings.Cut(option, "=")
	switch key {
	case "hard", "soft", "softerr":
		m.Hard, m.SoftErr = key == "hard", key == "softerr"
		return key == option
	case "lock", "nolock":
		m.Lock, m.NoLock = key == "lock", key == "nolock"
		return key == option
	case "mountproto":
		m.MountUDP = value == "udp"
		return value == "udp" || value == "tcp"
	case "addr":
		m.Addr = value
		return isIPv4(value) || ipv6(value)
	case "vers":
		m.Vers = value
		return setVers(new(string), value)
	case "port":
		return within(&m.Port, value, 1, 65535)
	case "mountport":
		return within(&m.MountPort, value, 1, 65535)
	case "retrans":
		return within(&m.Retry, value, 0, 30)
	case "timeo":
		tenths := 0
		ok := within(&tenths, value, 1, 6000)
		m.Timeo = time.Duration(tenths) * 100 * time.Millisecond
		return ok
	}
	return false
}

// Mounts says whether any process mounts for itself.
//
//go:noinline
func (s *Scenario) Mounts() bool {
	return s.uses("mount")
}

// checkMounts is for a world in which nothing is mounted at first: who wants to use a mount must make it.
func (s *Scenario) checkMounts() error {
	if !s.Mount.None {
		return nil
	}
	if s.Workload.Reads > 0 {
		return &KeyError{"workload.reads", itoa(s.Workload.Reads), "0 when mount.none is true"}
	}
	for i, p := range s.Processes {
		ops, _ := ParseScript(p.Do)
		for _, op := range ops {
			if op.Mount != nil {
				break
			}
			if !op.Alone() {
				return &KeyError{"process." + itoa(i+1) + ".do", p.Do, "mount before " + op.Verb + " when mount.none is true"}
			}
		}
	}
	return nil
}
