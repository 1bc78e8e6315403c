package story

import (
	"math/bits"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// xprtEvent folds the xprt_* and xs_* events.
func (f *fold) xprtEvent() {
	switch f.e.Kind {
	case trace.XprtCreate:
		f.createXprt()
	case trace.XprtDestroy:
		f.destroyXprt()
	case trace.XprtConnect:
		f.connect()
	case trace.XprtDisconnectAuto, trace.XprtDisconnectDone, trace.XprtDisconnectForce:
		f.disconnect()
	case trace.XprtReserve:
		f.reserve()
	case trace.XprtReserveXprt, trace.XprtReserveCong:
		f.lock()
	case trace.XprtReleaseXprt, trace.XprtReleaseCong:
		f.unlock()
	case trace.XprtGetCong, trace.XprtPutCong:
		f.congestion()
	case trace.XprtTransmit:
		f.transmit()
	case trace.XprtRetransmit:
		f.retransmit()
	case trace.XprtLookupRqst:
		f.lookup()
	case trace.XprtTimer:
		f.aboutXID(uint32(f.e.F[2]))
	case trace.XsStreamReadRequest:
		f.readRequest()
	case trace.XsStreamReadData:
		f.workerEnds(receiveWork)
	}
}

func (f *fold) newXprt(addr, port string) *Xprt {
	f.next.xprt++
	f.st.Xprts = append(f.st.Xprts, Xprt{ID: f.next.xprt, Addr: addr, Port: port})
	return &f.st.Xprts[len(f.st.Xprts)-1]
}

func (f *fold) createXprt() {
	x := f.newXprt(f.text(0), f.text(1))
	f.states(x, trace.XprtState(f.e.F[2]))
	r := f.runner()
	r.made, r.buried = x.ID, false
}

func (f *fold) destroyXprt() {
	addr, port := f.text(0), f.text(1)
	best := -1
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		if x.Addr != addr || x.Port != port {
			continue
		}
		if !f.claimed(x.ID) {
			best = i
			break
		}
		if best < 0 {
			best = i
		}
	}
	if best < 0 {
		return
	}
	r := f.runner()
	r.buried, r.grave = true, [2]trace.Str{trace.Str(f.e.F[0]), trace.Str(f.e.F[1])}
	id := f.st.Xprts[best].ID
	f.touched = id
	f.dropPackets(id)
	f.forgetReads(id)
	f.callbacksLost(id)
	f.st.Xprts = append(f.st.Xprts[:best], f.st.Xprts[best+1:]...)
	if f.rec != nil {
		f.rec.released(f, id)
	}
}

// claimed says whether a client that is not gone uses the transport.
func (f *fold) claimed(id XprtID) bool {
	for i := range f.st.Clients {
		if c := &f.st.Clients[i]; !c.Gone && c.Xprt.Value == id {
			return true
		}
	}
	return false
}

// client is the live client with that number; one that nobody saw created is made.
func (f *fold) client(clid uint32) *Client {
	for i := len(f.st.Clients) - 1; i >= 0; i-- {
		if c := &f.st.Clients[i]; c.Clid == clid && !c.Gone {
			return c
		}
	}
	f.next.client++
	f.st.Clients = append(f.st.Clients, Client{ID: f.next.client, Clid: clid})
	return &f.st.Clients[len(f.st.Clients)-1]
}

// keptGone is how many clients that are gone stay in the state.
const keptGone = 4

func (f *fold) newClient() {
	clid := uint32(f.e.F[0])
	f.goneClient(clid)
	c := f.client(clid)
	f.runner().clnt = c.ID
	c.Addr, c.Port, c.Program, c.Server = f.text(1), f.text(2), f.text(3), f.text(4)
	made := f.runner().made
	if x := f.xprt(made); x != nil && x.Addr == c.Addr && x.Port == c.Port && !f.claimed(made) {
		c.Xprt = inferred(made, RuleNewClient)
		x.Callbacks = c.Program == callbackProgram
	} else {
		f.peerXprt(c)
	}
	if !f.wireSeen && c.Program != callbackProgram {
		f.host(c.Addr, true)
	}
	gone := 0
	for i := len(f.st.Clients) - 1; i >= 0; i-- {
		if !f.st.Clients[i].Gone {
			continue
		}
		if gone++; gone > keptGone {
			f.st.Clients = append(f.st.Clients[:i], f.st.Clients[i+1:]...)
		}
	}
}

