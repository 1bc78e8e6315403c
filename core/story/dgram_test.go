package story

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// datagram is a message without record marker.
func datagram(xid, direction uint32, length int) string { return message(xid, direction, length+4)[4:] }

func faulted(kind, packet string) string {
	return "sunscope_fault: kind=" + kind + " where=packet=" + packet
}

// sentDatagram: task 1 has sent its call in a datagram, packet 1.
func sentDatagram(t *testing.T) *script {
	return simulated(t).by("dd-11", sendto).wire(trace.WireSend, 1, clientEnd, serverEnd, "DGRAM", datagram(0x01aabbcc, 0, 84))
}

func TestADatagramIsAWholeMessageWithoutRecordMarker(t *testing.T) {
	s := sentDatagram(t)
	st := s.now()
	require.Len(t, st.Packets, 1)
	p := st.Packets[0]
	require.True(t, p.Datagram)
	require.Equal(t, "CALL", p.Kind)
	require.Equal(t, uint32(0x01aabbcc), p.XID)
	require.Equal(t, TaskID(1), p.Task)
	require.Equal(t, 84, p.RecordLen)
	require.Zero(t, p.Offset)
	s.wire(trace.WireRecv, 1, clientEnd, serverEnd, "DGRAM", "")
	st = s.now()
	require.Empty(t, st.Packets)
	require.Equal(t, []uint32{0x01aabbcc}, st.SvcXprts[0].Pending)
	require.Equal(t, "0.0.0.0:2049", st.SvcXprts[0].Local, "the socket that all clients send to")
	s.by("nfsd-21", "svc_xprt_enqueue: server=0.0.0.0:2049 client=(einval) flags=XPT_BUSY|XPT_DATA pid=21")
	require.Len(t, s.now().SvcXprts, 1, "the events name the same socket")
}

func TestADatagramThatIsTooShortForAMessageIsData(t *testing.T) {
	for n := range 8 {
		s := simulated(t).wire(trace.WireSend, 1, clientEnd, serverEnd, "DGRAM", datagram(0x77777777, 0, 8)[:n])
		require.Equal(t, "DATA", s.now().Packets[0].Kind, n)
		s.wire(trace.WireRecv, 1, clientEnd, serverEnd, "DGRAM", "")
		require.Empty(t, s.now().SvcXprts)
	}
}

func TestALostDatagramStaysWhereItWasLostUntilItWouldHaveArrived(t *testing.T) {
	s := sentDatagram(t).by("<idle>-0", faulted("LOST", "1"))
	st := s.now()
	require.Len(t, st.Packets, 1)
	p := st.Packets[0]
	require.Equal(t, "LOST", p.Lost)
	require.Equal(t, st.Time, p.LostAt)
	require.Equal(t, p.Arrives.Value, p.Until)
	require.Equal(t, TaskID(1), s.story().TaskAt(st.Instant), "the loss is an event of the task's life")
	span := s.story().WireSpans()[0]
	require.True(t, span.Lost)
	require.False(t, span.Open)
	require.Equal(t, p.LostAt, span.End)
	for range 6 {
		s.by("dd-12", "sunscope_work_queue: task:ffffffff@ffffffff wq=xprtiod work=x")
	}
	require.Empty(t, s.now().Packets)
}

func TestADuplicateTravelsAsAPacketOfItsOwn(t *testing.T) {
	s := sentDatagram(t).by("<idle>-0", faulted("DUPLICATE", "1"))
	s.wire(trace.WireSend, 2, clientEnd, serverEnd, "DGRAM", datagram(0x01aabbcc, 0, 84))
	st := s.now()
	require.Len(t, st.Packets, 2)
	require.False(t, st.Packets[0].Duplicate)
	require.True(t, st.Packets[1].Duplicate)
	require.False(t, st.Packets[1].Retrans, "the client sent it once")
	s.wire(trace.WireRecv, 1, clientEnd, serverEnd, "DGRAM", "")
	require.Len(t, s.now().Packets, 1)
	s.wire(trace.WireSend, 3, clientEnd, serverEnd, "DGRAM", datagram(0x02aabbcc, 0, 84))
	require.False(t, s.now().Packets[1].Duplicate)
}

func TestADatagramThatFindsTheReceiversBufferFullIsReadByNobody(t *testing.T) {
	for _, kind := range []string{"OVERFLOW", "NOPORT"} {
		s := sentDatagram(t).wire(trace.WireRecv, 1, clientEnd, serverEnd, "DGRAM", "")
		s.by("<idle>-0", faulted(kind, "1"))
		st := s.now()
		require.Empty(t, st.SvcXprts[0].Pending)
		require.Len(t, st.Packets, 1)
		require.Equal(t, kind, st.Packets[0].Lost)
		require.Equal(t, kind, st.Faults[0].Kind)
		require.True(t, s.story().WireSpans()[0].Lost)
		for range 10 {
			s.by("dd-12", "sunscope_work_queue: task:ffffffff@ffffffff wq=xprtiod work=x")
		}
		require.Empty(t, s.now().Packets)
	}
}

