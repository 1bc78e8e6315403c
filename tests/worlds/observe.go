package worlds

import (
	"strconv"
	"strings"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// The rules of NFSv4 that neither end can see alone.
const (
	onceEach = "calls: one that must not be done twice is done once, on one session"
	answered = "recalls: one is answered, or the way is reported down, or the delegation is gone; after a lease it is gone in any case"
)

// observer looks at NFSv4 from both ends.
type observer struct {
	w      *world.World
	broken func(rule, what string)
	server *nfs4.Audit
	client *client.Audit
	calls  map[sequenceNumber]*client.Call
	done   map[done]int
	open   []recall
	began  bool
	rest   time.Duration // since when no process runs; 0: one does
}

// sequenceNumber is what a call is sent with.
type sequenceNumber struct {
	session   nfs4.SessionID
	slot, seq uint32
}

// done is a call that was executed on a session.
type done struct {
	call    *client.Call
	session nfs4.SessionID
}

// recall is one that the server has begun.
type recall struct {
	stateid string // as nfsd's events print it
	since   time.Duration
	settled bool
}

func observe(w *world.World, broken func(rule, what string)) *observer {
	o := &observer{w: w, broken: broken, calls: map[sequenceNumber]*client.Call{}, done: map[done]int{}}
	o.server = w.Server4().Audit(func(r nfs4.Rule, what string) { broken(string(r), what) })
	o.client = w.Client4().Audit(func(r client.Rule, what string) { broken(string(r), what) })
	o.client.Numbered = func(call *client.Call, session nfs4.SessionID, slot, seq uint32) {
		o.calls[sequenceNumber{session, slot, seq}] = call
	}
	audit := w.Server4().Watch
	w.Server4().Watch = func(v *nfs4.Served) {
		o.began = true
		audit(v)
		o.served(v)
	}
	return o
}

// used says whether NFSv4 has been used.
func (o *observer) used() bool { return o.began }

// once are the operations that do something else the second time.
func once(o nfs4.Op) bool {
	switch o {
	case nfs4.OpCreate, nfs4.OpRemove, nfs4.OpRename, nfs4.OpLink, nfs4.OpOpen, nfs4.OpClose, nfs4.OpLock, nfs4.OpLocku, nfs4.OpDelegreturn:
		return true
	}
	return false
}

// served counts how often a call's operations have been executed.
func (o *observer) served(v *nfs4.Served) {
	call := o.calls[sequenceNumber{v.Session, v.Slot, v.Seq}]
	if call == nil || v.Repeated {
		return
	}
	for i := range v.Res.Ops {
		if op := &v.Res.Ops[i]; once(op.Op) && op.Status == nfs4.OK {
			at := done{call, v.Session}
			if o.done[at]++; o.done[at] > 1 {
				o.broken(onceEach, "operation "+strconv.Itoa(int(op.Op))+" is done a second time")
			}
		}
	}
}

// event hears what nfsd says of recalls.
func (o *observer) event(e *trace.Event) {
	if e.Kind != trace.Note {
		return
	}
	l := o.w.Log()
	name, text := l.Text(trace.Str(e.F[0])), l.Text(trace.Str(e.F[1]))
	_, stateid, _ := strings.Cut(text, "stateid ")
	switch name {
	case "nfsd_cb_recall":
		o.open = append(o.open, recall{stateid: stateid, since: o.w.Now()})
	case "nfsd_cb_recall_done":
		stateid, _, _ = strings.Cut(stateid, " ")
		for i := range o.open {
			o.open[i].settled = o.open[i].settled || o.open[i].stateid == stateid
		}
	case "nfsd_cb_state", "nfsd_cb_shutdown":
		if !strings.Contains(text, "state=UP") {
			for i := range o.open {
				o.open[i].settled = true
			}
		}
	}
}

// step looks at both ends between two steps of any thread.
func (o *observer) step(a *sunrpc.Audit) {
	if !o.began {
		return
	}
	o.server.Step()
	o.client.Step(a.Each)
	o.overdue()
}

// slack is how much later than the lease the laundromat may come.
const slack = 5 * time.Second

// overdue looks for recalls of which nothing was heard within a lease, and for delegations that are still held after it.
func (o *observer) overdue() {
	lease := o.w.Server4().Lease
	if len(o.open) == 0 || o.w.Now() < o.open[0].since+lease+slack {
		return
	}
	r := o.open[0]
	o.open = o.open[1:]
	for _, h := range o.w.Server4().Holders() {
		if h.Recalled && nfs4.StateidText(h.Stateid) == r.stateid {
			o.broken(answered, "the delegation "+r.stateid+" was recalled "+(o.w.Now()-r.since).String()+" ago and is held still")
		}
	}
	if !r.settled {
		o.broken(answered, "nothing was heard of the recall of "+r.stateid)
	}
}

// settled says whether every process has ended, and since long enough for recalls and leases to have come to their end.
func (o *observer) settled(w *world.World) bool {
	switch {
	case !o.began:
		return false
	case w.Running() > 0:
		o.rest = 0
		return false
	case o.rest == 0:
		o.rest = w.Now()
	}
	return w.Now() > o.rest+2*w.Server4().Lease+slack
}

func (o *observer) umount(then func() sunrpc.Step) sunrpc.Step { return o.client.Umount(then) }

func (o *observer) gone() { o.client.Gone() }