// peerXprt gives c the newest transport to its peer; if several fit, the first XID decides.
func (f *fold) peerXprt(c *Client) {
	n := 0
	for i := range f.st.Xprts {
		if x := &f.st.Xprts[i]; x.Addr == c.Addr && x.Port == c.Port {
			c.Xprt = inferred(x.ID, RulePeer)
			n++
		}
	}
	c.unsure = n > 1
}

func (f *fold) freeClient() {
	f.goneClient(uint32(f.e.F[0]))
}

func (f *fold) goneClient(clid uint32) {
	for i := range f.st.Clients {
		if f.st.Clients[i].Clid == clid {
			f.st.Clients[i].Gone = true
		}
	}
}

// reserve folds xprt_reserve: a slot and an XID for a task. The number of the slot is the lowest free one, unless
// one was handed over.
func (f *fold) reserve() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.about = t.ID
	xid := uint32(f.e.F[2])
	x := f.xprtOfXID(t, xid)
	if t.Slot >= 0 && t.Xprt.Value == x.ID && x.Slots[t.Slot].Handed {
		x.Slots[t.Slot].Handed = false
	} else {
		f.freeSlot(t)
		f.turns(x)
		t.Slot = freeIndex(x)
		x.Slots[t.Slot] = Slot{Task: t.ID}
		f.taken(x.ID, t.Slot)
	}
	s := &x.Slots[t.Slot]
	s.XID, s.Reserved, s.Since, s.Ntrans = xid, f.st.Instant, f.e.Time, 0
	t.XID, t.Ntrans, t.Received = xid, 0, Fact[bool]{}
	f.reservedAt(t, x)
	if x.MaxSlots.How == Inferred {
		x.MaxSlots.Value = max(x.MaxSlots.Value, inUse(x))
	}
}

func freeIndex(x *Xprt) int {
	for i := range x.Slots {
		if x.Slots[i].Task == 0 {
			return i
		}
	}
	x.Slots = append(x.Slots, Slot{})
	return len(x.Slots) - 1
}

func inUse(x *Xprt) int {
	n := 0
	for i := range x.Slots {
		if x.Slots[i].Task != 0 {
			n++
		}
	}
	return n
}

// xidNear is how far an XID may be from a transport's count: two CPUs may log in the other order than they counted.
const xidNear = 64

func (x *Xprt) continues(xid uint32) bool {
	d := int32(bits.ReverseBytes32(xid) - x.xid)
	return x.hasXID && d > -xidNear && d < xidNear
}

// xprtOfXID finds the transport on which a task got its XID, and gives it to the task.
func (f *fold) xprtOfXID(t *Task, xid uint32) *Xprt {
	x, rule := f.chooseXprt(t, xid)
	count := bits.ReverseBytes32(xid)
	if !x.hasXID || int32(count-x.xid) > 0 || !x.continues(xid) {
		x.xid, x.hasXID = count, true
	}
	if t.Xprt.Value != x.ID {
		f.moveTask(t, x)
	}
	t.Xprt = inferred(x.ID, rule)
	return x
}

func (f *fold) chooseXprt(t *Task, xid uint32) (*Xprt, Rule) {
	c := f.client(t.Clid)
	own := f.xprt(t.Xprt.Value)
	if own == nil {
		own = f.xprt(c.Xprt.Value)
	}
	if own != nil && own.continues(xid) {
		return own, RuleXIDSequence
	}
	for i := range f.st.Xprts {
		if x := &f.st.Xprts[i]; x.continues(xid) {
			f.settle(c, x.ID, RuleXIDSequence)
			return x, RuleXIDSequence
		}
	}
	if own != nil && !own.hasXID {
		f.settle(c, own.ID, RuleFirstXID)
		return own, RuleFirstXID
	}
	for i := range f.st.Xprts {
		if x := &f.st.Xprts[i]; !x.hasXID && x.Addr == c.Addr && !x.Callbacks {
			f.settle(c, x.ID, RuleFirstXID)
			return x, RuleFirstXID
		}
	}
	if own == nil {
		own = f.newXprt(c.Addr, c.Port)
		f.settle(c, own.ID, RuleFirstXID)
		return own, RuleFirstXID
	}
	return own, RuleClientXprt
}

