package scenario

import (
	"slices"
	"strconv"
	"strings"

	"sunscope/core/time"
)

// Process is what some of the client's processes do, one call after the other.
type Process struct {
	Name  string        // its comm
	Count int           // how many there are; in their scripts $ stands for their number
	At    time.Duration // after the mount
	Do    string        // the script: operations with ";" between them
	Times int           // how often it does its script, one time after the other; 0: once
	On    string        // the network namespace that it runs in: "B" is the client's second one; "": the first
	// Within is after what time it is killed (timeout -s KILL), if it has not ended by then; 0: it is not.
	Within time.Duration
}

// Op is one operation of a script.
type Op struct {
	Verb string
	Path string // below the export; "" is the export itself
	N    int    // of calls
	Size int    // bytes of each
	Off  uint64 // bytes; where the first call begins
	For  time.Duration
	Lab  *Lab   // of rpclab
	Knob string // of set: key and value
	On   bool   // of exportfs
	Port int    // of nfsd; 0: mount.port
	Word string // of start and stop: one of Daemons
	// Without are the versions of NFS that nfsd does not offer, each one of NFSVersions.
	Without []string
	To      string // the second path of rename, link and symlink
	// All is how long pwrites goes on; of one under way, Till is when it stops.
	All, Till time.Duration
	// Mount is what mount does.
	Mount *Mounting
}

// verbs are the operations and what they take after the verb: p a path, n a number, z a number that may be 0, b a number of bytes, t a time, T a second time, d a daemon, o on or off; * is any number of
// settings.
var verbs = map[string]string{
	"getattr": "p", "lookup": "p", "access": "p", "getacl": "p", "create": "p", "remove": "p", "commit": "p",
	"read": "pnb", "write": "pnb", "reads": "pnb", "writes": "pnb", "sleep": "t", "fsinfo": "", "pathconf": "", "fsstat": "",
	"mkdir": "p", "rmdir": "p", "readdir": "p", "null": "n", "ranked": "n", "rpclab": "*", "set": "*",
	"nfsd": "z", "callback": "n", "nfsd-u": "z", "mount": "*", "umount": "", "start": "d", "stop": "d",
	"exportfs": "o", "lock": "p", "trylock": "p", "unlock": "p", "hold": "pt",
}

// Verbs explains the operations, for help texts.
const Verbs = "getattr PATH, lookup PATH, access PATH, getacl PATH (of NFSACL), create PATH, remove PATH, commit PATH, read PATH CALLS BYTES (all at once), reads PATH CALLS BYTES (one after the other), write and writes likewise, mkdir PATH, rmdir PATH, readdir PATH, null CALLS (all at once), ranked CALLS (the same with priorities HIGH, NORMAL and LOW in turn), rpclab SETTINGS (a client of its own and calls through it: " + LabHelp + "), " + MountHelp + ", umount, callback CALLS (the server calls the client back, all at once), fsinfo, pathconf, fsstat, " + LocksHelp + ", nfsd [-p PORT] THREADS [VERSIONS] (rpc.nfsd on the server; 0 stops the service; " + VersionsHelp + "), start DAEMON and stop DAEMON (rpcbind or mountd on the server; rpcbind keeps its table, mountd takes itself off it), nfsd-u THREADS (the same with UDP), exportfs on or off (exportfs -au and exportfs -ra on the server: it knows no client, or all of them again), set KEY VALUE (a sysctl of the sunrpc module), sleep TIME"

// ParseScript reads a script. Errors name the operation that is wrong.
func ParseScript(text string) ([]Op, error) {
	var ops []Op
	for _, part := range strings.Split(text, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		op, err := parseOp(words)
		if err != nil {
			return nil, wrong(quote(strings.TrimSpace(part)) + ": " + err.Error())
		}
		ops = append(ops, op.expand()...)
	}
	if len(ops) == 0 {
		return nil, wrong("expected at least one of " + AllVerbs)
	}
	return ops, nil
}

// expand makes of reads and writes, which come one after the other, as many operations.
func (op Op) expand() []Op {
	if op.Verb != "reads" && op.Verb != "writes" {
		return []Op{op}
	}
	var ops []Op
	for i := range op.N {
		ops = append(ops, Op{Verb: strings.TrimSuffix(op.Verb, "s"), Path: op.Path, N: 1, Size: op.Size, Off: uint64(i) * uint64(op.Size)})
	}
	return ops
}