func TestAFaultOfAPacketThatNobodySentChangesNothing(t *testing.T) {
	s := sentDatagram(t)
	for _, n := range []string{"2", "x", "-1", "99999999999999999999"} {
		for _, kind := range []string{"LOST", "OVERFLOW", "NOPORT"} {
			s.by("<idle>-0", faulted(kind, n))
			require.Len(t, s.now().Packets, 1)
			require.Empty(t, s.now().Packets[0].Lost)
		}
	}
}

// fragments cuts a message into fragments of n bytes at most, each with its marker.
func fragments(m string, n int) string {
	out := ""
	for len(m) > 0 {
		k := min(n, len(m))
		word := uint32(k)
		if k == len(m) {
			word |= 1 << 31
		}
		out += string(binary.BigEndian.AppendUint32(nil, word)) + m[:k]
		m = m[k:]
	}
	return out
}

func TestARecordOfSeveralFragmentsIsOneMessage(t *testing.T) {
	for _, cut := range []int{1, 3, 4, 7, 20, 83} {
		record := fragments(datagram(0x01aabbcc, 0, 84), cut)
		for _, segment := range []int{1, 5, 30, len(record)} {
			s := simulated(t).by("dd-11", sendto)
			for at, n := 0, 0; at < len(record); at += segment {
				n++
				part := record[at:min(len(record), at+segment)]
				s.wire(trace.WireSend, n, clientEnd, serverEnd, "DATA", part)
				s.wire(trace.WireRecv, n, clientEnd, serverEnd, "DATA", "")
			}
			st := s.now()
			require.Equal(t, []uint32{0x01aabbcc}, st.SvcXprts[0].Pending, "fragments of %d, segments of %d", cut, segment)
		}
	}
}

func TestAPacketSaysWhetherMoreFragmentsFollow(t *testing.T) {
	record := fragments(datagram(0x01aabbcc, 0, 84), 50)
	s := simulated(t).by("dd-11", sendto)
	s.wire(trace.WireSend, 1, clientEnd, serverEnd, "DATA", record[:54])
	s.wire(trace.WireSend, 2, clientEnd, serverEnd, "DATA", record[54:])
	p := s.now().Packets
	require.True(t, p[0].MoreFragments)
	require.Equal(t, 54, p[0].RecordLen)
	require.False(t, p[1].MoreFragments)
	require.Equal(t, "CALL", p[1].Kind)
	require.Equal(t, 54, p[1].Offset)
	require.Equal(t, 92, p[1].RecordLen)
}

func TestASegmentThatTCPSendsAgainIsTheSamePieceOfItsRecord(t *testing.T) {
	call := message(0x01aabbcc, 0, 88)
	s := simulated(t).by("dd-11", sendto)
	s.wire(trace.WireSend, 1, clientEnd, serverEnd, "DATA", call[:50]).by("<idle>-0", faulted("LOST", "1"))
	s.wire(trace.WireSend, 2, clientEnd, serverEnd, "DATA", call[:50]).by("<idle>-0", faulted("LOST", "2"))
	s.wire(trace.WireSend, 3, clientEnd, serverEnd, "DATA", call[:50])
	s.wire(trace.WireSend, 4, clientEnd, serverEnd, "DATA", call[50:])
	p := s.now().Packets
	require.Equal(t, []int{0, 50}, []int{p[len(p)-2].Offset, p[len(p)-1].Offset})
	require.Equal(t, 88, p[len(p)-1].RecordLen)
	s.wire(trace.WireRecv, 3, clientEnd, serverEnd, "DATA", "").wire(trace.WireRecv, 4, clientEnd, serverEnd, "DATA", "")
	require.Equal(t, []uint32{0x01aabbcc}, s.now().SvcXprts[0].Pending)
}