// settle decides which transport an unsure client has.
func (f *fold) settle(c *Client, id XprtID, r Rule) {
	if c.unsure || c.Xprt.How == Unknown {
		c.Xprt, c.unsure = inferred(id, r), false
	}
}

// moveTask moves what the old transport holds of t over to x.
func (f *fold) moveTask(t *Task, x *Xprt) {
	f.freeSlot(t)
	if old := f.xprt(t.Xprt.Value); old != nil {
		old.XmitQueue, old.RecvQueue = remove(old.XmitQueue, t.ID), remove(old.RecvQueue, t.ID)
	}
	if t.RunState&trace.NeedXmit != 0 {
		x.XmitQueue = member(x.XmitQueue, t.ID, true)
	}
	if t.RunState&trace.NeedRecv != 0 {
		x.RecvQueue = member(x.RecvQueue, t.ID, true)
	}
}

// freeSlot takes the slot away from t and reports which it was.
func (f *fold) freeSlot(t *Task) (x *Xprt, index int) {
	if t.Slot < 0 {
		return nil, -1
	}
	x, index = f.xprt(t.Xprt.Value), t.Slot
	t.Slot = -1
	if x == nil || index >= len(x.Slots) || x.Slots[index].Task != t.ID {
		return nil, -1
	}
	x.Slots[index] = Slot{}
	f.turns(x)
	return x, index
}

// turns notes that the first slot of x is about to be taken, or that the last one was given back.
func (f *fold) turns(x *Xprt) {
	for i := range x.Slots {
		if x.Slots[i].Task != 0 {
			return
		}
	}
	x.UsedSince = f.st.Instant
}

// backlogged folds a sleep on xprt_backlog: so many slots as are in use now are all that there are.
func (f *fold) backlogged(t *Task) {
	x := f.xprt(t.Xprt.Value)
	if x == nil {
		return
	}
	if n := inUse(x); n > 0 && n >= x.MaxSlots.Value {
		x.MaxSlots = inferred(n, RuleBacklogFull)
	}
	if x.State.How != Unknown && x.State.Value&trace.XprtCongested == 0 {
		x.State = inferred(x.State.Value|trace.XprtCongested, RuleCongested)
	}
}

// uncongest folds that a slot was freed: without a sleeper to take it, the backlog is over.
func (f *fold) uncongest(x *Xprt) {
	if x.State.Value&trace.XprtCongested == 0 {
		return
	}
	for i := range f.st.Tasks {
		if t := &f.st.Tasks[i]; t.Asleep && t.Queue == fsm.XprtBacklog && t.Xprt.Value == x.ID {
			return
		}
	}
	x.State = inferred(x.State.Value&^trace.XprtCongested, RuleCongested)
}

// handOver gives the slot that this thread has just released to the sleeper that it wakes.
func (f *fold) handOver(t *Task) {
	r := f.runner()
	x := f.xprt(r.freedXprt)
	if x == nil || r.freedSlot >= len(x.Slots) || x.Slots[r.freedSlot].Task != 0 || t.Slot >= 0 {
		return
	}
	if t.Xprt.Value != x.ID {
		f.moveTask(t, x)
		t.Xprt = inferred(x.ID, RuleHandOver)
	}
	f.turns(x)
	x.Slots[r.freedSlot] = Slot{Task: t.ID, Reserved: f.st.Instant, Since: f.e.Time, Handed: true}
	t.Slot = r.freedSlot
	f.taken(x.ID, t.Slot)
}

// taken notes that no thread can hand the slot over any more.
func (f *fold) taken(id XprtID, slot int) {
	for i := range f.runners {
		if r := &f.runners[i]; r.freedXprt == id && r.freedSlot == slot {
			r.freedXprt = 0
		}
	}
}
