package procfs

import (
	"cmp"
	"slices"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// XprtStat is what mountstats prints of a transport, as far as events tell it.
type XprtStat struct {
	Binds, Connects, Sends, Recvs, BadXIDs int64
	ReqU, BacklogU, SendingU, PendingU     int64
	InUse                                  int // most slots that were in use at once
	// Twin says that a socket may be its own or that of another one with the same peer: events of sockets print the peer
	// alone. Then neither Connects nor ConnectTime is known.
	Twin        bool
	ConnectTime time.Duration
	LastUsed    time.Duration // when a call gave its slot back last, or the transport was made

	connecting time.Duration // since when
}

// Op is a line of the per-op statistics.
type Op struct {
	Ops, Transmissions, Timeouts, Sent, Received int64
	Queue, RTT, Execute                          time.Duration // the events give them in microseconds, rounded down
	Errors                                       int64
}

// Counts are what the events until some instant add up to.
type Counts struct {
	s       *story.Story
	at      func(int) *story.State // the story's At, or a cursor's
	n       int                    // events that are counted
	xprts   map[story.XprtID]*XprtStat
	ops     map[opKey]*Op
	version map[uint32]int64 // of the NFS program, by client
	calls   map[story.TaskID]*call

	// What the last event counted.
	touched []story.XprtID
	ended   opKey
}

type opKey struct {
	clid uint32
	proc string
}

// EachOp calls f with every procedure that was called, by client and name.
func (c *Counts) EachOp(f func(clid uint32, proc string, o *Op)) {
	var keys []opKey
	for k := range c.ops {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b opKey) int { return cmp.Or(cmp.Compare(a.clid, b.clid), cmp.Compare(a.proc, b.proc)) })
	for _, k := range keys {
		f(k.clid, k.proc, c.ops[k])
	}
}

// call is what is being added up of a task's call.
type call struct {
	encoded, sent, received, timeouts int64
	xid                               uint32
}

// Count adds up the first n events of a story. It uses the story's At.
func Count(s *story.Story, n int) *Counts {
	c := newCounts(s, s.At)
	c.To(n)
	return c
}

func newCounts(s *story.Story, at func(int) *story.State) *Counts {
	return &Counts{s: s, at: at, xprts: map[story.XprtID]*XprtStat{}, ops: map[opKey]*Op{}, version: map[uint32]int64{}, calls: map[story.TaskID]*call{}}
}

// To goes on to the first n events.
func (c *Counts) To(n int) {
	var e trace.Event
	for ; c.n < min(n, c.s.Len()); c.n++ {
		c.s.Log().At(c.n, &e)
		c.take(&e)
	}
}

// take counts event n.
func (c *Counts) take(e *trace.Event) {
	c.touched, c.ended = c.touched[:0], opKey{}
	c.event(c.s, c.n, e)
}

// Xprt are the counts of a transport.
func (c *Counts) Xprt(id story.XprtID) *XprtStat {
	x := c.xprts[id]
	c.touched = append(c.touched, id)
	if x == nil {
		x = &XprtStat{}
		c.xprts[id] = x
	}
	return x
}

func (c *Counts) event(s *story.Story, i int, e *trace.Event) {
	switch e.Kind {
	case trace.XprtCreate, trace.XprtConnect, trace.XprtLookupRqst:
		c.peer(s, i, e)
	case trace.RPCSocketConnect, trace.RPCSocketStateChange:
		c.socket(s, i, e)
	case trace.XsStreamReadRequest:
		if e.Int("offset") >= e.Int("reclen") { // else it is a piece, and more is to come
			c.reply(s, i, e)
		}
	case trace.RPCRequest, trace.RPCXDRSendto, trace.RPCXDRRecvfrom, trace.RPCTimeoutStatus, trace.RPCStatsLatency, trace.RPCTaskEnd,
		trace.RPCTaskCallDone, trace.RPCTaskComplete, trace.RPCTaskBegin, trace.RpcbGetport, trace.XprtTransmit, trace.XprtReserve,
		trace.RPCTaskRunAction:
		if id := s.TaskAt(i); id != 0 {
			c.task(s, i, e, id)
		}
	}
}

