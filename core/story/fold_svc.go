package story

import (
	"strings"

	"sunscope/core/trace"
)

// svcEvent folds the server's events. Those with an XID are about the task that made the call.
func (f *fold) svcEvent() {
	if xid, ok := f.e.XID(); ok {
		f.aboutXID(xid)
	}
	switch f.e.Kind {
	case trace.SvcXDRRecvfrom:
		f.svcReads(uint32(f.e.F[0]))
	case trace.SvcProcess:
		f.svcReads(uint32(f.e.F[1]))
		th := f.thread()
		th.Service, th.Proc = f.text(2), trace.Str(f.e.F[4])
		if th.Service == callbackService {
			f.callbackServed(uint32(f.e.F[1]), th.Proc)
		}
	case trace.SvcXDRSendto:
		f.sendReply()
	case trace.SvcSend:
		f.svcSent()
	case trace.SvcDrop:
		f.svcIdle()
	case trace.SvcStatsLatency:
		f.answered()
	case trace.SvcXprtEnqueue, trace.SvcXprtDequeue, trace.SvcXprtAccept, trace.SvcXprtClose, trace.SvcXprtDetach,
		trace.SvcXprtFree, trace.SvcXprtNoWriteSpace:
		f.svcXprtEvent()
	case trace.SvcsockMarker, trace.SvcsockTCPRecvShort:
		f.svcRecord()
	case trace.SvcsockDataReady, trace.SvcsockTCPRecv, trace.SvcsockTCPRecvEagain, trace.SvcsockTCPSend,
		trace.SvcsockUDPRecv, trace.SvcsockUDPSend, trace.SvcsockWriteSpace:
		f.svcsock()
	}
}

// thread is the server thread that logged the event.
func (f *fold) thread() *Thread {
	for i := range f.st.Threads {
		if f.st.Threads[i].PID == f.e.PID {
			th := &f.st.Threads[i]
			th.Comm, th.CPU = f.e.Comm, f.e.CPU
			return th
		}
	}
	th := Thread{Comm: f.e.Comm, PID: f.e.PID, CPU: f.e.CPU, Since: f.e.Time, Ord: f.st.Instant}
	if f.atClient() {
		th.AtClient = inferred(true, RuleClientService)
	}
	f.st.Threads = append(f.st.Threads, th)
	return &f.st.Threads[len(f.st.Threads)-1]
}

// svcReads folds that a thread has read a call.
func (f *fold) svcReads(xid uint32) {
	th := f.thread()
	if !th.Busy || th.XID != xid {
		th.Busy, th.XID, th.Since, th.Ord, th.Proc, th.Task = true, xid, f.e.Time, f.st.Instant, 0, 0
	}
	if t := f.byXID(xid); t != nil {
		th.Task = t.ID
	}
	f.dropXID(xid, "CALL")
	f.unread(xid)
}

// sendReply folds svc_xdr_sendto: a thread hands a reply to the socket.
func (f *fold) sendReply() {
	xid := uint32(f.e.F[0])
	t := f.byXID(xid)
	if f.wireSeen || t == nil || t.Received.Value {
		return // nobody would ever tell that it arrived
	}
	p := Packet{
		Kind: "REPLY", Dir: ToClient, XID: xid, Task: t.ID, Xprt: t.Xprt.Value,
		Retrans: false, How: Inferred, Rule: RuleReplying,
	}
	if x := f.xprt(t.Xprt.Value); x != nil && x.Callbacks {
		return // the answer to a callback is sent by a task of its own
	}
	p.RecordLen = int(f.e.F[7])
	if p.Datagram = f.thread().udp; !p.Datagram {
		p.RecordLen += 4
	}
	p.Len = inferred(p.RecordLen, RuleMessageLength)
	f.dropXID(xid, "REPLY")
	f.addPacket(p)
}

func (f *fold) svcSent() {
	if f.e.F[3] < 0 {
		f.dropXID(uint32(f.e.F[0]), "REPLY")
	}
	f.svcIdle()
}

func (f *fold) svcIdle() {
	th := f.thread()
	if th.Service == callbackService {
		if c := f.callback(th.XID); c != nil && c.Answer == 0 && c.Stage == CallbackServed {
			f.callbackOver(c)
		}
	}
	th.Busy, th.Since, th.Ord, th.Task = false, f.e.Time, f.st.Instant, 0
}

