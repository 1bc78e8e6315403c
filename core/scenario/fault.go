package scenario

import (
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// Fault is something that goes wrong, or right again: at an instant after the mount, or when something has happened.
type Fault struct {
	At   time.Duration // after the mount, or after the event that When means
	When string        // a predicate as trace.ParsePredicate reads it: the first such event, or the nth
	Do   string        // one of the verbs, with what it takes
	// After is how many events must have happened. The fault then comes as soon as whatever made the last of them is over,
	// and At is not heeded: everything up to there is, to the byte, as in a run without the fault. 0: At or When says it.
	After int
}

// FaultVerbs explains what a fault can do, for help texts and error messages.
const FaultVerbs = "drop (the network loses everything), restore (it does so no longer), reset (the server's connections break), " +
	"abort (the client gives them up), close (the server closes them), refuse (the server's port is closed), accept (it is open again), " +
	"unreachable (the client has no route to the server), reachable (it has one again), linkdown (the client's network card is off), linkup (it is on again), " +
	"filter (a packet filter drops what the client sends), unfilter (it does so no longer), loss PERCENT [client or server] (so many packets that all send, or one of them, are lost, datagrams and segments), delay TIME [client or server] (packets take so much longer than link.delay), answer PORT MODE (the server on that port answers so from now on: " + AnswerHelp + "), slow TIME (every procedure of nfsd takes so much longer), dead THREADS (so many nfsd threads take up one more call and never come back), " +
	"upcall TIME (nfsd forgets whom it knows, and rpc.mountd takes so long to say who is who), exportfs on or off (the server has no exports, and knows no client, or all of them again), kill NAME (a fatal signal to the processes of that name, or to the one of that number), " +
	FailHelp + ", set KEY VALUE (a sysctl of the client's sunrpc module, which holds for transports made afterwards; or link.delay, link.bandwidth, " +
	"link.loss, link.duplicate, link.reorder, link.segment_loss or server.threads), " + NowHelp

// ParseFault splits a fault into its verb and its argument.
func ParseFault(text string) (verb, arg string, err error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return "", "", wrong("expected one of " + FaultVerbs)
	}
	verb, arg = words[0], strings.Join(words[1:], " ")
	want := -1 // how many words the argument has; -1: as many as its reader took
	switch verb {
	case "loss", "delay":
		_, err = ParseWeather(verb, arg)
	case "set":
		_, _, err = ParseSet(arg)
	case "fail":
		_, err = ParseFailing(arg)
	case "nomem":
		_, err = ParsePercent(arg)
	case "answer":
		_, err = ParseAnswer(arg)
	case "slow", "upcall", "dead":
		return words[0], strings.Join(words[1:], " "), checkThreads(words)
	case "exportfs":
		if arg != "on" && arg != "off" {
			err = wrong(quote(arg) + ": expected on or off after exportfs")
		}
	case "kill":
		want = 1
	case "drop", "restore", "reset", "abort", "close", "refuse", "accept",
		"unreachable", "reachable", "linkdown", "linkup", "filter", "unfilter":
		want = 0
	default:
		known := false
		if known, err = checkNow(verb, words[1:]); !known {
			err = wrong(quote(verb) + ": expected one of " + FaultVerbs)
		}
	}
	if err == nil && want >= 0 && len(words)-1 != want {
		err = wrong("expected " + itoa(want) + " words after " + verb)
	}
	return verb, arg, err
}

// Weather is what a fault does to the packets that a host sends.
type Weather struct {
	Loss           int           // percent
	Delay          time.Duration // more than the link's
	Client, Server bool          // whose packets
}

// ParseWeather reads what follows loss or delay.
func ParseWeather(verb, arg string) (w Weather, err error) {
	much, who, _ := strings.Cut(arg, " ")
	w.Client, w.Server = who != "server", who != "client"
	if who != "" && who != "client" && who != "server" {
		return w, wrong(quote(who) + ": expected client or server, or nothing for both")
	}
	if verb == "loss" {
		w.Loss, err = strconv.Atoi(much)
		if err != nil || w.Loss < 0 || w.Loss > 100 {
			return w, wrong(quote(much) + ": expected a percentage from 0 to 100 after loss")
		}
		return w, nil
	}
	w.Delay, err = time.ParseDuration(much)
	if err != nil || w.Delay < 0 || w.Delay > 10*time.Second {
		return w, wrong(quote(much) + ": expected a time from 0s to 10s after delay")
	}
	return w, nil
}

// setFault sets a field of a fault by a key such as fault.1.do, as setProcess does for processes.
func (s *Scenario) setFault(key, value string) (known bool, want string) {
	n, field := listKey(key, "fault.", len(s.Faults))
	if n == 0 {
		return false, ""
	}
	if n > len(s.Faults) {
		s.Faults = append(s.Faults, Fault{})
	}
	f := &s.Faults[n-1]
	switch field {
	case "at":
		return true, setAt(&f.At, value)
	case "when":
		f.When = value
		if _, err := trace.ParsePredicate(value); err != nil {
			return true, "an event (" + err.Error() + ")"
		}
		return true, ""
	case "after":
		return true, wantIf(!within(&f.After, value, 1, 1<<30), "how many events have happened before")
	case "do":
		f.Do = value
		if _, _, err := ParseFault(value); err != nil {
			return true, "a fault (" + err.Error() + ")"
		}
		return true, ""
	}
	return false, ""
}

func (s *Scenario) encodeFaults(b *strings.Builder) {
	for i, f := range s.Faults {
		k := "fault." + itoa(i+1) + "."
		b.WriteString(k + "at " + f.At.String() + "\n")
		if f.When != "" {
			b.WriteString(k + "when " + f.When + "\n")
		}
		if f.After > 0 {
			b.WriteString(k + "after " + itoa(f.After) + "\n")
		}
		b.WriteString(k + "do " + f.Do + "\n")
	}
}