// peer folds the events that name a transport by its peer alone: whose it is follows from the thread, or the XID.
func (c *Counts) peer(s *story.Story, i int, e *trace.Event) {
	switch e.Kind {
	case trace.XprtLookupRqst:
		if e.Int("status") == 0 {
			c.datagram(s, i)
		}
		return
	case trace.XprtCreate:
		if list := c.at(i).Xprts; len(list) > 0 {
			c.Xprt(list[len(list)-1].ID).LastUsed = e.Time
		}
		return
	}
	const busy = trace.XprtConnected | trace.XprtCloseWait | trace.XprtClosing | trace.XprtConnecting
	bits := trace.XprtState(e.Int("state"))
	if t := c.at(i).Task(s.TaskAt(i)); t != nil && bits&trace.XprtBound != 0 && bits&busy == 0 {
		c.Xprt(t.Xprt.Value).connecting = e.Time
	}
}

// datagram counts a reply that is there as a whole when its call is found: one by UDP, and one to a callback, which the server
// has read before it looks for the call.
func (c *Counts) datagram(s *story.Story, i int) {
	id := s.TaskAt(i)
	st := c.at(i)
	if t := st.Task(id); t != nil {
		if x := st.Xprt(t.Xprt.Value); x != nil && (x.Datagrams || backChannel(x)) {
			c.Xprt(x.ID).Recvs++
		}
	}
}

// reply counts a reply that was read from a stream to its end.
func (c *Counts) reply(s *story.Story, i int, e *trace.Event) {
	id := s.TaskAt(i)
	st := c.at(i)
	t := st.Task(id)
	if t == nil || t.Clid == trace.NoID {
		return
	}
	x := st.Xprt(t.Xprt.Value)
	if x == nil || x.Addr != e.Text(s.Log(), "addr") || x.Port != e.Text(s.Log(), "port") {
		return // a call from the server: the XID is that of its task
	}
	c.Xprt(x.ID).Recvs++
	c.call(id).received = e.Int("copied")
}

// socket counts connections. A stream counts twice: when it sets out, and when it stands.
func (c *Counts) socket(s *story.Story, i int, e *trace.Event) {
	const established, inProgress = 1, -115
	if i > 0 && (e.Kind == trace.RPCSocketConnect || e.Int("sk_state") == established) {
		c.twins(c.at(i-1), e.Int("ino"), e.Text(s.Log(), "dstaddr"))
	}
	st := c.at(i)
	for j := range st.Xprts {
		x := &st.Xprts[j]
		if x.Socket() != e.Int("ino") || x.Datagrams {
			continue
		}
		n := c.Xprt(x.ID)
		switch {
		case e.Kind == trace.RPCSocketConnect && e.Int("error") == inProgress, e.Kind == trace.RPCSocketConnect && e.Int("error") == 0 && netid(x) == "local":
			n.Connects++
		case e.Kind == trace.RPCSocketStateChange && e.Int("sk_state") == established:
			n.Connects++
			n.ConnectTime += e.Time - n.connecting
		}
	}
}

// twins looks whether a socket that is seen for the first time may be one of several transports': of those that are connecting
// to its peer, or else of all that have that peer.
func (c *Counts) twins(st *story.State, inode int64, peer string) {
	var all, connecting []story.XprtID
	for j := range st.Xprts {
		x := &st.Xprts[j]
		if x.Socket() == inode {
			return
		}
		if x.Addr+":"+x.Port != peer && "["+x.Addr+"]:"+x.Port != peer {
			continue
		}
		all = append(all, x.ID)
		if x.SndCookie {
			connecting = append(connecting, x.ID)
		}
	}
	if len(connecting) > 0 {
		all = connecting
	}
	for _, id := range all {
		c.Xprt(id).Twin = c.Xprt(id).Twin || len(all) > 1
	}
}

func (c *Counts) call(id story.TaskID) *call {
	k := c.calls[id]
	if k == nil {
		k = &call{}
		c.calls[id] = k
	}
	return k
}