// svcXprt is the server's end with those addresses.
func (f *fold) svcXprt(local, remote string) *SvcXprt {
	for i := range f.st.SvcXprts {
		if x := &f.st.SvcXprts[i]; x.Remote == remote && x.Local == local {
			return x
		}
	}
	f.st.SvcXprts = append(f.st.SvcXprts, SvcXprt{Local: local, Remote: remote})
	return &f.st.SvcXprts[len(f.st.SvcXprts)-1]
}

func (f *fold) svcXprtEvent() {
	local, remote := f.text(0), f.text(1)
	if f.e.Kind == trace.SvcXprtFree {
		for i := range f.st.SvcXprts {
			if x := &f.st.SvcXprts[i]; x.Local == local && x.Remote == remote {
				f.st.SvcXprts = append(f.st.SvcXprts[:i], f.st.SvcXprts[i+1:]...)
				break
			}
		}
		return
	}
	x := f.svcXprt(local, remote)
	f.clientSocket(x)
	x.Flags = trace.Str(f.e.F[2])
	x.Listener = strings.Contains(f.text(2), "XPT_LISTENER")
	switch f.e.Kind {
	case trace.SvcXprtEnqueue: // logged after the thread was woken, so perhaps after its svc_xprt_dequeue
		x.balance = min(x.balance+1, 1)
	case trace.SvcXprtDequeue:
		x.balance = max(x.balance-1, -1)
		f.thread()
	}
	x.Queued = x.balance > 0
	if f.wireSeen {
		return
	}
	if x.AtClient.Value {
		return
	}
	if host, port := splitAddr(local); port != "" && host != "0.0.0.0" && host != "::" {
		f.host(host, true)
	}
}

func (f *fold) svcsock() {
	switch f.e.Kind {
	case trace.SvcsockUDPRecv:
		f.thread().udp = true
	case trace.SvcsockTCPRecv, trace.SvcsockTCPRecvEagain:
		f.thread().udp = false
	}
	remote := f.text(0)
	for i := range f.st.SvcXprts {
		if x := &f.st.SvcXprts[i]; x.Remote == remote {
			x.Flags = trace.Str(f.e.F[2])
			if f.e.Kind == trace.SvcsockTCPRecv && f.e.F[1] > 0 && x.Expected.How != Unknown {
				if x.Received += int(f.e.F[1]); x.Received >= x.Expected.Value {
					x.Expected, x.Received = Fact[int]{}, 0
				}
			}
			return
		}
	}
}

// svcRecord folds how much of a record the server has read: svcsock_marker says how long it is, svcsock_tcp_recv_short how
// much of it is there if that is not all.
func (f *fold) svcRecord() {
	remote := f.text(0)
	for i := range f.st.SvcXprts {
		x := &f.st.SvcXprts[i]
		if x.Remote != remote {
			continue
		}
		if f.e.Kind == trace.SvcsockMarker {
			x.Expected, x.Received = observed(int(f.e.F[1])), 0
		} else {
			x.Flags = trace.Str(f.e.F[1])
			x.Expected, x.Received = observed(int(f.e.F[2])), int(f.e.F[3])
		}
		return
	}
}

// host notes a machine by its address.
func (f *fold) host(addr string, server bool) {
	if addr == "" || addr[0] == '/' || addr[0] == '(' {
		return
	}
	for i := range f.st.Hosts {
		if h := &f.st.Hosts[i]; h.Addr.Value == addr {
			h.Server = h.Server || server
			return
		}
	}
	f.next.host++
	f.st.Hosts = append(f.st.Hosts, Host{ID: f.next.host, Addr: inferred(addr, RuleSvcAddress), Server: server})
}

// caller notes that the machine on which a transport has its socket calls others.
func (f *fold) caller(x *Xprt) {
	addr, _ := splitAddr(x.Local.Value)
	if x.Callbacks || addr == "0.0.0.0" || addr == "::" || strings.HasPrefix(addr, "127.") {
		return
	}
	for i := range f.st.Hosts {
		if h := &f.st.Hosts[i]; h.Addr.Value == addr {
			h.Client = true
		}
	}
}

func (f *fold) observeHost() {
	addr := f.text(1)
	f.host(addr, false)
	for i := range f.st.Hosts {
		h := &f.st.Hosts[i]
		if h.Addr.Value != addr {
			continue
		}
		h.Addr, h.Name = observed(addr), observed(f.text(0))
		h.CPUs = observed([2]uint8{uint8(f.e.F[2]), uint8(f.e.F[3])})
		h.Server = f.text(4) == "server"
	}
}

func (f *fold) isServer(addr string) bool {
	for i := range f.st.Hosts {
		if h := &f.st.Hosts[i]; h.Addr.Value == addr {
			return h.Server
		}
	}
	return false
}
