package story

import "encoding/binary"

// sendDatagram reads a datagram: it is a message, without record marker.
func (f *fold) sendDatagram(p *Packet, b string) {
	p.RecordLen = len(b)
	p.Kind = "DATA"
	if len(b) >= 4 {
		p.XID = binary.BigEndian.Uint32([]byte(b[:4]))
	}
	if len(b) >= 8 {
		p.Kind = messageKind(binary.BigEndian.Uint32([]byte(b[4:8])))
	}
	p.Duplicate, f.copied = f.copied, false
}

// directionOf is the second word of a message of at least eight bytes.
func directionOf(b string) uint32 {
	return uint32(b[4])<<24 | uint32(b[5])<<16 | uint32(b[6])<<8 | uint32(b[7])
}

// datagramEnd names the server's socket for datagrams to that address as the svc events do: it is connected to nobody.
func (f *fold) datagramEnd(dst string) (local, remote string) {
	_, port := splitAddr(dst)
	return "0.0.0.0:" + port, noPeer
}

// noPeer is what svc events print as the client of a socket that has none.
const noPeer = "(einval)"

// The faults of the loopback network that name a packet.
const (
	faultLost      = "LOST"      // the network lost it
	faultDuplicate = "DUPLICATE" // the network made a second one of it, which sets out next
	faultOverflow  = "OVERFLOW"  // it arrived, and the socket's buffer was full
	faultNoPort    = "NOPORT"    // it arrived, and no socket takes it
)

// packetFault folds what the network did to a packet. One that is lost stays in sight for as long as its way would have
// taken, at the point that it has come to.
func (f *fold) packetFault(kind string, number int64) {
	switch kind {
	case faultDuplicate:
		f.copied = true
	case faultLost:
		for i := range f.st.Packets {
			if p := &f.st.Packets[i]; p.How == Observed && p.wire == number && p.Lost == "" {
				f.lose(p, kind)
				p.Until = max(f.e.Time, p.Arrives.Value)
				if !p.Datagram && p.Bytes.Value != 0 {
					f.missing = append(f.missing, *p)
				}
				if f.rec != nil {
					f.rec.arrived(f, p.ID, true)
				}
				return
			}
		}
	case faultOverflow, faultNoPort:
		p := f.landed
		if p.wire != number || p.ID == 0 {
			return
		}
		if p.Kind == "CALL" && p.Dir == ToServer {
			f.unread(p.XID)
		}
		f.lose(&p, kind)
		p.Until = f.e.Time + (p.Arrives.Value - p.SentAt)
		f.st.Packets = append(f.st.Packets, p)
		if f.rec != nil {
			f.rec.lost(p.ID)
		}
	}
}

// again says whether p is a segment that was lost and that TCP sends again: its bytes are those of the lost one, and the
// stream has them already.
func (f *fold) again(p *Packet) bool {
	for i := range f.missing {
		if m := &f.missing[i]; m.Src == p.Src && m.Dst == p.Dst && m.Bytes.Value == p.Bytes.Value {
			p.XID, p.Kind, p.Offset, p.RecordLen, p.MoreFragments = m.XID, m.Kind, m.Offset, m.RecordLen, m.MoreFragments
			f.missing = append(f.missing[:i], f.missing[i+1:]...)
			return true
		}
	}
	return false
}

func (f *fold) lose(p *Packet, kind string) {
	p.Lost, p.LostAt = kind, f.e.Time
	f.losses++
	if p.Task != 0 {
		f.about = p.Task
	}
}

// fade lets go of lost packets whose time has passed.
func (f *fold) fade() {
	if f.losses == 0 {
		return
	}
	kept := f.st.Packets[:0]
	for _, p := range f.st.Packets {
		if p.Lost != "" && p.Until <= f.e.Time && p.LostAt < f.e.Time {
			f.losses--
			continue
		}
		kept = append(kept, p)
	}
	f.st.Packets = kept
}