// task folds the events about a task.
func (c *Counts) task(s *story.Story, i int, e *trace.Event, id story.TaskID) {
	switch e.Kind {
	case trace.RPCXDRSendto:
		c.call(id).encoded = e.Int("len3")
	case trace.RPCXDRRecvfrom:
		if k := c.call(id); k.received == 0 {
			k.received = e.Int("len3")
		}
	case trace.RPCTimeoutStatus:
		c.call(id).timeouts++
	case trace.RPCRequest:
		if e.Text(s.Log(), "prog") == "nfs" {
			c.version[uint32(e.Int("client"))] = e.Int("vers")
		}
	case trace.RpcbGetport:
		if t := c.at(i).Task(id); t != nil {
			c.Xprt(t.Xprt.Value).Binds++
		}
	case trace.XprtReserve:
		c.reserve(s, i, id)
	case trace.XprtTransmit:
		c.transmit(s, i, e, id)
	case trace.RPCStatsLatency:
		c.latency(s, i, e, id)
	case trace.RPCTaskCallDone, trace.RPCTaskComplete:
		// The slot goes back right after these.
		if t := c.at(i).Task(id); t != nil {
			c.Xprt(t.Xprt.Value).LastUsed = e.Time
		}
		if e.Kind == trace.RPCTaskComplete {
			delete(c.calls, id)
		}
	}
}

// reserve notes how many slots are in use.
func (c *Counts) reserve(s *story.Story, i int, id story.TaskID) {
	st := c.at(i)
	t := st.Task(id)
	if t == nil {
		return
	}
	x := st.Xprt(t.Xprt.Value)
	if x == nil {
		return
	}
	used := 0
	for j := range x.Slots {
		if x.Slots[j].Task != 0 {
			used++
		}
	}
	n := c.Xprt(x.ID)
	n.InUse = max(n.InUse, used)
	*c.call(id) = call{xid: t.XID}
}

// transmit counts what a transport sends, answers to callbacks too, and who sleeps where meanwhile. A request that is taken off the queue unsent, as its
// reply is there or its task was killed, has no rpc_xdr_sendto before.
func (c *Counts) transmit(s *story.Story, i int, e *trace.Event, id story.TaskID) {
	k := c.call(id)
	length := k.encoded
	k.encoded = 0
	st := c.at(i)
	t := st.Task(id)
	if e.Int("status") != 0 || length == 0 || t == nil {
		return
	}
	x := st.Xprt(t.Xprt.Value)
	if x == nil {
		return
	}
	if k.sent += length; !x.Datagrams {
		k.sent += 4 // the record marker
	}
	n := c.Xprt(x.ID)
	n.Sends++
	n.ReqU += n.Sends - n.Recvs
	for j := range st.Tasks {
		o := &st.Tasks[j]
		if !o.Asleep || o.Xprt.Value != x.ID {
			continue
		}
		switch o.Queue {
		case fsm.XprtBacklog:
			n.BacklogU++
		case fsm.XprtSending:
			n.SendingU++
		case fsm.XprtPending:
			n.PendingU++
		}
	}
}

// latency counts a call that ended with its slot.
func (c *Counts) latency(s *story.Story, i int, e *trace.Event, id story.TaskID) {
	if e.Text(s.Log(), "prog") != "nfs" {
		return
	}
	t := c.at(i).Task(id)
	if t == nil {
		return
	}
	key := opKey{uint32(e.Int("client")), e.Text(s.Log(), "proc")}
	o := c.ops[key]
	if o == nil {
		o = &Op{}
		c.ops[key] = o
	}
	k := c.call(id)
	c.ended = key
	o.Ops++
	o.Transmissions += int64(max(t.Ntrans, 1))
	o.Timeouts += k.timeouts
	o.Sent += k.sent
	o.Received += k.received
	o.Queue += time.Duration(e.Int("backlog")) * time.Microsecond
	o.RTT += time.Duration(e.Int("rtt")) * time.Microsecond
	o.Execute += time.Duration(e.Int("execute")) * time.Microsecond
	if t.Status < 0 {
		o.Errors++
	}
	*k = call{}
}
