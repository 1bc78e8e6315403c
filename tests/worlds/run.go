package worlds

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// How long a world may go on after the last thing that its scenario asks for, in virtual time; and how many events it may
// have. A world whose server is dead is left alone sooner: it only repeats itself.
const (
	patience     = 40 * time.Minute
	patienceDead = 2 * time.Minute
	mostEvents   = 400_000
	mostSteps    = 1_000_000 // things that happen, whether they are events or not
)

// Outcome is what became of a world in which nothing was wrong.
type Outcome struct {
	Events  int
	Time    time.Duration // virtual
	Error   error         // of the workload: a mount that failed
	Recalls int           // of delegations
	Waiting []string      // who had not ended when a world with a dead server was left alone, and why
}

// Failure is a rule that the engine broke.
type Failure struct {
	Seed  uint64
	Rule  string
	What  string
	Event int // the ordinal of the last event so far
	Time  time.Duration
	Kind  string // of that event
	Log   *trace.Log
}

// Error names rule, seed and event.
func (f *Failure) Error() string {
	return fmt.Sprintf("seed %d, event %d (%s at %v): %s: %s", f.Seed, f.Event, f.Kind, f.Time, f.Rule, f.What)
}

// Last are the last n events before the failure, as text.
func (f *Failure) Last(n int) string {
	var b []byte
	var e trace.Event
	for i := max(0, f.Log.Len()-n); i < f.Log.Len(); i++ {
		f.Log.At(i, &e)
		b = append(f.Log.AppendText(b, &e), '\n')
	}
	return string(b)
}

// stop ends a run from inside.
type stop struct{}

// whileDead is the time in which a world whose server is dead may have as many events as it likes: it is left alone then.
const whileDead = "while its server is dead "

// trial is one world on its way.
type trial struct {
	w       *world.World
	sc      *scenario.Scenario
	seed    uint64
	audit   *sunrpc.Audit // of the client, with all its network namespaces
	server  *sunrpc.Audit
	v4      *observer // of NFSv4
	steps   int
	events  int // when Step looked last
	out     Outcome
	failure *Failure
}

// Try runs a world to its end and audits the engine after every event and every step. prepare, if any, sees the world
// before anything happens.
func Try(sc *scenario.Scenario, seed uint64, prepare ...func(*world.World)) (Outcome, *Failure) {
	w, err := world.New(sc, seed)
	if err != nil {
		return Outcome{}, &Failure{Seed: seed, Rule: "scenario", What: err.Error(), Log: new(trace.Log)}
	}
	for _, p := range prepare {
		p(w)
	}
	t := &trial{w: w, sc: sc, seed: seed}
	broken := func(r sunrpc.Rule, what string) {
		t.broken(string(r), what)
		panic(stop{}) // whatever the engine is in the middle of, it does not go on
	}
	t.audit, t.server = w.Client().Audit(broken), w.Server().Audit(broken)
	t.v4 = observe(w, func(rule, what string) {
		t.broken(rule, what)
		panic(stop{})
	})
	w.Watch(func(e *trace.Event) {
		t.audit.Event(e)
		t.server.Event(e)
		t.v4.event(e)
	})
	t.run()
	t.out.Events, t.out.Time, t.out.Recalls = w.Log().Len(), w.Now(), t.v4.recalls
	return t.out, t.failure
}

func (t *trial) broken(rule, what string) {
	if t.failure != nil {
		return
	}
	l := t.w.Log()
	t.failure = &Failure{Seed: t.seed, Rule: rule, What: what, Event: l.Len() - 1, Time: t.w.Now(), Log: l}
	if l.Len() > 0 {
		t.failure.Kind = l.KindAt(l.Len() - 1).String()
	}
}

