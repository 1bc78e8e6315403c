package story

import (
	"encoding/binary"
	"time"

	"sunscope/core/fsm"
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

func (f *fold) addPacket(p Packet) {
	f.next.packet++
	p.ID = f.next.packet
	p.SentAt, p.SentOrd = f.e.Time, f.st.Instant
	f.st.Packets = append(f.st.Packets, p)
	if f.rec != nil {
		f.rec.sent(&p)
	}
}

// dropWhere takes the packets for which gone holds off the wire.
func (f *fold) dropWhere(gone func(p *Packet) bool) {
	if len(f.st.Packets) == 0 {
		return
	}
	kept := f.st.Packets[:0]
	for i := range f.st.Packets {
		p := f.st.Packets[i]
		if !gone(&p) {
			kept = append(kept, p)
		} else if f.rec != nil {
			f.rec.arrived(f, p.ID)
		}
	}
	f.st.Packets = kept
}

// dropPackets drops what was guessed to be under way on a transport that is no longer connected.
func (f *fold) dropPackets(id XprtID) {
	f.dropWhere(func(p *Packet) bool { return p.How == Inferred && p.Xprt == id })
}

func (f *fold) dropXID(xid uint32, kind string) {
	f.dropWhere(func(p *Packet) bool { return p.How == Inferred && p.XID == xid && p.Kind == kind })
}

func (f *fold) dropCalls(id TaskID) {
	f.dropWhere(func(p *Packet) bool { return p.How == Inferred && p.Task == id && p.Kind == "CALL" })
}

func (f *fold) dropTask(id TaskID) {
	f.dropWhere(func(p *Packet) bool { return p.How == Inferred && p.Task == id })
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
	if f.wireSeen {
		return
	}
	p := Packet{Kind: "CALL", XID: t.XID, Task: t.ID, Xprt: t.Xprt.Value, Retrans: t.Ntrans > 1, How: Inferred, Rule: RuleSending}
	p.RecordLen = int(f.e.F[8])
	if x == nil || !x.udp {
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
		f.dropCalls(t.ID)
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
		}
	}
}

// lookup folds xprt_lookup_rqst: a reply has come, and somebody waits for it or not.
func (f *fold) lookup() {
	xid := uint32(f.e.F[2])
	f.dropXID(xid, "REPLY")
	t := f.aboutXID(xid)
	if f.e.F[3] != 0 {
		x := f.xprtAt(f.text(0), f.text(1))
		if t != nil && f.xprt(t.Xprt.Value) != nil {
			x = f.xprt(t.Xprt.Value)
		}
		if x != nil {
			x.BadXIDs++
		}
		f.workerBegins(receiveWork)
		return
	}
	f.dropXID(xid, "CALL")
	f.workerBegins(receiveWork)
	if t == nil {
		return
	}
	t.Received = inferred(true, RuleReplyFound)
	if x := f.xprt(t.Xprt.Value); x != nil {
		x.Recvs++
		if x.Addr == "" {
			x.Addr, x.Port = f.text(0), f.text(1)
		}
	}
}

// readRequest folds xs_stream_read_request: the client's receive worker has read a reply, or a callback.
func (f *fold) readRequest() {
	xid := uint32(f.e.F[2])
	if f.aboutXID(xid) != nil {
		f.dropWhere(func(p *Packet) bool { return p.How == Inferred && p.XID == xid && p.Dir == ToClient })
	}
	f.workerBegins(receiveWork)
}

// pendingTimer is how long a client's tasks sleep on xprt_pending for a reply, learnt from a wake-up.
type pendingTimer struct {
	client ClientID
	total  time.Duration
}

const jiffy = 4 * time.Millisecond // HZ=250

// learnTimer takes the jiffies that the wake-up shows to be left, and adds the time slept.
func (f *fold) learnTimer(t *Task) {
	left := f.e.F[fTimeout]
	if t.Callback != fsm.XprtTimer || left <= 0 || t.Ntrans > 1 {
		return
	}
	total := (time.Duration(left)*jiffy + f.e.Time - t.SleptAt + jiffy/2) / jiffy * jiffy
	for i := range f.timers {
		if f.timers[i].client == t.Client {
			f.timers[i].total = total
			return
		}
	}
	f.timers = append(f.timers, pendingTimer{t.Client, total})
}

// timerOf is when the sleep that t begins will time out, as far as earlier sleeps show; else 0.
func (f *fold) timerOf(t *Task) time.Duration {
	if t.Callback != fsm.XprtTimer || t.Ntrans > 1 {
		return 0
	}
	for _, p := range f.timers {
		if p.client == t.Client {
			return t.SleptAt + p.total
		}
	}
	return 0
}

// ours folds this project's own events, which make observed what is inferred without them.
func (f *fold) ours() {
	switch f.e.Kind {
	case trace.Item:
		f.item()
	case trace.Host:
		f.wireSeen = true
		f.observeHost()
	case trace.WireSend:
		f.wireSeen = true
		f.wireSend()
	case trace.WireRecv:
		f.wireSeen = true
		f.wireRecv()
	case trace.WorkQueue, trace.WorkRun, trace.WorkDone:
		f.workEvent()
	case trace.Fault:
		f.fault()
	}
}

// stream follows the records in the bytes of one direction of a connection.
type stream struct {
	src, dst string
	arriving bool // the receiver's end: bytes that have arrived
	head     [12]byte
	got      int // bytes of head that are there
	off      int // bytes of the record that went by, marker included
	xid      uint32
	kind     string
	length   int // of the record, marker included
}

