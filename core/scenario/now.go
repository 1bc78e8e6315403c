package scenario

import (
	"slices"
	"strconv"
	"strings"

	"sunscope/core/time"
)

// NowHelp explains the faults that speak of what is there at one instant of a run: a packet, a task, a call.
const NowHelp = "packet NUMBER drop, packet NUMBER delay TIME or packet NUMBER duplicate (that packet, which has not arrived yet), " +
	"signal PID CLIENT (rpc_signal_task for one task), unanswered XID (nfsd takes the call of that XID up once and does not answer it: svc_drop), " +
	"freeze TIME (the server's machine stands still), restart TIME (nfsd stops, and starts again after that time), callback CALLS, recall PATH, recall-slots SLOTS (the server calls its client)"

// Packet is what the fault "packet NUMBER …" says.
type Packet struct {
	Number int64 // as the wire's events print it
	Do     string
	Delay  time.Duration // of delay
}

// ParsePacket reads what follows the word packet.
func ParsePacket(arg string) (p Packet, err error) {
	words := strings.Fields(arg)
	if len(words) < 2 {
		return p, wrong("expected NUMBER and drop, delay TIME or duplicate after packet")
	}
	if p.Number, err = strconv.ParseInt(words[0], 10, 64); err != nil || p.Number < 1 {
		return p, wrong(quote(words[0]) + ": expected the number of a packet")
	}
	p.Do = words[1]
	switch {
	case p.Do == "delay" && len(words) == 3 && duration(&p.Delay, words[2]) && p.Delay > 0:
	case (p.Do == "drop" || p.Do == "duplicate") && len(words) == 2:
	default:
		return p, wrong(quote(strings.Join(words[1:], " ")) + ": expected drop, delay TIME or duplicate")
	}
	return p, nil
}

// ParseXID reads an XID as events print it.
func ParseXID(arg string) (uint32, error) {
	n, err := strconv.ParseUint(arg, 0, 32)
	if err != nil {
		return 0, wrong(quote(arg) + ": expected an XID such as 0x113a0c5f")
	}
	return uint32(n), nil
}

// ParseTask reads a task's number and its client's.
func ParseTask(arg string) (pid, clid int, err error) {
	words := strings.Fields(arg)
	if len(words) != 2 || !within(&pid, words[0], 1, 1<<16) || !within(&clid, words[1], 0, 1<<30) {
		err = wrong(quote(arg) + ": expected a task's number and its client's after signal")
	}
	return pid, clid, err
}

// checkNow says whether a verb is one of NowHelp's, and what is wrong with what follows it.
func checkNow(verb string, words []string) (known bool, err error) {
	arg, d := strings.Join(words, " "), time.Duration(0)
	switch verb {
	case "packet":
		_, err = ParsePacket(arg)
	case "signal":
		_, _, err = ParseTask(arg)
	case "unanswered":
		_, err = ParseXID(arg)
	case "freeze", "restart":
		if !duration(&d, arg) || d == 0 {
			err = wrong(quote(arg) + ": expected a time such as 2s after " + verb)
		}
	case "callback", "recall", "recall-slots":
		_, err = parseOp(append([]string{verb}, words...))
	default:
		return false, nil
	}
	return true, err
}

// Running are the settings, besides those of the module, that a fault can change while the world runs, as tc and a write to
// /proc/fs/nfsd/threads do. All others hold from the start.
var Running = []string{"link.delay", "link.bandwidth", "link.loss", "link.duplicate", "link.reorder", "link.segment_loss", "server.threads"}

// ParseSet reads what follows set in a fault. The setting is one of Running, or one of the client's module.
func ParseSet(arg string) (key, value string, err error) {
	key, value, _ = strings.Cut(arg, " ")
	if slices.Contains(Running, key) {
		return key, value, new(Scenario).Set(key, value)
	}
	return ParseKnob(arg)
}