func parseOp(words []string) (Op, error) {
	form, ok := formOf(words[0])
	if !ok {
		return Op{}, wrong("expected one of " + AllVerbs)
	}
	if words[0] == "set" {
		knob := strings.Join(words[1:], " ")
		_, _, err := ParseKnob(knob)
		return Op{Verb: "set", Knob: knob}, err
	}
	if words[0] == "mount" {
		m, err := parseMounting(words[1:])
		return Op{Verb: words[0], Mount: m}, err
	}
	if words[0] == "nfsd" && len(words) > 3 && words[1] == "-p" {
		op, err := parseOp(append([]string{words[0]}, words[3:]...))
		if err == nil && !within(&op.Port, words[2], 1, 65535) {
			err = wrong("not understood: " + quote(words[2]) + "; expected a port")
		}
		return op, err
	}
	if words[0] == "nfsd" && len(words) == 3 {
		op, err := parseOp(words[:2])
		if err == nil {
			op.Without, err = ParseVersions(words[2])
		}
		return op, err
	}
	if form == "*" {
		lab, err := parseLab(words[1:])
		return Op{Verb: words[0], Lab: lab}, err
	}
	if len(words)-1 != len(form) {
		return Op{}, wrong("expected " + itoa(len(form)) + " words after " + words[0])
	}
	op := Op{Verb: words[0]}
	for i, w := range words[1:] {
		if !op.set(form[i], w) {
			return Op{}, wrong("not understood: " + quote(w))
		}
	}
	return op, nil
}

func (op *Op) set(kind byte, word string) bool {
	var err error
	switch kind {
	case 'p':
		op.Path = strings.Trim(word, "/")
	case 's':
		op.Size, err = strconv.Atoi(word)
		return err == nil && op.Size >= 0 && op.Size <= 1<<30
	case 'q':
		op.To = strings.Trim(word, "/")
	case 'n':
		op.N, err = strconv.Atoi(word)
		return err == nil && op.N > 0 && op.N <= 10000
	case 'z':
		op.N, err = strconv.Atoi(word)
		return err == nil && op.N >= 0 && op.N <= 64
	case 'b':
		op.Size, err = strconv.Atoi(word)
		return err == nil && op.Size > 0 && op.Size <= 131072
	case 'T':
		op.All, err = time.ParseDuration(word)
		return err == nil && op.All > 0
	case 'o':
		op.On = word == "on"
		return word == "on" || word == "off"
	case 'd':
		op.Word = word
		return slices.Contains(Daemons, word)
	case 't':
		op.For, err = time.ParseDuration(word)
		return err == nil && op.For >= 0
	}
	return true
}

// processKey finds the process that a key such as process.2.do means; it makes the next one if there is none yet.
func (s *Scenario) processKey(key string) (p *Process, field string) {
	n, field := listKey(key, "process.", len(s.Processes))
	if n == 0 {
		return nil, ""
	}
	if n > len(s.Processes) {
		s.Processes = append(s.Processes, Process{Count: 1})
	}
	return &s.Processes[n-1], field
}

// setProcess sets a field of a process; want says what was expected if it could not.
func (s *Scenario) setProcess(key, value string) (known bool, want string) {
	p, field := s.processKey(key)
	if p == nil {
		return false, ""
	}
	var err error
	switch field {
	case "name":
		p.Name = value
		return true, wantIf(value == "", "some text")
	case "count":
		p.Count, err = strconv.Atoi(value)
		return true, wantIf(err != nil || p.Count < 1 || p.Count > 1000, "a whole number from 1 to 1000")
	case "times":
		p.Times, err = strconv.Atoi(value)
		return true, wantIf(err != nil || p.Times < 1 || p.Times > 1000, "a whole number from 1 to 1000")
	case "on":
		if p.On = value; value == "A" {
			p.On = ""
		}
		return true, wantIf(value != "A" && value != "B", "A or B")
	case "at":
		return true, setAt(&p.At, value)
	case "within":
		return true, setAt(&p.Within, value)
	case "do":
		p.Do = value
		_, err = ParseScript(value)
		if err != nil {
			return true, "a script (" + err.Error() + ")"
		}
		return true, ""
	}
	return false, ""
}

func wantIf(bad bool, want string) string {
	if bad {
		return want
	}
	return ""
}

// encodeProcesses writes the processes as Encode does the rest.
func (s *Scenario) encodeProcesses(b *strings.Builder) {
	for i, p := range s.Processes {
		k := "process." + itoa(i+1) + "."
		b.WriteString(k + "name " + p.Name + "\n" + k + "count " + itoa(p.Count) + "\n" +
			k + "at " + p.At.String() + "\n" + k + "do " + p.Do + "\n")
		if p.On != "" {
			b.WriteString(k + "on " + p.On + "\n")
		}
		if p.Times > 1 {
			b.WriteString(k + "times " + itoa(p.Times) + "\n")
		}
		if p.Within > 0 {
			b.WriteString(k + "within " + p.Within.String() + "\n")
		}
	}
}
