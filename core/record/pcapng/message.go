package pcapng

import (
	"net/netip"

	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/xdr"
)

// None stands for what a message does not say.
const None = -1

// Message is an RPC call or reply in a capture.
type Message struct {
	Frame    int           // number of the packet, from 1, with which it is complete
	Time     time.Duration // of that packet
	Stream   int           // number of the TCP connection in the capture, from 0; None over UDP
	Src, Dst netip.AddrPort
	Data     []byte // from the XID on
	XID      uint32
	Reply    bool

	// What is called. For a reply it is what its call says, if Peer is not 0.
	Prog, Vers, Proc uint32
	// Peer is the Frame of the first call that a reply answers, or of the first reply to a call; 0 if there is none.
	Peer int
	// Stat, Accept, Reject and Auth are what a reply says (RFC 5531): accepted or denied, and why; or None.
	Stat, Accept, Reject, Auth int
	// Status is the nfsstat3, mountstat3, nfsstat4 or nlm4_stats of the results; None if they have none.
	Status int64
	Bad    string // why the header cannot be read to its end; "" if it can
}

// talk puts messages together from what the cards see.
type talk struct {
	messages []Message
	streams  map[seen]*stream
	calls    map[asked]*call
	count    int // connections
}

// seen is one direction of a conversation as one card sees it.
type seen struct {
	card int
	way  way
}

// asked is a call as its reply knows it. Over UDP there are no connections; there stream is None.
type asked struct {
	seen   seen
	stream int
	xid    uint32
}

// call is a call, sent once or more.
type call struct {
	sent  []int // the messages
	reply int   // frame; 0: none
}

// stream is one direction of a connection.
type stream struct {
	number  int
	next    uint32 // sequence number of the byte that is awaited
	records rpcmsg.Records
	broken  bool // no records can be cut from it any more
}

func newTalk() *talk {
	return &talk{streams: map[seen]*stream{}, calls: map[asked]*call{}}
}

// hear sees a packet, and says what is to be said about the messages that are complete by it.
func (t *talk) hear(card int, p *Packet, frame int, at time.Duration, about func(m *Message) string) (comment string) {
	known := len(t.messages)
	t.see(card, p, frame, at)
	for i := known; i < len(t.messages) && about != nil; i++ {
		text := about(&t.messages[i])
		if text != "" && comment != "" {
			comment += "; "
		}
		comment += text
	}
	return comment
}

// see takes a packet that is the capture's number frame.
func (t *talk) see(card int, p *Packet, frame int, at time.Duration) {
	at0 := Message{Frame: frame, Time: at, Stream: None, Src: p.Src, Dst: p.Dst}
	here := seen{card, way{p.Src, p.Dst}}
	if p.Datagram {
		t.message(here, at0, p.Payload)
		return
	}
	s := t.stream(here, p.tcp)
	if s == nil {
		return
	}
	at0.Stream = s.number
	b := p.tcp.payload
	had := int(min(s.next-p.tcp.seq, uint32(len(b)))) // sent again: it has been seen
	b = b[had:]
	s.next += uint32(len(b))
	for !s.broken {
		n, what, err := s.records.Feed(b)
		b = b[n:]
		s.broken = err != nil
		if what == rpcmsg.More {
			return
		}
		if what == rpcmsg.Record {
			t.message(here, at0, s.records.Take())
		}
	}
}

// stream is that to which a segment belongs; a SYN begins one, and with it the other direction. nil: nobody has seen its
// beginning.
func (t *talk) stream(here seen, s *segment) *stream {
	there := seen{here.card, here.way.back()}
	old := t.streams[here]
	if s.flags&flagSYN == 0 || old != nil && old.next == s.seq+1 {
		return old
	}
	fresh := &stream{number: t.count, next: s.seq + 1}
	if s.flags&flagACK != 0 && t.streams[there] != nil {
		fresh.number = t.streams[there].number
	} else {
		t.count++
		delete(t.streams, there) // what still comes is of an earlier connection between the same ports
	}
	t.streams[here] = fresh
	return fresh
}

