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
	"sunscope/core/xdr"
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
	client []*client.Audit
	calls  map[sequenceNumber]*client.Call
	done   map[done]int
	sent   map[string]map[*client.Call]bool // of NFSv4.0: which calls look like that
	made   map[string]int                   // and how often one that does was executed
	open   []recall
	began  bool
	// ungranted: a RECLAIM_COMPLETE has failed. The kernel does not make it again, and the server answers opens with GRACE from then on.
	ungranted bool
	recalls   int           // that were begun
	rest      time.Duration // since when no process runs; 0: one does
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
	o := &observer{w: w, broken: broken, calls: map[sequenceNumber]*client.Call{}, done: map[done]int{},
		sent: map[string]map[*client.Call]bool{}, made: map[string]int{}}
	o.server = w.Server4().Audit(func(r nfs4.Rule, what string) { broken(string(r), what) })
	for _, n := range w.Clients4() {
		a := n.Audit(func(r client.Rule, what string) { broken(string(r), what) })
		a.Numbered = func(call *client.Call, session nfs4.SessionID, slot, seq uint32) {
			o.calls[sequenceNumber{session, slot, seq}] = call
		}
		a.Encoded = o.encoded
		o.client = append(o.client, a)
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

func ordered(o nfs4.Op) bool {
	return o == nfs4.OpOpen || o == nfs4.OpClose || o == nfs4.OpLock || o == nfs4.OpLocku
}

// encoded notes which calls of NFSv4.0 look the same: there is no number to tell them apart.
func (o *observer) encoded(call *client.Call, args []byte) {
	if o.sent[string(args)] == nil {
		o.sent[string(args)] = map[*client.Call]bool{}
	}
	o.sent[string(args)][call] = true
}

// served40 counts how often what looks like some calls has been executed. Requests of an open owner have numbers, by which
// the server answers a repetition as it did before.
func (o *observer) served40(v *nfs4.Served) {
	var e xdr.Encoder
	v.Args.Encode(&e)
	args := string(e.B)
	for i := range v.Res.Ops {
		if op := &v.Res.Ops[i]; once(op.Op) && !ordered(op.Op) && op.Status == nfs4.OK {
			if o.made[args]++; o.made[args] > len(o.sent[args]) {
				o.broken(onceEach, "operation "+op.Op.Name(false)+" is done "+strconv.Itoa(o.made[args])+" times, for "+strconv.Itoa(len(o.sent[args]))+" calls")
			}
			return
		}
	}
}

// served counts how often a call's operations have been executed.
func (o *observer) served(v *nfs4.Served) {
	if v.Minor == 0 {
		o.served40(v)
		return
	}
	call := o.calls[sequenceNumber{v.Session, v.Slot, v.Seq}]
	if call == nil || v.Repeated {
		return
	}
	for i := range v.Res.Ops {
		if op := &v.Res.Ops[i]; once(op.Op) && op.Status == nfs4.OK {
			at := done{call, v.Session}
			if o.done[at]++; o.done[at] > 1 {
				o.broken(onceEach, "operation "+op.Op.Name(false)+" is done a second time")
			}
		}
	}
}

// event hears what nfsd says of recalls, and what becomes of RECLAIM_COMPLETE.
func (o *observer) event(e *trace.Event) {
	if e.Kind == trace.RPCTaskCallDone && !o.ungranted {
		text := string(o.w.Log().AppendText(nil, e))
		o.ungranted = strings.Contains(text, "nfs4_reclaim_complete_done") && strings.Contains(text, " status=-")
	}
	if e.Kind != trace.Note {
		return
	}
	l := o.w.Log()
	name, text := l.Text(trace.Str(e.F[0])), l.Text(trace.Str(e.F[1]))
	_, stateid, _ := strings.Cut(text, "stateid ")
	switch name {
	case "nfsd_cb_recall":
		o.recalls++
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
	for _, c := range o.client {
		c.Step(a.Each)
	}
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

// umount takes everything down that is mounted in any namespace.
func (o *observer) umount(then func() sunrpc.Step) sunrpc.Step {
	rest := o.client
	var next func() sunrpc.Step
	next = func() sunrpc.Step {
		if len(rest) == 0 {
			return then()
		}
		a := rest[0]
		rest = rest[1:]
		return a.Umount(next)
	}
	return next()
}

func (o *observer) gone() {
	for _, a := range o.client {
		a.Gone()
	}
}
