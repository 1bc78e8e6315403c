package pcapng

import (
	"net/netip"

	"sunscope/core/time"
)

// Flags of a TCP segment.
const (
	flagFIN = 1
	flagSYN = 2
	flagRST = 4
	flagPSH = 8
	flagACK = 16
)

// windowScale makes every window wide enough: acknowledgements come only with data, so much may be under way.
const windowScale = 14

// segment is one of TCP's.
type segment struct {
	src, dst    netip.AddrPort
	seq, ack    uint32
	flags       byte
	stamp, echo uint32
	payload     []byte
}

func (s *segment) window() uint16 {
	if s.flags&flagRST != 0 {
		return 0
	}
	return 0xffff
}

func (s *segment) mss() int {
	if s.src.Addr().Is4() {
		return MTU - 40
	}
	return MTU - 60
}

// size is how many sequence numbers the segment takes.
func (s *segment) size() uint32 {
	n := uint32(len(s.payload))
	if s.flags&(flagSYN|flagFIN) != 0 {
		n++
	}
	return n
}

// way is one direction of a connection.
type way struct{ src, dst netip.AddrPort }

func (w way) back() way { return way{w.dst, w.src} }

// flow is what was sent in one direction of a connection.
type flow struct {
	next uint32 // sequence number of the next byte
	got  uint32 // up to which the other end has received everything; 0 if nothing
	seen uint32 // the last timestamp that it has received
	last uint32 // sequence number of the last segment
}

// flow finds or makes the state of one direction.
func (f *File) flow(w way) *flow {
	fl := f.flows[w]
	if fl == nil {
		fl = &flow{next: f.initial(w)}
		f.flows[w] = fl
	}
	return fl
}

// initial is the sequence number with which a connection begins: another one for each, the same in every run.
func (f *File) initial(w way) uint32 {
	f.connections++
	h := uint32(2166136261)
	for _, b := range append(w.src.Addr().AsSlice(), byte(w.src.Port()>>8), byte(w.src.Port()), byte(f.connections>>8), byte(f.connections)) {
		h = (h ^ uint32(b)) * 16777619
	}
	return h>>2 + 1
}

// send makes the segment that leaves w.src. again says that it is the one before once more.
func (f *File) send(w way, kind string, payload []byte, at time.Duration, again bool) *segment {
	if kind == "SYN" && !again {
		delete(f.flows, w)
		delete(f.flows, w.back())
	}
	in := f.flows[w.back()]
	out := &flow{} // a RST from where there is no connection has the number 0
	if kind != "RST" || f.flows[w] != nil {
		out = f.flow(w)
	}
	s := &segment{src: w.src, dst: w.dst, seq: out.next, flags: flagACK, stamp: uint32(at / time.Millisecond), payload: payload}
	switch kind {
	case "SYN":
		s.flags = flagSYN
	case "SYN-ACK":
		s.flags |= flagSYN
	case "FIN":
		s.flags |= flagFIN
	case "RST":
		s.flags |= flagRST
	case "DATA":
		s.flags |= flagPSH
	}
	if again {
		s.seq = out.last
	}
	out.last, out.next = s.seq, s.seq+s.size()
	if in != nil && kind != "SYN" {
		s.ack, s.echo = in.got, in.seen
	}
	return s
}

// arrive notes that a segment has been received.
func (f *File) arrive(s *segment) {
	fl := f.flow(way{s.src, s.dst})
	if end := s.seq + s.size(); fl.got == 0 || int32(end-fl.got) > 0 {
		fl.got = end
	}
	fl.seen = s.stamp
}