// message notes one that is complete, if it is one: whatever has an XID and a direction is, and says as much as can be
// read of it.
func (t *talk) message(here seen, m Message, b []byte) {
	if len(b) < 8 || xdr.Word(b[4:]) > rpcmsg.Reply {
		return
	}
	m.Data, m.XID, m.Reply = b, xdr.Word(b), xdr.Word(b[4:]) == rpcmsg.Reply
	m.Stat, m.Accept, m.Reject, m.Auth, m.Status = None, None, None, None, None
	d := xdr.NewDecoder(b)
	if m.Reply {
		t.reply(here, &m, d)
		return
	}
	h, err := rpcmsg.DecodeCall(d)
	if err != nil {
		m.Bad = err.Error()
	}
	m.Prog, m.Vers, m.Proc = h.Prog, h.Vers, h.Proc
	if m.Prog == progNLM && m.Proc >= 11 && m.Proc <= 15 && err == nil { // TEST_RES and the others: results that come as a call
		m.Status = nlmStatus(d)
	}
	key := asked{here, m.Stream, m.XID}
	c := t.calls[key]
	if c == nil {
		c = &call{}
		t.calls[key] = c
	}
	m.Peer = c.reply
	c.sent = append(c.sent, len(t.messages))
	t.messages = append(t.messages, m)
}

func (t *talk) reply(here seen, m *Message, d *xdr.Decoder) {
	h, err := rpcmsg.DecodeReply(d)
	if err != nil {
		m.Bad = err.Error()
	}
	if t.said(m, &h); len(m.Data) < 12 {
		m.Stat = None
	}
	if c := t.calls[asked{seen{here.card, here.way.back()}, m.Stream, m.XID}]; c != nil {
		first := &t.messages[c.sent[0]]
		m.Prog, m.Vers, m.Proc, m.Peer = first.Prog, first.Vers, first.Proc, first.Frame
		for _, i := range c.sent {
			if c.reply == 0 {
				t.messages[i].Peer = m.Frame
			}
		}
		if c.reply == 0 {
			c.reply = m.Frame
		}
		if m.Accept == int(rpcmsg.Success) && err == nil {
			m.Status = status(m, d)
		}
	}
	t.messages = append(t.messages, *m)
}

// said takes what a reply says from its header.
func (t *talk) said(m *Message, h *rpcmsg.ReplyHeader) {
	m.Stat = int(h.Stat)
	switch {
	case h.Stat == rpcmsg.MsgAccepted:
		m.Accept = int(h.Accept)
	case h.Stat != rpcmsg.MsgDenied:
	case h.Reject == rpcmsg.AuthError:
		m.Reject, m.Auth = int(h.Reject), int(h.AuthStat)
	default:
		m.Reject = int(h.Reject)
	}
}

// The programs whose results have a status.
const (
	progNFS      = 100003
	progMount    = 100005
	progNLM      = 100021
	progACL      = 100227
	progCallback = 0x40000000 // and above: transient numbers, which NFSv4 clients give their callback programs
)

// status is the first thing that results say, or for NLM the second.
func status(m *Message, d *xdr.Decoder) int64 {
	switch m.Prog {
	case progNFS:
		if m.Proc == 0 {
			return None
		}
	case progACL:
		if m.Proc == 0 {
			return None
		}
	case progMount:
		if m.Proc != 1 { // MNT
			return None
		}
	case progNLM:
		if m.Proc < 1 || m.Proc > 5 && m.Proc != 20 && m.Proc != 22 { // the procedures that wait for a result
			return None
		}
		return nlmStatus(d)
	default:
		if m.Prog < progCallback || m.Vers != 1 || m.Proc != 1 { // CB_COMPOUND
			return None
		}
	}
	return word(d)
}

// nlmStatus reads what comes after the cookie.
func nlmStatus(d *xdr.Decoder) int64 {
	d.Opaque("cookie", 1024)
	return word(d)
}

func word(d *xdr.Decoder) int64 {
	v := d.Uint32("status")
	if d.Err() != nil {
		return None
	}
	return int64(v)
}
