package story

import (
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/core/trace"
)

func microseconds(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// callbackService is the service of the client's threads that serve callbacks, as svc_process prints it.
const callbackService = "NFSv4 callback"

// callback is the callback with that XID that is not over yet.
func (f *fold) callback(xid uint32) *Callback {
	for i := len(f.st.Callbacks) - 1; i >= 0; i-- {
		if c := &f.st.Callbacks[i]; c.XID == xid && c.Stage != CallbackDone {
			return c
		}
	}
	return nil
}

// callbackAt takes note that the callback with that XID is at a stage now.
func (f *fold) callbackAt(xid uint32, stage CallbackStage, how How) *Callback {
	c := f.callback(xid)
	if c == nil {
		f.st.Callbacks = append(f.st.Callbacks, Callback{XID: xid, At: f.e.Time, Since: f.e.Time})
		c = &f.st.Callbacks[len(f.st.Callbacks)-1]
		if t := f.byXID(xid); t != nil && f.callsBack(t) {
			c.Task = t.ID
			if t.Proc != 0 {
				c.Op = inferred(f.src.log.Text(t.Proc), RuleCallbackName)
			}
		}
	}
	if c.Stage != stage {
		c.Stage, c.Since = stage, f.e.Time
	}
	c.How, c.Ord = how, f.st.Instant
	return c
}

// callbackRead folds that the client's receive worker has read some or all of a callback.
func (f *fold) callbackRead(x *Xprt, xid uint32, whole bool) {
	stage := CallbackRead
	if whole {
		stage = CallbackListed
	}
	f.callbackAt(xid, stage, Observed).Xprt = inferred(x.ID, RuleCallbackThread)
}

// callbackServed folds svc_process in a callback thread.
func (f *fold) callbackServed(xid uint32, proc trace.Str) {
	c := f.callbackAt(xid, CallbackServed, Observed)
	c.Thread, c.Proc = f.e.PID, proc
	if c.Op.How == Unknown {
		c.Op = inferred("CB_"+f.src.log.Text(proc), RuleCallbackName)
	}
}

// callbackAnswered folds that the answer is being sent by task t, or that this task has ended.
func (f *fold) callbackAnswered(t *Task, over bool) {
	for i := range f.st.Callbacks {
		c := &f.st.Callbacks[i]
		switch {
		case c.Stage == CallbackDone:
		case over && c.Answer == t.ID:
			f.threadDone(c.Thread)
			f.callbackOver(c)
			return
		case !over && c.Stage == CallbackServed && c.Thread == f.e.PID:
			f.callbackAt(c.XID, CallbackAnswering, Observed).Answer = t.ID
			return
		}
	}
}

// threadDone folds that a callback thread is free again: the task that answers runs in it.
func (f *fold) threadDone(pid int32) {
	for i := range f.st.Threads {
		if th := &f.st.Threads[i]; th.PID == pid && th.Busy {
			th.Busy, th.Since, th.Ord, th.Task = false, f.e.Time, f.st.Instant, 0
		}
	}
}

// callbackOver ends c, and forgets the one that ended first if too many are kept. c is invalid afterwards.
func (f *fold) callbackOver(c *Callback) {
	c.Stage, c.Since, c.Ord = CallbackDone, f.e.Time, f.st.Instant
	kept, first := 0, -1
	for i := range f.st.Callbacks {
		if o := &f.st.Callbacks[i]; o.Stage == CallbackDone {
			kept++
			if first < 0 || o.Since < f.st.Callbacks[first].Since {
				first = i
			}
		}
	}
	if kept > KeptCallbacks {
		f.st.Callbacks = append(f.st.Callbacks[:first], f.st.Callbacks[first+1:]...)
	}
}

// callbacksLost forgets what had come by a transport that is gone and that nobody serves.
func (f *fold) callbacksLost(id XprtID) {
	kept := f.st.Callbacks[:0]
	for _, c := range f.st.Callbacks {
		if c.Xprt.Value != id || c.Stage > CallbackListed {
			kept = append(kept, c)
		}
	}
	f.st.Callbacks = kept
}

// note folds what nfs and nfsd print of callbacks.
func (f *fold) note() {
	name := f.text(0)
	if what, ok := strings.CutPrefix(name, "nfsd_cb_"); ok {
		f.nfsdCallback(name, what)
	} else if what, ok := strings.CutPrefix(name, "nfs4_cb_"); ok {
		f.nfsCallback(what)
	}
}

// callbackOps are the operations of a callback that nfs4_cb_* tells, by the rest of its name.
var callbackOps = [...][2]string{
	{"sequence", "CB_SEQUENCE"}, {"recall", "CB_RECALL"}, {"getattr", "CB_GETATTR"},
	{"layoutrecall_file", "CB_LAYOUTRECALL"}, {"offload", "CB_OFFLOAD"}, {"seqid_err", "CB_SEQUENCE"},
}

// nfsCallback folds nfs4_cb_*: "error=0 (OK) …", printed by the thread that serves the callback.
func (f *fold) nfsCallback(what string) {
	for i := range callbackOps {
		if callbackOps[i][0] != what {
			continue
		}
		for j := range f.st.Callbacks {
			c := &f.st.Callbacks[j]
			if c.Stage != CallbackServed || c.Thread != f.e.PID || c.Told == len(c.Ops) {
				continue
			}
			result := fieldOf(f.text(1), "error=")
			if _, rest, ok := strings.Cut(f.text(1), "("); ok {
				result, _, _ = strings.Cut(rest, ")")
			}
			c.Ops[c.Told] = CallbackOp{callbackOps[i][1], result}
			c.Told++
			if what != "sequence" {
				c.Op = observed(callbackOps[i][1])
			}
			return
		}
	}
}

// fieldOf is what follows name in a note's text, up to the next blank; "" without.
func fieldOf(text, name string) string {
	_, rest, ok := strings.Cut(text, name)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, " ")
	return value
}

