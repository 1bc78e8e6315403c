package scenario

import (
	"slices"
	"strings"

	"sunscope/core/time"
)

// FakeServer is a program on the server's host that answers every call to its port in one wrong way, whatever RPC program
// the call is for.
type FakeServer struct {
	Port int
	Mode string        // one of AnswerModes
	At   time.Duration // when it begins to listen; until then the port is closed
}

// AnswerModes are the ways to answer calls. All but the first are wrong.
var AnswerModes = []string{
	"well", // as the server does by itself
	"garbage", "garbage_args", "system_err", "prog_unavail", "prog_mismatch", "proc_unavail", "rpc_mismatch",
	"auth_badcred", "auth_rejectedcred", "auth_badverf", "auth_rejectedverf", "auth_tooweak", "auth_failed", "bad_verifier",
	"short", "trunc", "wrongxid", "echo", "silent", "close",
}

// AnswerHelp explains AnswerModes.
const AnswerHelp = "garbage (a reply that neither accepts nor denies the call), garbage_args, system_err, prog_unavail, prog_mismatch, proc_unavail, " +
	"rpc_mismatch, auth_badcred, auth_rejectedcred, auth_badverf, auth_rejectedverf, auth_tooweak, auth_failed, bad_verifier (of a " +
	"flavor that was not asked for), short (eight bytes), trunc (no results), wrongxid, echo (the call itself), silent, close (the " +
	"connection), well"

// AnswerFault is what the fault "answer PORT MODE" says.
type AnswerFault struct {
	Port int
	Mode string
}

// ParseAnswer reads what follows the word answer.
func ParseAnswer(arg string) (f AnswerFault, err error) {
	port, mode, _ := strings.Cut(arg, " ")
	f.Mode = mode
	if !within(&f.Port, port, 1, 65535) {
		return f, wrong(quote(port) + ": expected a port after answer")
	}
	if !slices.Contains(AnswerModes, mode) {
		return f, wrong(quote(mode) + ": expected after the port one of " + AnswerHelp)
	}
	return f, nil
}

// setFakeServer sets a field of a fake server by a key such as fakeserver.1.mode, as setProcess does for processes.
func (s *Scenario) setFakeServer(key, value string) (known bool, want string) {
	n, field := listKey(key, "fakeserver.", len(s.FakeServers))
	if n == 0 {
		return false, ""
	}
	if n > len(s.FakeServers) {
		s.FakeServers = append(s.FakeServers, FakeServer{})
	}
	f := &s.FakeServers[n-1]
	switch field {
	case "port":
		return true, wantIf(!within(&f.Port, value, 1, 65535), "a whole number from 1 to 65535")
	case "mode":
		f.Mode = value
		return true, wantIf(slices.Index(AnswerModes, value) < 1, "one of "+strings.Join(AnswerModes[1:], ", "))
	case "at":
		return true, setAt(&f.At, value)
	}
	return false, ""
}

// checkFakeServers says whether each has what it needs, and a port of its own.
func (s *Scenario) checkFakeServers() error {
	for i, f := range s.FakeServers {
		k := "fakeserver." + itoa(i+1) + "."
		if f.Mode == "" {
			return &KeyError{k + "mode", "", "one of " + strings.Join(AnswerModes[1:], ", ")}
		}
		others := []int{s.Mount.Port, rpcbindPort, mountdPort}
		for _, g := range s.FakeServers[:i] {
			others = append(others, g.Port)
		}
		if f.Port == 0 || slices.Contains(others, f.Port) {
			return &KeyError{k + "port", itoa(f.Port), "a port on which no other server listens"}
		}
	}
	return nil
}

// The ports of the server's own daemons.
const (
	rpcbindPort = 111
	mountdPort  = 20048
)

func (s *Scenario) encodeFakeServers(b *strings.Builder) {
	for i, f := range s.FakeServers {
		k := "fakeserver." + itoa(i+1) + "."
		b.WriteString(k + "port " + itoa(f.Port) + "\n" + k + "mode " + f.Mode + "\n" + k + "at " + f.At.String() + "\n")
	}
}
