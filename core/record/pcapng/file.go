package pcapng

import (
	"net/netip"

	"sunscope/core/time"
)

// File is a capture that is being written. It is made by [New].
type File struct {
	out         []byte
	packets     int
	cards       int
	flows       map[way]*flow
	connections int
	ids         uint32 // of IP packets
	talk        *talk  // nil: nobody follows
	cuts        map[way]*cut
}

// New begins a capture. application and comment say what has made it, and what one should know about it.
func New(application, comment string) *File {
	f := &File{flows: map[way]*flow{}, cuts: map[way]*cut{}}
	f.section(application, comment)
	return f
}

// Interface adds a network card, whose number it returns.
func (f *File) Interface(name, description string) int {
	f.card(name, description)
	f.cards++
	return f.cards - 1
}

// Follow has the file read the RPC messages in the capture from now on, and keep them.
func (f *File) Follow() { f.talk = newTalk() }

// Take gives what has been written since the last time.
func (f *File) Take() []byte {
	b := f.out
	f.out = nil
	return b
}

// Packets is how many packets there are in the capture.
func (f *File) Packets() int { return f.packets }

// Packet is one TCP segment or UDP datagram on its way.
type Packet struct {
	Src, Dst netip.AddrPort
	Datagram bool
	Payload  []byte
	tcp      *segment
}

// Send has a packet leave its sender: from then on its headers are what they are. kind is SYN, SYN-ACK, ACK, DATA, FIN, RST
// or DGRAM. again says that it is the last segment of its direction once more, because that was lost.
func (f *File) Send(src, dst netip.AddrPort, kind string, payload []byte, at time.Duration, again bool) *Packet {
	p := &Packet{Src: src, Dst: dst, Datagram: kind == "DGRAM", Payload: payload}
	if !p.Datagram {
		p.tcp = f.send(way{src, dst}, kind, payload, at, again)
	}
	return p
}

// Arrive has a packet reach its receiver, who acknowledges it with the next segment that he sends.
func (f *File) Arrive(p *Packet) {
	if p.tcp != nil {
		f.arrive(p.tcp)
	}
}

// Capture writes a packet as a card sees it. about gives the text that stands with each message that is complete by
// this packet; it may be nil, and is not asked when nobody follows.
func (f *File) Capture(card int, p *Packet, at time.Duration, out bool, about func(m *Message) string) {
	f.ids++
	payload, proto := []byte(nil), byte(protoTCP)
	if p.Datagram {
		payload, proto = udp(p.Src, p.Dst, p.Payload), protoUDP
	} else {
		payload = tcp(p.tcp)
	}
	all := frames(p.Src.Addr(), p.Dst.Addr(), proto, f.ids, payload)
	comment := ""
	if f.talk != nil {
		comment = f.talk.hear(card, p, f.packets+len(all), at, about)
	}
	flags := uint32(inbound)
	if out {
		flags = outbound
	}
	for i, b := range all {
		said := ""
		if i == len(all)-1 {
			said = comment
		}
		f.packet(card, at, flags, b, said)
	}
}

// Messages are the RPC messages in the capture since [File.Follow], in the order in which they are complete.
func (f *File) Messages() []Message {
	if f.talk == nil {
		return nil
	}
	return f.talk.messages
}