// nfsdCallback folds nfsd_cb_*: what the server thinks of the way back to a client.
func (f *fold) nfsdCallback(name, what string) {
	text := f.text(1)
	client := fieldOf(text, "client ")
	if client == "" {
		return
	}
	b := f.backChannel(client)
	b.Event, b.Ord = name, f.st.Instant
	if addr := fieldOf(text, "addr="); addr != "" {
		b.Addr = addr
	}
	if s := fieldOf(text, "state="); s != "" && s != b.State.Value {
		b.State, b.Since = observed(s), f.e.Time
	}
	switch what {
	case "setup":
		if r := f.runner(); r.clnt != 0 {
			b.Clnt = inferred(r.clnt, RuleCallbackClient)
		}
	case "shutdown":
		b.Gone = true
	case "recall", "recall_any", "layoutrecall", "notify_lock", "offload":
		b.Recalls++
	case "recall_done", "recall_any_done", "notify_lock_done", "offload_done":
		b.Recalled++
		b.Status, _ = strconv.Atoi(fieldOf(text, "status="))
	}
	if b.Clnt.How == Unknown {
		f.likelyClient(b)
	}
	if b.Gone {
		f.goneBackChannels()
	}
}

func (f *fold) backChannel(client string) *BackChannel {
	for i := range f.st.BackChannels {
		if b := &f.st.BackChannels[i]; b.Client == client && !b.Gone {
			return b
		}
	}
	f.st.BackChannels = append(f.st.BackChannels, BackChannel{Client: client, Since: f.e.Time})
	return &f.st.BackChannels[len(f.st.BackChannels)-1]
}

// likelyClient gives b the newest callback client to its address.
func (f *fold) likelyClient(b *BackChannel) {
	addr, _ := splitAddr(b.Addr)
	for i := range f.st.Clients {
		if c := &f.st.Clients[i]; c.Program == callbackProgram && c.Addr == addr && !c.Gone {
			b.Clnt = inferred(c.ID, RulePeer)
		}
	}
}

// callbackProgram is what rpc_clnt_new prints of a server's callback client.
const callbackProgram = "nfs4_cb"

// goneBackChannels keeps only the last of those that are shut down.
func (f *fold) goneBackChannels() {
	last := -1
	kept := f.st.BackChannels[:0]
	for i := range f.st.BackChannels {
		if f.st.BackChannels[i].Gone {
			last = i
		}
	}
	for i, b := range f.st.BackChannels {
		if !b.Gone || i == last {
			kept = append(kept, b)
		}
	}
	f.st.BackChannels = kept
}

// atClient says whether the thread that logged the event is known to be one of a client's: it serves callbacks, or runs on a
// client's CPU.
func (f *fold) atClient() bool {
	if strings.HasPrefix(f.src.log.Text(f.e.Comm), callbackService) {
		return true
	}
	for i := range f.st.Hosts {
		if h := &f.st.Hosts[i]; h.CPUs.How == Observed && !h.Server && f.e.CPU >= h.CPUs.Value[0] && f.e.CPU <= h.CPUs.Value[1] {
			return true
		}
	}
	return false
}

// clientSocket finds out whether a socket is a client's: one of its threads takes it up, or a callback client calls its port.
func (f *fold) clientSocket(x *SvcXprt) {
	if x.AtClient.How != Unknown {
		return
	}
	if k := f.e.Kind; (k == trace.SvcXprtDequeue || k == trace.SvcXprtAccept) && f.atClient() {
		x.AtClient = inferred(true, RuleClientService)
		return
	}
	_, port := splitAddr(x.Local)
	for i := range f.st.Clients {
		if c := &f.st.Clients[i]; c.Program == callbackProgram && c.Port == port && port != "0" {
			x.AtClient = inferred(true, RuleClientService)
			return
		}
	}
}
