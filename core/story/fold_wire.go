package story

import (
	"sunscope/core/trace"
)

// byXID is the task whose slot has that XID; without one, the task that had it last.
func (f *fold) byXID(xid uint32) *Task {
	var best *Task
	for i := len(f.st.Tasks) - 1; i >= 0; i-- {
		t := &f.st.Tasks[i]
		if t.XID != xid || t.Slot < 0 && t.Ntrans == 0 {
			continue
		}
		if t.Slot >= 0 {
			return t
		}
		if best == nil {
			best = t
		}
	}
	return best
}

func (f *fold) aboutXID(xid uint32) *Task {
	t := f.byXID(xid)
	if t != nil {
		f.about = t.ID
	}
	return t
}

// sendCall folds rpc_xdr_sendto: a thread hands this task's message to the socket.
func (f *fold) sendCall() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.about = t.ID
	t.sending = true
	t.Ntrans++
	x := f.xprt(t.Xprt.Value)
	if x != nil && t.Slot >= 0 && t.Slot < len(x.Slots) {
		x.Slots[t.Slot].Ntrans = t.Ntrans
	}
	if f.wireSeen || t.Unsent.How != Unknown && f.guessedCall(t.ID) != nil {
		return // the rest of a message follows what has gone before
	}
	p := Packet{Kind: "CALL", XID: t.XID, Task: t.ID, Xprt: t.Xprt.Value, Retrans: t.Ntrans > 1, How: Inferred, Rule: RuleSending}
	p.RecordLen = int(f.e.F[8])
	if p.Datagram = x != nil && x.Datagrams; !p.Datagram {
		p.RecordLen += 4
	}
	p.Len = inferred(p.RecordLen, RuleMessageLength)
	if x != nil && x.Callbacks {
		p.Dir = ToClient
	}
	if t.Clid == trace.NoID { // the answer to a callback
		p.Kind, p.Rule = "REPLY", RuleReplying
	}
	f.dropWhere(func(o *Packet) bool { return o.How == Inferred && o.Task == t.ID && o.Kind == p.Kind })
	f.addPacket(p)
}

// transmit folds xprt_transmit, which is logged when sending is over: with 0, everything went to the socket.
func (f *fold) transmit() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.about = t.ID
	xid := uint32(f.e.F[2])
	if t.XID == 0 {
		t.XID = xid // back-channel tasks reserve no slot
		for i := range f.st.Packets {
			if p := &f.st.Packets[i]; p.Task == t.ID && p.XID == 0 {
				p.XID = xid
			}
		}
	}
	x := f.xprt(t.Xprt.Value)
	sent := t.sending
	t.sending = false
	if f.e.F[4] == 0 {
		f.guessRun(t, t.RunState&^trace.NeedXmit, RuleSentBit)
		f.sentWhole(t)
		if sent {
			t.Flags |= trace.Sent
			if x != nil && t.Slot >= 0 && t.Slot < len(x.Slots) {
				x.Slots[t.Slot].Sent = f.e.Time
			}
			if x != nil {
				x.Sends++
			}
		}
		return
	}
	if sent {
		t.Ntrans--
		if x != nil && t.Slot >= 0 && t.Slot < len(x.Slots) {
			x.Slots[t.Slot].Ntrans = t.Ntrans
		}
		if t.Unsent.How == Unknown {
			f.dropCalls(t.ID)
		}
	}
}

func (f *fold) retransmit() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.about = t.ID
	if isNFS(f.text(3)) {
		f.st.Counters.RPCRetrans++
	}
	for i := range f.st.Packets {
		if p := &f.st.Packets[i]; p.Task == t.ID && p.Kind == "CALL" {
			p.Retrans = true
			if f.rec != nil {
				f.rec.resent(p.ID)
			}
		}
	}
}

// lookup folds xprt_lookup_rqst: a reply has come, and somebody waits for it or not.
func (f *fold) lookup() {
	xid := uint32(f.e.F[2])
	f.dropXID(xid, "REPLY")
	t := f.aboutXID(xid)
	x := f.xprtAt(f.text(0), f.text(1))
	if t != nil && f.xprt(t.Xprt.Value) != nil {
		x = f.xprt(t.Xprt.Value)
	}
	work := receiveWork
	if x != nil && x.Datagrams {
		work = udpReceiveWork
	}
	f.workerBegins(work)
	if f.e.F[3] != 0 {
		if x != nil {
			x.BadXIDs++
			f.decided(x, xid, ToNobody, nil)
		}
		return
	}
	f.dropXID(xid, "CALL")
	if x != nil {
		f.decided(x, xid, ToTree, t)
	}
	if t == nil {
		return
	}
	t.Received = inferred(true, RuleReplyFound)
	if x != nil && x.Datagrams {
		f.whole(t)
	}
	if x != nil && x.ID == t.Xprt.Value {
		x.Recvs++
		if x.Addr == "" {
			x.Addr, x.Port = f.text(0), f.text(1)
		}
	}
}

// readRequest folds xs_stream_read_request: the client's receive worker has read a reply, or a callback.
func (f *fold) readRequest() {
	xid := uint32(f.e.F[2])
	t := f.aboutXID(xid)
	if t == nil || f.callsBack(t) {
		copy(f.calls[:], f.calls[1:])
		f.calls[len(f.calls)-1] = arrival{xid, [2]trace.Str{trace.Str(f.e.F[0]), trace.Str(f.e.F[1])}}
	}
	f.readOn(xid, t)
	if t != nil {
		if t.Received.Value {
			f.whole(t)
		}
		f.dropWhere(func(p *Packet) bool { return p.How == Inferred && p.XID == xid && p.Dir == ToClient })
	}
	f.workerBegins(receiveWork)
}

// arrival is a callback: its XID, and the peer of the transport that it came by, as the event prints it.
type arrival struct {
	xid  uint32
	peer [2]trace.Str
}

// callsBack says whether a task is a server's call to its client.
func (f *fold) callsBack(t *Task) bool {
	x := f.xprt(t.Xprt.Value)
	return x != nil && x.Callbacks
}

// cameBy is the only transport to the peer from which the callback with that XID has come; 0 if that is not known.
func (f *fold) cameBy(xid uint32) (found XprtID) {
	for i := len(f.calls) - 1; i >= 0 && xid != 0; i-- {
		if c := &f.calls[i]; c.xid == xid {
			addr, port := f.src.log.Text(c.peer[0]), f.src.log.Text(c.peer[1])
			for j := range f.st.Xprts {
				if x := &f.st.Xprts[j]; x.Addr == addr && x.Port == port {
					if found != 0 {
						return 0
					}
					found = x.ID
				}
			}
			return found
		}
	}
	return 0
}

// whole infers that the reply is there as a whole.
func (f *fold) whole(t *Task) {
	f.guessRun(t, t.RunState&^trace.NeedRecv, RuleReplyWhole)
}
