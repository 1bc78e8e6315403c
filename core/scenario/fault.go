package scenario

import (
	"errors"
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
}

// FaultVerbs explains what a fault can do, for help texts and error messages.
const FaultVerbs = "drop (the network loses everything), restore (it does so no longer), reset (the server's connections break), " +
	"abort (the client gives them up), close (the server closes them), refuse (the server's port is closed), accept (it is open again), " +
	"unreachable (the client has no route to the server), reachable (it has one again), linkdown (the client's network card is off), linkup (it is on again), " +
	"filter (a packet filter drops what the client sends), unfilter (it does so no longer), loss PERCENT [client or server] (so many packets that all send, or one of them, are lost, datagrams and segments), delay TIME [client or server] (packets take so much longer than link.delay), answer PORT MODE (the server on that port answers so from now on: " + AnswerHelp + "), kill NAME (a fatal signal to the processes of that name), " +
	FailHelp + ", set KEY VALUE (a sysctl of the client's sunrpc module, which holds for transports made afterwards)"

// ParseFault splits a fault into its verb and its argument.
func ParseFault(text string) (verb, arg string, err error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return "", "", errors.New("expected one of " + FaultVerbs)
	}
	want := 0
	switch words[0] {
	case "loss", "delay":
		arg := strings.Join(words[1:], " ")
		_, err := ParseWeather(words[0], arg)
		return words[0], arg, err
	case "set":
		arg := strings.Join(words[1:], " ")
		_, _, err := ParseKnob(arg)
		return words[0], arg, err
	case "fail":
		arg := strings.Join(words[1:], " ")
		_, err := ParseFailing(arg)
		return words[0], arg, err
	case "nomem":
		arg := strings.Join(words[1:], " ")
		_, err := ParsePercent(arg)
		return words[0], arg, err
	case "answer":
		arg := strings.Join(words[1:], " ")
		_, err := ParseAnswer(arg)
		return words[0], arg, err
	case "kill":
		want = 1
	case "drop", "restore", "reset", "abort", "close", "refuse", "accept",
		"unreachable", "reachable", "linkdown", "linkup", "filter", "unfilter":
	default:
		return "", "", errors.New(strconv.Quote(words[0]) + ": expected one of " + FaultVerbs)
	}
	if len(words)-1 != want {
		return "", "", errors.New("expected " + strconv.Itoa(want) + " words after " + words[0])
	}
	return words[0], strings.Join(words[1:], " "), nil
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
		return w, errors.New(strconv.Quote(who) + ": expected client or server, or nothing for both")
	}
	if verb == "loss" {
		w.Loss, err = strconv.Atoi(much)
		if err != nil || w.Loss < 0 || w.Loss > 100 {
			return w, errors.New(strconv.Quote(much) + ": expected a percentage from 0 to 100 after loss")
		}
		return w, nil
	}
	w.Delay, err = time.ParseDuration(much)
	if err != nil || w.Delay < 0 || w.Delay > 10*time.Second {
		return w, errors.New(strconv.Quote(much) + ": expected a time from 0s to 10s after delay")
	}
	return w, nil
}

// setFault sets a field of a fault by a key such as fault.1.do, as setProcess does for processes.
func (s *Scenario) setFault(key, value string) (known bool, want string) {
	rest, ok := strings.CutPrefix(key, "fault.")
	num, field, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(num)
	if !ok || err != nil || n < 1 || n > len(s.Faults)+1 || n > 100 {
		return false, ""
	}
	if n == len(s.Faults)+1 {
		s.Faults = append(s.Faults, Fault{})
	}
	f := &s.Faults[n-1]
	switch field {
	case "at":
		f.At, err = time.ParseDuration(value)
		return true, wantIf(err != nil || f.At < 0, "a time such as 10ms")
	case "when":
		f.When = value
		if _, err := trace.ParsePredicate(value); err != nil {
			return true, "an event (" + err.Error() + ")"
		}
		return true, ""
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
		k := "fault." + strconv.Itoa(i+1) + "."
		b.WriteString(k + "at " + f.At.String() + "\n")
		if f.When != "" {
			b.WriteString(k + "when " + f.When + "\n")
		}
		b.WriteString(k + "do " + f.Do + "\n")
	}
}
