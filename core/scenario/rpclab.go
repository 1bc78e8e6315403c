package scenario

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Lab is what the operation rpclab does: as a small module does when it is loaded, it makes an RPC client of its own,
// makes asynchronous NULL calls through it, waits for them and takes the client down.
type Lab struct {
	UDP     bool // proto=udp
	Port    int  // 0: the server's NFS port
	Calls   int  // nreq: calls of one round, all at once
	Rounds  int
	Gap     time.Duration // between the starts of two rounds
	Timeo   time.Duration // to_initval; each wait is twice as long as the one before
	Retrans int           // to_retries
	Flags   uint16        // tk_flags
	Pad     int           // bytes of the arguments
	Timer   int           // p_timer of the procedure; -1: 0 to 4 in turn
	Prio    bool          // priorities HIGH, NORMAL and LOW in turn
	Kill    time.Duration // after the last round has begun all calls are killed; 0: they are not
}

// LabHelp explains the settings of rpclab.
const LabHelp = "proto=tcp or udp, port=NUMBER, nreq=CALLS, rounds=NUMBER, gap=TIME, timeo=TIME, retrans=NUMBER, flags=RPC_TASK_ flags joined with |, pad=BYTES, timer=0 to 4 or -1, prio=0 or 1, kill=TIME"

// parseLab reads the settings that follow the word rpclab.
func parseLab(words []string) (*Lab, error) {
	l := &Lab{Calls: 1, Rounds: 1, Timeo: 700 * time.Millisecond, Retrans: 5, Pad: 64, Timer: 1}
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		if !l.set(key, value) {
			return nil, errors.New("not understood: " + strconv.Quote(w) + "; rpclab takes " + LabHelp)
		}
	}
	return l, nil
}

func (l *Lab) set(key, value string) bool {
	switch key {
	case "proto":
		l.UDP = value == "udp"
		return value == "udp" || value == "tcp"
	case "port":
		return within(&l.Port, value, 1, 65535)
	case "nreq":
		return within(&l.Calls, value, 1, 10000)
	case "rounds":
		return within(&l.Rounds, value, 1, 1000)
	case "retrans":
		return within(&l.Retrans, value, 0, 30)
	case "pad":
		return within(&l.Pad, value, 0, 8192) && l.Pad%4 == 0
	case "timer":
		return within(&l.Timer, value, -1, 4)
	case "gap":
		return duration(&l.Gap, value)
	case "timeo":
		return duration(&l.Timeo, value) && l.Timeo > 0
	case "kill":
		return duration(&l.Kill, value)
	case "prio":
		l.Prio = value == "1"
		return value == "0" || value == "1"
	case "flags":
		var ok bool
		l.Flags, ok = taskFlags(value)
		return ok
	}
	return false
}

func within(n *int, value string, least, most int) bool {
	v, err := strconv.Atoi(value)
	*n = v
	return err == nil && v >= least && v <= most
}

func duration(d *time.Duration, value string) bool {
	v, err := time.ParseDuration(value)
	*d = v
	return err == nil && v >= 0 && v <= 600*time.Second
}

// flagNames are the task flags by the names of their constants without RPC_TASK_.
var flagNames = []struct {
	name string
	bit  uint16
}{
	{"ASYNC", 0x0001}, {"SWAPPER", 0x0002}, {"MOVEABLE", 0x0004}, {"NULLCREDS", 0x0010}, {"CALL_MAJORSEEN", 0x0020},
	{"DYNAMIC", 0x0080}, {"NO_ROUND_ROBIN", 0x0100}, {"SOFT", 0x0200}, {"SOFTCONN", 0x0400}, {"SENT", 0x0800},
	{"TIMEOUT", 0x1000}, {"NOCONNECT", 0x2000}, {"NO_RETRANS_TIMEOUT", 0x4000}, {"CRED_NOREF", 0x8000},
}

// taskFlags reads flags joined with |, each by its name or as a number such as 0x2200.
func taskFlags(text string) (flags uint16, ok bool) {
	for _, word := range strings.Split(text, "|") {
		word = strings.TrimPrefix(word, "RPC_TASK_")
		v, err := strconv.ParseUint(word, 0, 16)
		for _, f := range flagNames {
			if f.name == word {
				v, err = uint64(f.bit), nil
			}
		}
		if err != nil {
			return 0, false
		}
		flags |= uint16(v)
	}
	return flags, true
}

// UDP says whether anything in the scenario talks to the server over UDP: then the server listens there too.
func (s *Scenario) UDP() bool {
	for _, p := range s.Processes {
		ops, err := ParseScript(p.Do)
		if err != nil {
			continue // Set has refused it
		}
		for _, op := range ops {
			if op.Lab != nil && op.Lab.UDP {
				return true
			}
		}
	}
	return s.Mount.UDP
}