func (t *trial) run() {
	defer func() {
		if r := recover(); r != nil && r != any(stop{}) {
			t.broken("panic", fmt.Sprint(r, where(debug.Stack())))
		}
	}()
	last := time.Duration(0)
	for _, p := range t.sc.Processes {
		last = max(last, p.At)
	}
	for _, f := range t.sc.Faults {
		last = max(last, f.At)
	}
	dead := Dead(t.sc)
	if dead {
		last += patienceDead
	} else {
		last += patience
	}
	when := ""
	if dead {
		when = whileDead
	}
	resting := t.goOn(last, when)
	switch {
	case t.failure != nil:
		return
	case t.out.Error != nil: // nothing was mounted: what was begun has to end all the same
	case resting:
		t.audit.Rest()
		t.server.Rest()
		if n := t.w.Running(); n > 0 && t.audit.Live() == 0 {
			t.broken(string(sunrpc.EverybodyArrives), fmt.Sprintf("%d processes have not ended, and no task is left", n))
		}
	case t.v4.used() && t.w.Running() == 0: // leases are renewed for ever
	default:
		t.out.Waiting = t.audit.Waiting()
		if !dead && !t.v4.ungranted {
			t.broken(string(sunrpc.EverybodyArrives), "it goes on and on: "+strings.Join(t.out.Waiting, "; "))
		}
	}
	t.takeDown()
}

// takeDown kills everybody and unmounts: whatever state the world was in, nothing may be left. The end of the NFS service is
// the end of what it does by itself.
func (t *trial) takeDown() {
	if t.failure != nil {
		return
	}
	t.w.KillAll()
	t.goOn(t.w.Now()+time.Second, "")
	if t.failure != nil {
		return
	}
	if t.v4.used() {
		t.w.Process("umount.nfs4", func(end sunrpc.Step) sunrpc.Step { return t.v4.umount(func() sunrpc.Step { return end }) })
		t.goOn(t.w.Now()+patience, "")
		if t.failure != nil {
			return
		}
		t.v4.gone()
	}
	t.w.Process("umount", func(end sunrpc.Step) sunrpc.Step {
		t.audit.Shutdown()
		t.w.StopServer()
		return end
	})
	if !t.goOn(t.w.Now()+patience, "after umount ") && t.failure == nil {
		t.broken(string(sunrpc.EverybodyArrives), "after umount it goes on and on: "+strings.Join(t.audit.Waiting(), "; "))
	}
	if t.failure == nil {
		t.audit.Gone()
	}
}

// goOn lets things happen until nothing more does, which it says, or until that instant.
func (t *trial) goOn(until time.Duration, when string) (resting bool) {
	events := t.w.Log().Len()
	for t.w.Now() <= until {
		if t.v4.settled(t.w) && when == "" {
			return false
		}
		if !t.w.Go() {
			if t.hasEnded() {
				return true
			}
			continue
		}
		if n := t.w.Log().Len(); n != t.events {
			t.events = n
			t.audit.Step()
			t.server.Step()
			t.v4.step(t.audit)
		}
		if t.failure != nil {
			return false
		}
		t.steps++
		if t.w.Log().Len()-events <= mostEvents && t.steps <= mostSteps {
			continue
		}
		if when == whileDead {
			return false
		}
		t.broken(string(sunrpc.EverybodyArrives), fmt.Sprintf("%safter %d events and %d steps it is not at rest: %s",
			when, t.w.Log().Len(), t.steps, strings.Join(t.audit.Waiting(), "; ")))
	}
	return false
}

// hasEnded tells a mount that failed, which is no mistake and not the end of everything, from an error of the engine.
func (t *trial) hasEnded() bool {
	var failed *world.CallError
	switch err := t.w.Err(); {
	case err == nil:
	case errors.As(err, &failed):
		t.out.Error = err
		t.w.Forgive()
		return false
	default:
		t.broken("map", err.Error())
	}
	return true
}

// where are the innermost functions of the engine in a stack.
func where(stack []byte) string {
	s := ""
	for _, line := range strings.Split(string(stack), "\n") {
		if i := strings.Index(line, "/core/"); i >= 0 && len(s) < 300 {
			line, _, _ = strings.Cut(line[i+1:], " ")
			s += " <- " + line
		}
	}
	return s
}
