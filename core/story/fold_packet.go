package story

import (
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/core/trace"
)

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
			f.rec.arrived(f, p.ID, false)
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

func (f *fold) wireSend() {
	p := Packet{
		Kind: f.text(3), Src: f.text(1), Dst: f.text(2), How: Observed, wire: f.e.F[0],
		Len: observed(int(f.e.F[4])), Arrives: observed(time.Duration(f.e.F[5])), Bytes: observed(trace.Str(f.e.F[6])),
	}
	p.Datagram = p.Kind == "DGRAM"
	if host, _ := splitAddr(p.Dst); !f.isServer(host) {
		p.Dir = ToClient
	}
	p.Xprt = f.xprtOfPacket(&p)
	switch p.Kind {
	case "SYN":
		f.dropStreams(p.Src, p.Dst)
	case "FIN":
		f.hangUp(&p)
	}
	if b := f.src.log.Text(p.Bytes.Value); p.Datagram {
		f.sendDatagram(&p, b)
	} else if b != "" && !f.again(&p) {
		f.sendSegment(&p, b)
	}
	if t := f.aboutXID(p.XID); t != nil && p.XID != 0 {
		p.Task = t.ID
		p.Retrans = p.Kind == "CALL" && t.Ntrans > 1 && !p.Duplicate
	}
	if p.Kind == "REPLY" {
		f.unread(p.XID)
	}
	f.addPacket(p)
}

// sendSegment finds out which record the bytes of a segment belong to.
func (f *fold) sendSegment(p *Packet, b string) {
	s := f.stream(p.Src, p.Dst, false)
	if !s.ended() {
		p.Offset = s.off
	}
	for first := true; len(b) > 0; first = false {
		if s.ended() || s.off == 0 {
			f.callBytes(b)
		}
		n := s.feed(b)
		b = b[n:]
		if first {
			p.XID, p.Kind, p.RecordLen, p.MoreFragments = s.xid(), s.kind(), s.length, !s.last
		}
	}
	if p.Kind == "" {
		p.Kind = "DATA"
	}
}

// xprtOfPacket is the transport between whose addresses a packet goes: that with the same source port, or else the first
// that goes to the same peer by the same kind of messages.
func (f *fold) xprtOfPacket(p *Packet) XprtID {
	near, far := p.Src, p.Dst
	if p.Dir == ToClient {
		near, far = far, near
	}
	addr, port := splitAddr(far)
	_, local := splitAddr(near)
	var found XprtID
	best := 0
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		if x.Addr != addr || x.Port != port {
			continue
		}
		fits := 1
		if x.Datagrams == p.Datagram {
			fits = 2
		}
		if _, its := splitAddr(x.Local.Value); x.Local.How != Unknown && its == local {
			fits += 2
		}
		if fits > best {
			found, best = x.ID, fits
		}
	}
	return found
}

func (f *fold) wireRecv() {
	for i := range f.st.Packets {
		p := f.st.Packets[i]
		if p.How != Observed || p.wire != f.e.F[0] || p.Lost != "" {
			continue
		}
		if p.Task != 0 {
			f.about = p.Task
		}
		f.st.Packets = append(f.st.Packets[:i], f.st.Packets[i+1:]...)
		if f.rec != nil {
			f.rec.arrived(f, p.ID, false)
		}
		f.arrive(&p)
		return
	}
}

// arrive counts the bytes in at the receiver's end. A call that is complete there waits for a server thread.
func (f *fold) arrive(p *Packet) {
	b := f.src.log.Text(p.Bytes.Value)
	switch {
	case p.Datagram:
		f.landed = *p
		if len(b) >= 8 {
			f.headed(head{xid: p.XID, dir: directionOf(b), datagram: true})
		}
		if p.Kind == "CALL" && p.Dir == ToServer {
			x := f.svcXprt(f.datagramEnd(p.Dst))
			x.Pending = append(x.Pending, p.XID)
		}
		return
	case p.Kind == "RST":
		f.dropStreams(p.Src, p.Dst)
		return
	case p.Kind == "FIN":
		f.hangUp(p)
		f.endStream(p.Src, p.Dst)
		return
	case p.Kind == "SYN":
		return
	}
	s := f.stream(p.Src, p.Dst, true)
	for len(b) > 0 {
		headless := s.ended() || s.got < len(s.head)
		if s.ended() || s.off == 0 {
			f.replyBytes(b)
		}
		b = b[s.feed(b):]
		if headless && s.got == len(s.head) {
			f.headed(head{s.xid(), s.first, s.direction(), false})
		}
		if s.ended() && s.kind() == "CALL" && p.Dir == ToServer {
			x := f.svcXprt(p.Dst, p.Src)
			x.Pending = append(x.Pending, s.xid())
		}
	}
}

// hangUp folds a FIN: when the server sends one, or has received one, it answers nothing more on that connection.
func (f *fold) hangUp(p *Packet) {
	server, client := p.Src, p.Dst
	if p.Dir == ToServer {
		server, client = client, server
		if f.e.Kind == trace.WireSend {
			return
		}
	}
	for i := range f.st.SvcXprts {
		if x := &f.st.SvcXprts[i]; x.Local == server && x.Remote == client {
			x.Pending = nil
		}
	}
}

// unread takes a call off the lists of those that nobody has read: somebody has, or nobody ever will.
func (f *fold) unread(xid uint32) {
	for i := range f.st.SvcXprts {
		f.st.SvcXprts[i].Pending = remove(f.st.SvcXprts[i].Pending, xid)
	}
}

func (f *fold) fault() {
	kind, where := f.text(0), f.text(1)
	if len(f.st.Faults) == KeptFaults {
		f.st.Faults = append(f.st.Faults[:0], f.st.Faults[1:]...)
	}
	f.st.Faults = append(f.st.Faults, FaultNote{kind, where, f.e.Time, f.st.Instant})
	if number, ok := strings.CutPrefix(where, "packet="); ok {
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			f.packetFault(kind, n)
		}
	}
}