func (f *fold) stream(src, dst string, arriving bool) *stream {
	for i := range f.streams {
		s := &f.streams[i]
		if s.arriving == arriving && s.src == src && s.dst == dst {
			return s
		}
	}
	f.streams = append(f.streams, stream{src: src, dst: dst, arriving: arriving})
	return &f.streams[len(f.streams)-1]
}

// dropStreams forgets what an earlier connection between the two addresses was in the middle of.
func (f *fold) dropStreams(a, b string) {
	kept := f.streams[:0]
	for _, s := range f.streams {
		if s.src == a && s.dst == b || s.src == b && s.dst == a {
			continue
		}
		kept = append(kept, s)
	}
	f.streams = kept
}

// feed takes the next bytes of the stream up to the end of a record, and reports how many it took and whether the
// record is complete.
func (s *stream) feed(b string) (n int, ended bool) {
	if s.length > 0 && s.off >= s.length {
		*s = stream{src: s.src, dst: s.dst, arriving: s.arriving}
	}
	for n < len(b) && (s.got < 4 || s.got < len(s.head) && s.off < s.length) {
		s.head[s.got] = b[n]
		s.got++
		s.off++
		n++
		switch s.got {
		case 4:
			s.length = 4 + int(binary.BigEndian.Uint32(s.head[:])&0x7fffffff)
		case 8:
			s.xid = binary.BigEndian.Uint32(s.head[4:])
		case 12:
			s.kind = "REPLY"
			if binary.BigEndian.Uint32(s.head[8:]) == 0 {
				s.kind = "CALL"
			}
		}
	}
	if s.got >= 4 {
		more := min(len(b)-n, s.length-s.off)
		n += more
		s.off += more
		ended = s.off >= s.length
	}
	return n, ended
}

func (f *fold) wireSend() {
	p := Packet{
		Kind: f.text(3), Src: f.text(1), Dst: f.text(2), How: Observed, wire: f.e.F[0],
		Len: observed(int(f.e.F[4])), Arrives: observed(time.Duration(f.e.F[5])), Bytes: observed(trace.Str(f.e.F[6])),
	}
	if host, _ := splitAddr(p.Dst); !f.isServer(host) {
		p.Dir = ToClient
	}
	p.Xprt = f.xprtOfPacket(&p)
	if p.Kind == "SYN" {
		f.dropStreams(p.Src, p.Dst)
	}
	if b := f.src.log.Text(p.Bytes.Value); b != "" {
		s := f.stream(p.Src, p.Dst, false)
		off := s.off
		if s.length > 0 && off >= s.length {
			off = 0
		}
		s.feedAll(b, func(first bool) {
			if first {
				p.XID, p.Kind, p.RecordLen = s.xid, s.kind, s.length
			}
		})
		p.Offset = off
		if p.Kind == "" {
			p.Kind = "DATA"
		}
		if t := f.aboutXID(p.XID); t != nil && p.XID != 0 {
			p.Task = t.ID
			p.Retrans = p.Kind == "CALL" && t.Ntrans > 1
		}
	}
	f.addPacket(p)
}

// feedAll feeds all bytes and calls each after each record, or part of one.
func (s *stream) feedAll(b string, each func(first bool)) {
	for first := true; len(b) > 0; first = false {
		n, _ := s.feed(b)
		b = b[n:]
		each(first)
	}
}

// xprtOfPacket is the transport between whose addresses a packet goes.
func (f *fold) xprtOfPacket(p *Packet) XprtID {
	near, far := p.Src, p.Dst
	if p.Dir == ToClient {
		near, far = far, near
	}
	addr, port := splitAddr(far)
	var found XprtID
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		if x.Addr != addr || x.Port != port {
			continue
		}
		if x.Local.Value == near {
			return x.ID
		}
		if found == 0 {
			found = x.ID
		}
	}
	return found
}

func (f *fold) wireRecv() {
	for i := range f.st.Packets {
		p := f.st.Packets[i]
		if p.How != Observed || p.wire != f.e.F[0] {
			continue
		}
		if p.Task != 0 {
			f.about = p.Task
		}
		f.st.Packets = append(f.st.Packets[:i], f.st.Packets[i+1:]...)
		if f.rec != nil {
			f.rec.arrived(f, p.ID)
		}
		f.arrive(&p)
		return
	}
}

// arrive counts the bytes in at the receiver's end. A call that is complete there waits for a server thread.
func (f *fold) arrive(p *Packet) {
	b := f.src.log.Text(p.Bytes.Value)
	if p.Kind == "FIN" || p.Kind == "RST" || p.Kind == "SYN" {
		return
	}
	s := f.stream(p.Src, p.Dst, true)
	for len(b) > 0 {
		n, ended := s.feed(b)
		b = b[n:]
		if ended && s.kind == "CALL" && p.Dir == ToServer {
			x := f.svcXprt(p.Dst, p.Src)
			x.Pending = append(x.Pending, s.xid)
		}
	}
}

func (f *fold) fault() {
	if len(f.st.Faults) == KeptFaults {
		f.st.Faults = append(f.st.Faults[:0], f.st.Faults[1:]...)
	}
	f.st.Faults = append(f.st.Faults, FaultNote{f.text(0), f.text(1), f.e.Time, f.st.Instant})
}
