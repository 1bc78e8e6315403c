package story

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
)

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

const sendto = "rpc_xdr_sendto: task:" + task1 + " head=[0000000000000001,84] page=0(0) tail=[0000000000000000,0] len=84"

// calling: task 1 has sent its call.
func calling(t *testing.T) *script {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc")
	return s.by("dd-11", runWith(task1, "NEED_XMIT|NEED_RECV", "call_transmit"), sendto)
}

func TestACallIsOnItsWayFromRPCXDRSendtoUntilTheServerReadsItsXID(t *testing.T) {
	s := calling(t)
	p := s.now().Packets
	require.Len(t, p, 1)
	require.Equal(t, "CALL", p[0].Kind)
	require.Equal(t, ToServer, p[0].Dir)
	require.Equal(t, Inferred, p[0].How)
	require.Equal(t, RuleSending, p[0].Rule)
	require.Equal(t, Fact[int]{88, Inferred, RuleMessageLength}, p[0].Len, "84 bytes and the record marker")
	require.Equal(t, Unknown, p[0].Arrives.How)
	require.Equal(t, Unknown, p[0].Bytes.How)

	s.by("dd-11", "xprt_transmit: task:"+task1+" xid=0x01aabbcc seqno=0 status=0")
	require.Equal(t, 1, s.now().Xprt(1).Sends)
	require.Empty(t, s.now().Xprt(1).XmitQueue)
	require.Equal(t, []TaskID{1}, s.now().Xprt(1).RecvQueue)
	s.by("nfsd-21", "svc_xdr_recvfrom: xid=0x01aabbcc head=[0000000000000001,84] page=0 tail=[0000000000000000,0] len=84")
	st := s.now()
	require.Empty(t, st.Packets)
	require.Equal(t, TaskID(1), st.Threads[0].Task)
	require.True(t, st.Threads[0].Busy)
}

func TestACallThatTheSocketDidNotTakeIsNotOnItsWay(t *testing.T) {
	s := calling(t).by("dd-11", "xprt_transmit: task:"+task1+" xid=0x01aabbcc seqno=0 status=-11")
	require.Empty(t, s.now().Packets)
	require.Zero(t, s.now().Xprt(1).Sends)
	require.Zero(t, s.now().Xprt(1).Slots[0].Ntrans)
	require.Equal(t, []TaskID{1}, s.now().Xprt(1).XmitQueue)
}

func TestAReplyIsOnItsWayUntilTheClientLooksItsXIDUp(t *testing.T) {
	s := calling(t).by("nfsd-21", "svc_process: addr=10.99.1.2:700 xid=0x01aabbcc service=nfsd vers=3 proc=READ",
		"svc_xdr_sendto: xid=0x01aabbcc head=[0000000000000001,120] page=0(0) tail=[0000000000000000,0] len=120")
	p := s.now().Packets
	require.Len(t, p, 1)
	require.Equal(t, "REPLY", p[0].Kind)
	require.Equal(t, ToClient, p[0].Dir)
	require.Equal(t, 124, p[0].Len.Value)
	require.Equal(t, "READ", s.log.Text(s.now().Threads[0].Proc))
	s.by("nfsd-21", "svc_send: xid=0x01aabbcc server=10.99.1.1:2049 client=10.99.1.2:700 status=124 flags=BUSY")
	require.False(t, s.now().Threads[0].Busy)
	s.by("kworker/u4:1-31", "xprt_lookup_rqst: peer=[10.99.1.1]:2049 xid=0x01aabbcc status=0")
	st := s.now()
	require.Empty(t, st.Packets)
	require.Equal(t, Fact[bool]{true, Inferred, RuleReplyFound}, st.Task(1).Received)
	require.Equal(t, 1, st.Xprt(1).Recvs)
	require.Equal(t, "xs_stream_data_receive_workfn", st.WorkQueues[0].Running[0].What)
}

func TestWhereOnlyTheClientIsRecordedTheReplyEndsTheCallsWay(t *testing.T) {
	s := calling(t).by("kworker/u4:1-31", "xprt_lookup_rqst: peer=[10.99.1.1]:2049 xid=0x01aabbcc status=0")
	require.Empty(t, s.now().Packets)
}

func TestARetransmissionReplacesTheCallThatWasOnItsWay(t *testing.T) {
	s := calling(t).by("dd-11", sendto, "xprt_retransmit: task:"+task1+" xid=0x01aabbcc nfsv3 READ ntrans=2 timeout=15000")
	require.Len(t, s.now().Packets, 1)
	require.True(t, s.now().Packets[0].Retrans)
}

func TestALateReplyThatNobodyWaitsForCountsAsBadXID(t *testing.T) {
	s := calling(t).by("kworker/u4:1-31", "xprt_lookup_rqst: peer=[10.99.1.1]:2049 xid=0x77777777 status=-2")
	require.Equal(t, 1, s.now().Xprt(1).BadXIDs)
}

func TestAThreadMayDequeueBeforeTheEnqueueIsLogged(t *testing.T) {
	enqueue := "svc_xprt_enqueue: server=10.99.1.1:2049 client=10.99.1.2:700 flags=XPT_BUSY pid=21"
	dequeue := "svc_xprt_dequeue: server=10.99.1.1:2049 client=10.99.1.2:700 flags=XPT_BUSY wakeup-us=5"
	s := newScript(t).by("nfsd-21", dequeue).by("<idle>-0", enqueue)
	require.False(t, s.now().SvcXprts[0].Queued)
	s.by("<idle>-0", enqueue)
	require.True(t, s.now().SvcXprts[0].Queued)
	s.by("nfsd-21", dequeue)
	require.False(t, s.now().SvcXprts[0].Queued)
}