func TestTheCongestionWindowIsAsPrintedAndACreditIsTakenIfThereIsRoom(t *testing.T) {
	s := calling(t).by("dd-11", "xprt_get_cong: task:"+task1+" snd_task:00000001 cong=0 cwnd=256")
	x := s.now().Xprt(1)
	require.True(t, x.Datagrams)
	require.Equal(t, Fact[int]{256, Inferred, RuleWindow}, x.Cong)
	require.Equal(t, Fact[int]{256, Inferred, RuleWindow}, x.Cwnd)
	s.by("dd-11", "xprt_get_cong: task:"+task1+" snd_task:00000001 cong=256 cwnd=256")
	require.Equal(t, 256, s.now().Xprt(1).Cong.Value, "no room, no credit")
	s.by("dd-11", "xprt_put_cong: task:"+task1+" snd_task:ffffffff cong=0 cwnd=512 (wait)")
	x = s.now().Xprt(1)
	require.Equal(t, []int{0, 512}, []int{x.Cong.Value, x.Cwnd.Value})
	require.NotZero(t, x.State.Value&trace.XprtCwndWait)
}

func TestADatagramSocketMakesItsTransportConnected(t *testing.T) {
	s := newScript(t).by("mount.nfs-5", "xprt_create: peer=[10.99.1.1]:2049 state=BOUND",
		"rpc_clnt_new: client=00000002 peer=[10.99.1.1]:2049 program=nfs server=srv").holding("dd-11", task1, "01aabbcc")
	s.by("dd-11", "xprt_connect: peer=[10.99.1.1]:2049 state=LOCKED|BOUND")
	s.by("kworker/u4:1-31", "rpc_socket_connect: error=0 socket:[7] srcaddr=0.0.0.0:908 dstaddr=0.0.0.0:0 state=1 (UNCONNECTED) sk_state=7 (CLOSE)")
	st := s.now()
	require.Len(t, st.Xprts, 1)
	require.Equal(t, RuleDatagramSocket, st.Xprts[0].State.Rule)
	require.NotZero(t, st.Xprts[0].State.Value&trace.XprtConnected)
	require.Equal(t, "0.0.0.0:908", st.Xprts[0].Local.Value)
	s.by("kworker/u4:1-31", "xprt_release_cong: task:ffffffff@ffffffff snd_task:ffffffff cong=0 cwnd=256")
	require.Zero(t, s.now().Xprts[0].State.Value&(trace.XprtConnecting|trace.XprtLocked), "the worker is done")
	s.by("kworker/u4:1-31", "rpc_socket_close: socket:[7] srcaddr=0.0.0.0:908 dstaddr=0.0.0.0:0 state=1 (UNCONNECTED) sk_state=7 (CLOSE)")
	require.Zero(t, s.now().Xprts[0].State.Value&trace.XprtConnected)
}

// Every scenario, and those with datagrams under every fault of the network, comes to an end at which nothing is left.
func TestNothingIsLeftOnTheWireWhenAScenarioIsOver(t *testing.T) {
	check := func(t *testing.T, log *trace.Log, faults int) {
		s := New(log)
		end := s.At(s.Len() - 1)
		for _, p := range end.Packets {
			over := p.Lost != "" || p.Arrives.Value >= end.Time // a run ends with its workload, a late datagram or not
			require.True(t, over, "%s of event %d is still under way", p.Kind, p.SentOrd)
		}
		for _, x := range end.SvcXprts {
			if faults == 0 {
				require.Empty(t, x.Pending, x.Remote)
			}
		}
		require.LessOrEqual(t, len(s.front.streams), 40)
	}
	for _, name := range yaml.Builtins() {
		t.Run(name, func(t *testing.T) { check(t, simulation(t, name, 7), 0) })
	}
	for seed := range uint64(6) {
		sc, err := yaml.Builtin("udp-window")
		require.NoError(t, err)
		for _, set := range [][2]string{{"link.loss", "10"}, {"link.duplicate", "20"}, {"link.reorder", "20"}} {
			require.NoError(t, sc.Set(set[0], set[1]))
		}
		log, err := world.Run(sc, seed)
		require.NoError(t, err)
		check(t, log, 3)
		s, lost, twice := New(log), 0, 0
		for i := range s.Len() {
			for _, p := range s.At(i).Packets {
				require.NotEqual(t, "DATA", p.Kind)
				require.NotZero(t, p.Task)
				if p.SentOrd == i && p.Duplicate {
					twice++
				}
				if p.Lost != "" && p.LostAt == s.At(i).Time {
					lost++
				}
			}
		}
		require.Positive(t, lost)
		require.Positive(t, twice)
	}
}

func TestTheLastRoundTripIsAsRPCStatsLatencyPrintsIt(t *testing.T) {
	s := calling(t).by("dd-11", "rpc_stats_latency: task:"+task1+" xid=0x01aabbcc nfsv3 READ backlog=5 rtt=327 execute=918")
	require.Equal(t, Fact[time.Duration]{Value: 327 * time.Microsecond, How: Observed}, s.now().Xprt(1).RTT)
}
