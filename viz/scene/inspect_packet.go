package scene

import (
	"sunscope/core/nfs"
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
		in.About = in.w.arrived
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
		in.row(w.record, itoa(p.Offset)+" … "+itoa(p.Offset+p.Len.Value)+" / "+itoa(p.RecordLen))
	}
	in.row(w.sentAt, in.moment(p.SentAt))
	in.fact(w.arrives, in.moment(p.Arrives.Value), p.Arrives.How, p.Arrives.Rule)
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
}

// hint says which procedure a reply answers: that of the task whose xid it has.
func (in *inspector) hint(p *story.Packet) rpcmsg.Hint {
	h := rpcmsg.Hint{Body: nfs.DissectBody}
	t := in.st.Task(p.Task)
	if t == nil || t.Proc == 0 {
		return h
	}
	prog, proc := in.log.Text(t.Prog), in.log.Text(t.Proc)
	table, number := nfs.V3[:], uint32(nfs.Program)
	if prog == "mount" {
		table, number = nfs.MountV3[:], nfs.MountProgram
	}
	for i := range table {
		if table[i].Name == proc {
			h.Known, h.Prog, h.Vers, h.Proc = true, number, uint32(t.Vers), table[i].Num
		}
	}
	return h
}
