package world

import (
	"sunscope/core/scenario"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// watching is what the world looks for in its own events: the conditions on which faults happen.
type watching struct {
	conds []condition
	seen  int              // events that have been looked at
	items map[int64]string // workload items by task and client; only looked up
}

// condition is a fault that waits for an event.
type condition struct {
	when      trace.Predicate
	left      int // matches before it happens
	after     time.Duration
	verb, arg string
}

// startWatching begins before anything has happened, so that conditions may speak of the mount.
func (w *World) startWatching() {
	for _, f := range w.sc.Faults {
		if f.When == "" && f.After == 0 {
			continue
		}
		verb, arg, err2 := scenario.ParseFault(f.Do)
		if f.After > 0 && err2 == nil {
			w.order(f.After, verb, arg)
			continue
		}
		when, err := trace.ParsePredicate(f.When)
		if err != nil || err2 != nil { // Check has read both already
			w.err = err
			return
		}
		w.watched.items = map[int64]string{}
		w.watched.conds = append(w.watched.conds, condition{when, max(when.Nth(), 1), f.At, verb, arg})
	}
}

// watch looks at what has happened since it looked last. What it sets off comes after everything that the same instant
// holds already, so a run with conditions is as repeatable as any other.
func (w *World) watch() {
	o := &w.watched
	if len(o.conds) == 0 {
		return
	}
	var e trace.Event
	for ; o.seen < w.log.Len(); o.seen++ {
		o.noteItem(w.log, o.seen, &e)
		for i := 0; i < len(o.conds); i++ {
			c := &o.conds[i]
			if !c.when.Holds(w.log, o.seen, &e, o.item(w.log)) {
				continue
			}
			if c.left--; c.left == 0 {
				w.strike(w.now+c.after, c.verb, c.arg)
				o.conds = append(o.conds[:i], o.conds[i+1:]...)
				i--
			}
		}
	}
}

// noteItem remembers which task carries out which workload item; a new task of the same number carries out none yet.
func (o *watching) noteItem(log *trace.Log, i int, e *trace.Event) {
	switch log.KindAt(i) {
	case trace.RPCTaskBegin:
		log.At(i, e)
		o.items[taskKey(e)] = ""
	case trace.Item:
		log.At(i, e)
		o.items[taskKey(e)] = e.Text(log, "item")
	}
}

//go:noinline
func taskKey(e *trace.Event) int64 {
	pid, clid, _ := e.Task()
	return int64(clid)<<32 | int64(pid)
}

// item tells the workload item of an event's task.
func (o *watching) item(log *trace.Log) func(i int) string {
	return func(i int) string {
		var e trace.Event
		log.At(i, &e)
		if _, _, ok := e.Task(); !ok {
			return ""
		}
		return o.items[taskKey(&e)]
	}
}
