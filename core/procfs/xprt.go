package procfs

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// Xprt is rpc_xprt/N/info.
type Xprt struct {
	Number string // N, in hexadecimal
	ID     story.XprtID
	NetID  string
	Addr   string
	Port   string
	State  trace.XprtState
	Known  bool // its state is

	guessed bool // its state is inferred
}

// Xprts are the transports of a state, in the order of their making.
func Xprts(s *story.Story, st *story.State) []Xprt {
	var list []Xprt
	for i := range st.Xprts {
		x := &st.Xprts[i]
		v := Xprt{Number: number(s, x.ID), ID: x.ID, NetID: netid(x), Addr: x.Addr, Port: x.Port,
			State: x.State.Value, Known: x.State.How != story.Unknown, guessed: x.State.How == story.Inferred}
		if v.Addr == "" {
			v.NetID, v.Addr, v.Port = unknown, unknown, unknown
		}
		if v.NetID == "local" {
			v.Port = "0"
		}
		list = append(list, v)
	}
	return list
}

// number is the number of a transport in debugfs, which counts from 1 as long as the kernel runs: in a recording it is
// only known which of those seen it is.
func number(s *story.Story, id story.XprtID) string {
	if s.Recording() {
		return unknown + hex(uint32(id))
	}
	return hex(uint32(id))
}

// netid is the transport's kind, as /etc/netconfig names it: events tell once it has taken the write lock or has a socket.
func netid(x *story.Xprt) string {
	switch {
	case strings.HasPrefix(x.Addr, "/") || strings.HasPrefix(x.Addr, "@"):
		return "local"
	case x.Datagrams:
		return "udp" + family(x.Addr)
	case x.Stream || backChannel(x):
		return "tcp" + family(x.Addr)
	}
	return unknown
}

// backChannel says that it is the server's way to call its client, on a connection that the client has made.
func backChannel(x *story.Xprt) bool { return x.Callbacks && x.Port == "0" }

func family(addr string) string {
	if strings.Contains(addr, ":") {
		return "6"
	}
	return ""
}

// take reads a line of info.
func (x *Xprt) take(line string) error {
	name, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch {
	case !ok:
	case name == "netid":
		x.NetID = value
		return nil
	case name == "addr":
		x.Addr = value
		return nil
	case name == "port":
		x.Port = value
		return nil
	case name == "state":
		v, err := strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 16)
		if err == nil {
			x.State, x.Known = trace.XprtState(v), true
			return nil
		}
	}
	return errors.New("expected netid, addr, port or state: 0x..., found " + strconv.Quote(line))
}

// shown is what of a transport may change, or be taken for something else.
func (x *Xprt) shown() string { return "netid " + x.NetID + ", state 0x" + hex(uint32(x.State)) }

// append adds the text of info.
func (x *Xprt) append(b *text) {
	state := unknown
	if x.Known {
		state = "0x" + hex(uint32(x.State))
	}
	b.add("netid: ", x.NetID, "\naddr:  ", x.Addr, "\nport:  ", x.Port, "\nstate: ").guess(x.guessed, state).add("\n")
}
