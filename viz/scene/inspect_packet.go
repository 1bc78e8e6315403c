package scene

import (
	"encoding/binary"
	"sort"

	"sunscope/core/rpcmsg"
	"sunscope/core/story"
	"sunscope/core/xdr"
)

func (in *inspector) packet(id story.PacketID) {
	in.Title = in.w.packet
	var p *story.Packet
	for i := range in.st.Packets {
		if in.st.Packets[i].ID == id {
			p = &in.st.Packets[i]
		}
	}
	if p == nil {
		if in.About = in.w.arrived; !in.sent(id) {
			in.About = in.w.unsent
		}
		return
	}
	in.Title = p.Kind
	if t := in.st.Task(p.Task); t != nil {
		in.Title += " " + in.taskName(t)
	}
	in.packetFields(p)
	in.last(p.SentOrd)
	in.bytes(p)
}

// sent says whether a packet left before this instant. Packets are numbered as they leave.
func (in *inspector) sent(id story.PacketID) bool {
	spans := in.s.WireSpans()
	i := sort.Search(len(spans), func(i int) bool { return spans[i].Packet >= id })
	return i == len(spans) || spans[i].Packet != id || int(spans[i].From) <= in.st.Instant
}

func (in *inspector) packetFields(p *story.Packet) {
	w := in.w
	dir := w.toServer
	if p.Dir == story.ToClient {
		dir = w.toClient
	}
	in.fact(w.direction, dir, max(p.How, story.Observed), p.Rule)
	if p.Src != "" {
		in.row(w.fromTo, p.Src+" → "+p.Dst)
	}
	if p.XID != 0 {
		in.row("xid", hex(p.XID))
	}
	if p.Task != 0 {
		in.taskLink(w.task, p.Task)
	}
	in.fact(w.length, itoa(p.Len.Value), p.Len.How, p.Len.Rule)
	if p.RecordLen > 0 {
		more := ""
		if p.MoreFragments {
			more = "+"
		}
		if !p.Datagram {
			in.row(w.record, itoa(p.Offset)+" … "+itoa(p.Offset+p.Len.Value)+" / "+itoa(p.RecordLen)+more)
		}
	}
	in.row(w.sentAt, in.moment(p.SentAt))
	l := labelsOf(in.lang)
	if p.Duplicate {
		in.row(w.copied, l.copied)
	}
	switch {
	case p.Lost != "" && in.hidden(p.LostAt), p.Lost == "" && in.hidden(p.Arrives.Value): // a lesson asks about it
	case p.Lost != "":
		in.row(l.whyLost(p), in.moment(p.LostAt))
	default:
		in.fact(w.arrives, in.moment(p.Arrives.Value), p.Arrives.How, p.Arrives.Rule)
	}
	if p.Retrans {
		in.row(w.retransmission, w.yes)
	}
}

// bytes takes the packet apart. What lies in the middle of a record cannot be read from there.
func (in *inspector) bytes(p *story.Packet) {
	if p.Bytes.How == story.Unknown || p.Bytes.Value == 0 {
		return
	}
	in.Bytes = []byte(in.log.Text(p.Bytes.Value))
	if p.Offset > 0 {
		in.Fields = []xdr.Field{{
			Name: in.w.continued, Len: len(in.Bytes), Value: itoa(p.Offset) + " … " + itoa(p.Offset+len(in.Bytes)) + " / " + itoa(p.RecordLen),
			Ref: "RFC 5531 §11",
		}}
		return
	}
	in.Fields = rpcmsg.Dissect(in.Bytes, in.hint(p))
	in.sections()
	in.nameValues()
}

// nameValues puts names to numbers that stand alone: a call's procedure, and how many groups its credential lists.
func (in *inspector) nameValues() {
	var head [3]uint32 // prog, vers, proc of the call
	for i := range in.Fields {
		f := &in.Fields[i]
		if f.Len < 4 || f.Off+4 > len(in.Bytes) {
			continue
		}
		n := binary.BigEndian.Uint32(in.Bytes[f.Off:])
		switch f.Name {
		case "prog":
			head[0] = n
		case "vers":
			head[1] = n
		case "proc":
			if name := procName(head[0], head[1], n); name != "" {
				f.Value = name + " (" + f.Value + ")"
			}
		case "gids":
			f.Value = in.w.none
			if n > 0 {
				f.Value = itoa(int(n)) + " " + in.w.groups
			}
		}
	}
}
