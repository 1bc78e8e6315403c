package rpcbind

import (
	"strconv"
	"strings"
)

// Entry is a line of the table: a program on a transport.
type Entry struct {
	Prog, Vers uint32
	Netid      string // "tcp", "udp", "tcp6", "udp6", "local"
	Uaddr      string // universal address: "127.0.0.1.0.111", or a path
	Owner      string
}

// MaxEntries is how many lines a table has at most: anybody may SET.
const MaxEntries = 4096

// Table is what rpcbind knows.
type Table struct {
	Host    string // for answers about programs on all addresses
	Seconds func() uint32
	entries []Entry
}

// Set enters a program, unless it is there with another address, or the table is full.
func (t *Table) Set(e Entry) bool {
	if old := t.find(e.Prog, e.Vers, e.Netid); old != nil {
		return old.Uaddr == e.Uaddr
	}
	if e.Netid == "" || e.Uaddr == "" || len(t.entries) >= MaxEntries {
		return false
	}
	t.entries = append(t.entries, e)
	return true
}

// Unset takes a program off one transport, or off all if netid is empty.
func (t *Table) Unset(prog, vers uint32, netid string) {
	left := t.entries[:0]
	for _, e := range t.entries {
		if e.Prog != prog || e.Vers != vers || netid != "" && e.Netid != netid {
			left = append(left, e)
		}
	}
	t.entries = left
}

func (t *Table) find(prog, vers uint32, netid string) *Entry {
	for i := range t.entries {
		if e := &t.entries[i]; e.Prog == prog && e.Vers == vers && e.Netid == netid {
			return e
		}
	}
	return nil
}

// get is find for who asks for an address: without strict another version of the program will do.
func (t *Table) get(e Entry, strict bool) *Entry {
	if found := t.find(e.Prog, e.Vers, e.Netid); found != nil || strict {
		return found
	}
	for i := range t.entries {
		if o := &t.entries[i]; o.Prog == e.Prog && o.Netid == e.Netid {
			return o
		}
	}
	return nil
}

// reachable is an entry's address as a client can use it: "all addresses" is none.
func (t *Table) reachable(e *Entry) string {
	if e == nil {
		return ""
	}
	for _, any := range [...]string{"0.0.0.0.", "::."} {
		if rest, ok := strings.CutPrefix(e.Uaddr, any); ok && t.Host != "" {
			return t.Host + "." + rest
		}
	}
	return e.Uaddr
}

// Uaddr is the universal address of a port (RFC 5665 section 5.2.3).
func Uaddr(host string, port uint16) string {
	return host + "." + strconv.Itoa(int(port>>8)) + "." + strconv.Itoa(int(port&255))
}

// port is the port of a universal address; 0 for what is none.
func port(uaddr string) uint32 {
	parts := strings.Split(uaddr, ".")
	if len(parts) < 3 {
		return 0
	}
	high, err := strconv.ParseUint(parts[len(parts)-2], 10, 8)
	low, err2 := strconv.ParseUint(parts[len(parts)-1], 10, 8)
	if err != nil || err2 != nil {
		return 0
	}
	return uint32(high<<8 | low)
}

// The protocols that version 2 can name, by netid.
var prots = [...]struct {
	netid string
	prot  uint32
}{{"tcp", 6}, {"udp", 17}}

func prot(netid string) uint32 {
	for _, p := range prots {
		if p.netid == netid {
			return p.prot
		}
	}
	return 0
}

func netidOf(prot uint32) string {
	for _, p := range prots {
		if p.prot == prot {
			return p.netid
		}
	}
	return ""
}
