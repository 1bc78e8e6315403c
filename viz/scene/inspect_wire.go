package scene

import (
	"sunscope/core/story"
)

// wireRef describes the things of the wire's and the server's rooms; false says that ref is none of them.
func (in *inspector) wireRef(ref Ref) bool {
	switch ref.Kind {
	case RefRead:
		in.read(story.XprtID(ref.Num))
	case RefCallback:
		in.callback(uint32(ref.Num))
	case RefCallbackPool:
		in.Title, in.About = "bc_pa_list", story.RuleBackPool.Text(in.lang)
	case RefBackChannel:
		in.backChannel(ref.Name)
	case RefSvcXprt:
		in.svcXprt(ref)
	case RefServed:
		in.served(uint32(ref.Num))
	default:
		return false
	}
	return true
}

// read describes what a transport's receiver read last.
func (in *inspector) read(id story.XprtID) {
	l := labelsOf(in.lang)
	in.Title = l.demux
	rd, x := in.st.ReadOf(id), in.st.Xprt(id)
	if rd == nil || x == nil {
		in.About = l.noRecord
		return
	}
	in.row("rpc_xprt", x.Addr+":"+x.Port).Ref = Ref{Kind: RefXprt, Num: int64(id)}
	if !rd.Datagram {
		in.fact(l.record, hex(rd.Marker.Value), rd.Marker.How, rd.Marker.Rule)
	}
	in.row("xid", hex(rd.XID))
	word := l.replyWord
	if rd.To == story.ToCallbacks {
		word = l.callWord
	}
	in.fact(l.direction, word+" ("+hex(rd.Dir.Value)+")", rd.Dir.How, rd.Dir.Rule)
	b := builder{tr: l}
	for to := range rd.Counts {
		_, way := b.wayWords(story.ReadTo(to))
		in.row(way, itoa(rd.Counts[to]))
	}
	if rd.Task != 0 {
		in.taskLink(in.w.task, rd.Task)
	}
	in.last(rd.Ord)
}

// callback describes a callback in the client.
func (in *inspector) callback(xid uint32) {
	in.Title = "CALL " + hex(xid)
	var c *story.Callback
	for i := range in.st.Callbacks {
		if in.st.Callbacks[i].XID == xid {
			c = &in.st.Callbacks[i]
		}
	}
	if c == nil {
		in.About = in.w.arrived
		return
	}
	in.Title = callbackName(c)
	in.row("xid", hex(xid))
	in.fact(in.w.procedure, c.Op.Value, c.Op.How, c.Op.Rule)
	for _, op := range c.Ops[:c.Told] {
		in.row(op.Name, op.Result)
	}
	if x := in.st.Xprt(c.Xprt.Value); x != nil {
		in.fact("rpc_xprt", x.Addr+":"+x.Port, c.Xprt.How, c.Xprt.Rule).Ref = Ref{Kind: RefXprt, Num: int64(x.ID)}
	}
	if c.Task != 0 {
		in.taskLink("nfs4_cb", c.Task)
	}
	if c.Answer != 0 {
		in.taskLink("call_bc_encode", c.Answer)
	}
	if c.Thread != 0 {
		in.row(in.w.thread, itoa(int(c.Thread))).Ref = Ref{Kind: RefThread, Num: int64(c.Thread)}
	}
	in.row(in.w.since, span(in.st.Time-c.Since))
	in.last(c.Ord)
}

// backChannel describes what nfsd thinks of the way back to a client.
func (in *inspector) backChannel(client string) {
	in.Title = "nfs4_client " + client
	for i := range in.st.BackChannels {
		c := &in.st.BackChannels[i]
		if c.Client != client {
			continue
		}
		in.row("addr", c.Addr)
		in.fact("cl_cb_state", c.State.Value, c.State.How, c.State.Rule)
		in.row(in.w.since, span(in.st.Time-c.Since))
		if clnt := in.st.Client(c.Clnt.Value); clnt != nil {
			r := in.fact("rpc_clnt", clnt.Program+" "+clnt.Addr+":"+clnt.Port, c.Clnt.How, c.Clnt.Rule)
			r.Ref = Ref{Kind: RefXprt, Num: int64(clnt.Xprt.Value)}
			for j := range in.st.Tasks {
				if t := &in.st.Tasks[j]; t.Client == clnt.ID && !t.Finished {
					in.taskLink(in.w.task, t.ID)
				}
			}
		}
		if c.Recalls > 0 {
			in.row("nfsd_cb_recall", itoa(c.Recalls))
			in.row("nfsd_cb_recall_done", itoa(c.Recalled))
		}
		in.last(c.Ord)
	}
}

// svcXprt describes a socket of the server's.
func (in *inspector) svcXprt(ref Ref) {
	in.Title = "svc_xprt"
	for i := range in.st.SvcXprts {
		x := &in.st.SvcXprts[i]
		if svcRef(x) != ref {
			continue
		}
		in.row("server", x.Local)
		in.row("client", x.Remote)
		in.row("flags", in.log.Text(x.Flags))
		if x.Expected.How != story.Unknown {
			in.row("svcsock_tcp_recv_short", itoa(x.Received)+" / "+itoa(x.Expected.Value))
		}
		l := labelsOf(in.lang)
		if x.Queued {
			in.row(l.queued, in.w.yes)
		}
		b := builder{st: in.st}
		for _, xid := range x.Pending {
			r := in.row(l.pending, hex(xid))
			if t := b.taskOfXID(xid); t != nil {
				r.Value, r.Ref = in.taskName(t)+" "+hex(xid), taskRef(t)
			}
		}
		return
	}
}

// served describes a call that nfsd has answered.
func (in *inspector) served(xid uint32) {
	in.Title = hex(xid)
	for i := range in.st.Served {
		s := &in.st.Served[i]
		if s.XID != xid {
			continue
		}
		in.Title, in.About = in.log.Text(s.Proc)+" "+hex(xid), story.RuleReplyCache.Text(in.lang)
		in.row("client", in.log.Text(s.Remote))
		in.row("execute", span(s.Took))
		in.row("svc_stats_latency", itoa(s.Times))
		if s.Task != 0 {
			in.taskLink(in.w.task, s.Task)
		}
		in.last(s.Ord)
	}
}