// message is a record with marker, of len bytes in all.
func message(xid, direction uint32, length int) string {
	b := make([]byte, length)
	binary.BigEndian.PutUint32(b, 1<<31|uint32(length-4))
	binary.BigEndian.PutUint32(b[4:], xid)
	binary.BigEndian.PutUint32(b[8:], direction)
	return string(b)
}

// wire appends one of our own events, whose bytes a text line cannot carry.
func (s *script) wire(kind trace.Kind, id int, src, dst, what string, payload string) *script {
	s.ms++
	l := s.log
	e := trace.Event{Time: ms(s.ms), Kind: kind}
	copy(e.F[:], []int64{int64(id), int64(l.Str(src)), int64(l.Str(dst)), int64(l.Str(what)), int64(len(payload)),
		int64(ms(s.ms + 5)), int64(l.Str(payload))})
	l.Append(&e)
	return s
}

const (
	clientEnd = "10.99.1.2:700"
	serverEnd = "10.99.1.1:2049"
)

func simulated(t *testing.T) *script {
	s := newScript(t).by("swapper-1", "sunscope_host: name=client addr=10.99.1.2 cpus=0-1 role=client",
		"sunscope_host: name=server addr=10.99.1.1 cpus=2-3 role=server")
	return s.mounted().holding("dd-11", task1, "01aabbcc").by("dd-11", "sunscope_item: task:"+task1+" item=read[1]")
}

func TestOurOwnEventsMakeTheWireObserved(t *testing.T) {
	call := message(0x01aabbcc, 0, 88)
	s := simulated(t).by("dd-11", sendto).wire(trace.WireSend, 1, clientEnd, serverEnd, "DATA", call)
	st := s.now()
	require.Len(t, st.Packets, 1, "nothing is inferred beside it")
	p := st.Packets[0]
	require.Equal(t, Observed, p.How)
	require.Equal(t, "CALL", p.Kind)
	require.Equal(t, uint32(0x01aabbcc), p.XID)
	require.Equal(t, TaskID(1), p.Task)
	require.Equal(t, Observed, p.Arrives.How)
	require.Equal(t, call, s.log.Text(p.Bytes.Value))
	require.Equal(t, 88, p.RecordLen)
	require.Equal(t, "client", st.Hosts[0].Name.Value)
	require.Equal(t, [2]uint8{2, 3}, st.Hosts[1].CPUs.Value)
	require.True(t, st.Hosts[1].Server)
	require.Equal(t, "read[1]", st.Task(1).Item.Value)

	s.wire(trace.WireRecv, 1, clientEnd, serverEnd, "DATA", "")
	st = s.now()
	require.Empty(t, st.Packets)
	require.Equal(t, []uint32{0x01aabbcc}, st.SvcXprts[0].Pending, "no thread has read it")
	s.by("nfsd-21", "svc_xdr_recvfrom: xid=0x01aabbcc head=[0000000000000001,84] page=0 tail=[0000000000000000,0] len=84")
	require.Empty(t, s.now().SvcXprts[0].Pending)
}

func TestSegmentsBelongToTheRecordWhoseBytesTheyCarry(t *testing.T) {
	reply := message(0x01aabbcc, 1, 3000)
	s := simulated(t).by("dd-11", sendto)
	s.wire(trace.WireSend, 1, serverEnd, clientEnd, "DATA", reply[:1448])
	s.wire(trace.WireSend, 2, serverEnd, clientEnd, "DATA", reply[1448:2896])
	s.wire(trace.WireSend, 3, serverEnd, clientEnd, "DATA", reply[2896:])
	for i, p := range s.now().Packets {
		require.Equal(t, "REPLY", p.Kind)
		require.Equal(t, ToClient, p.Dir)
		require.Equal(t, TaskID(1), p.Task)
		require.Equal(t, 1448*i, p.Offset)
		require.Equal(t, 3000, p.RecordLen)
	}
	require.Equal(t, TaskID(1), s.story().TaskAt(s.log.Len()-1))
}

func TestANewConnectionBeginsWithAWholeRecord(t *testing.T) {
	call := message(0x01aabbcc, 0, 88)
	s := simulated(t).wire(trace.WireSend, 1, clientEnd, serverEnd, "DATA", call[:50]) // and then it broke
	s.wire(trace.WireSend, 2, clientEnd, serverEnd, "SYN", "").wire(trace.WireSend, 3, clientEnd, serverEnd, "DATA", call)
	p := s.now().Packets[2]
	require.Equal(t, uint32(0x01aabbcc), p.XID)
	require.Equal(t, 0, p.Offset)
	require.Equal(t, "SYN", s.now().Packets[1].Kind)
}

func TestOurOwnEventsMakeWorkQueuesObserved(t *testing.T) {
	work := func(event string) string { return event + ": task:" + task1 + " wq=rpciod work=__rpc_execute" }
	s := simulated(t).by("dd-11", work("sunscope_work_queue"))
	q := s.now().WorkQueues[0]
	require.Equal(t, Observed, q.How)
	require.Len(t, q.Waiting, 1)
	s.by("kworker/u4:1-31", work("sunscope_work_run"))
	require.Empty(t, s.now().WorkQueues[0].Waiting)
	require.Len(t, s.now().WorkQueues[0].Running, 1)
	s.by("kworker/u4:1-31", work("sunscope_work_done"))
	require.Empty(t, s.now().WorkQueues[0].Running)
}

func TestAnItemMayBeNamedBeforeItsTaskBegins(t *testing.T) {
	s := newScript(t).mounted().by("dd-11", "sunscope_item: task:"+task1+" item=read[1]", begin(task1))
	require.Equal(t, Fact[string]{Value: "read[1]", How: Observed}, s.now().Task(1).Item)
	require.Equal(t, "read[1]", s.story().Lanes()[0].Label)
}
