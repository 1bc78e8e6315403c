package sunrpc

import (
	"strconv"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// A place in the code may write ten lines in five seconds to the kernel's log (pr_notice_ratelimited); what is more is
// counted.
const (
	ratelimitInterval = 5 * HZ
	ratelimitBurst    = 10
)

// ratelimit is one such place (struct ratelimit_state).
type ratelimit struct {
	began           time.Duration
	begun           bool
	printed, missed int
}

// ratelimits are the places that write something about a task.
type ratelimits struct{ timedOut, stillTrying, ok, tooWeak ratelimit }

// notice writes "PROGRAM: server NAME WHAT", if the task's client is not one that keeps quiet. function is where that
// stands in the kernel, for the line about lines left out.
//
//go:noinline
func (t *Task) notice(place *ratelimit, function, what string) {
	if t.client.quiet {
		return
	}
	t.limited(place, function, t.client.program+": server "+t.client.server.Host+" "+what)
}

// limited is ___ratelimit and printk.
func (t *Task) limited(place *ratelimit, function, line string) {
	now := t.k.m.Now()
	if !place.begun || now > place.began+ratelimitInterval {
		if place.missed > 0 {
			t.printk(function + ": " + strconv.Itoa(place.missed) + " callbacks suppressed")
		}
		*place = ratelimit{began: now, begun: true}
	}
	if place.printed >= ratelimitBurst {
		place.missed++
		return
	}
	place.printed++
	t.printk(line)
}

// printk is a line of the kernel's log. No tracepoint shows it: it is an event of ours.
func (t *Task) printk(line string) {
	t.k.emit(".....", trace.Printk, t.idFields(t.k.str(line))...)
}
