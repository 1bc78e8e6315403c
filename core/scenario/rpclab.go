package scenario

import (
	"strconv"
	"strings"

	"sunscope/core/time"
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
	Create  uint16        // flags of rpc_create; the client is soft unless they say otherwise
	Pad     int           // bytes of the arguments
	Timer   int           // p_timer of the procedure; -1: 0 to 4 in turn
	Prio    bool          // priorities HIGH, NORMAL and LOW in turn
	Kill    time.Duration // after the last round has begun all calls are killed; 0: they are not
}

// LabHelp explains the settings of rpclab.
const LabHelp = "proto=tcp or udp, port=NUMBER, nreq=CALLS, rounds=NUMBER, gap=TIME, timeo=TIME, retrans=NUMBER, flags=RPC_TASK_ flags joined with |, create=RPC_CLNT_CREATE_ flags, pad=BYTES, timer=0 to 4 or -1, prio=0 or 1, kill=TIME"

// parseLab reads the settings that follow the word rpclab.
func parseLab(words []string) (*Lab, error) {
	l := &Lab{Calls: 1, Rounds: 1, Timeo: 700 * time.Millisecond, Retrans: 5, Pad: 64, Timer: 1}
	for _, w := range words {
		key, value, _ := strings.Cut(w, "=")
		if !l.set(key, value) {
			return nil, wrong("not understood: " + quote(w) + "; rpclab takes " + LabHelp)
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
		return flags(&l.Flags, value, "RPC_TASK_", taskFlags)
	case "create":
		return flags(&l.Create, value, "RPC_CLNT_CREATE_", createFlags) && l.Create&^knownCreate == 0
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

// flag is a constant's name without its prefix, and its value.
type flag struct {
	name string
	bit  uint16
}

var taskFlags = []flag{
	{"ASYNC", 0x0001}, {"SWAPPER", 0x0002}, {"MOVEABLE", 0x0004}, {"NULLCREDS", 0x0010}, {"CALL_MAJORSEEN", 0x0020},
	{"DYNAMIC", 0x0080}, {"NO_ROUND_ROBIN", 0x0100}, {"SOFT", 0x0200}, {"SOFTCONN", 0x0400}, {"SENT", 0x0800},
	{"TIMEOUT", 0x1000}, {"NOCONNECT", 0x2000}, {"NO_RETRANS_TIMEOUT", 0x4000}, {"CRED_NOREF", 0x8000},
}

// The flags of rpc_create that a Lab may have.
const (
	CreateHardRetry = 1 << 0  // RPC_CLNT_CREATE_HARDRTRY
	CreateNonPriv   = 1 << 3  // RPC_CLNT_CREATE_NONPRIVPORT
	CreateDiscRetry = 1 << 5  // RPC_CLNT_CREATE_DISCRTRY
	CreateNoRetrans = 1 << 9  // RPC_CLNT_CREATE_NO_RETRANS_TIMEOUT
	CreateSoftErr   = 1 << 10 // RPC_CLNT_CREATE_SOFTERR
	CreateAutoBind  = 1 << 2  // RPC_CLNT_CREATE_AUTOBIND
	knownCreate     = CreateHardRetry | CreateAutoBind | CreateNonPriv | CreateDiscRetry | CreateNoRetrans | CreateSoftErr
)

var createFlags = []flag{
	{"HARDRTRY", CreateHardRetry}, {"AUTOBIND", CreateAutoBind}, {"NONPRIVPORT", CreateNonPriv}, {"DISCRTRY", CreateDiscRetry},
	{"NO_RETRANS_TIMEOUT", CreateNoRetrans}, {"SOFTERR", CreateSoftErr},
}

// flags reads flags joined with |, each by its name, with or without the prefix, or as a number such as 0x2200.
func flags(to *uint16, text, prefix string, names []flag) bool {
	*to = 0
	for _, word := range strings.Split(text, "|") {
		word = strings.TrimPrefix(word, prefix)
		v, err := strconv.ParseUint(word, 0, 16)
		for _, f := range names {
			if f.name == word {
				v, err = uint64(f.bit), nil
			}
		}
		if err != nil {
			return false
		}
		*to |= uint16(v)
	}
	return true
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
