package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// sockets are the events of sockets and of disconnecting, with the TCP state or the transport's, between two instants.
func (l *rig) sockets(from, to time.Duration) (got []string) {
	l.each(func(e *trace.Event) {
		if e.Time < from || e.Time > to {
			return
		}
		switch e.Kind {
		case trace.RPCSocketConnect, trace.RPCSocketClose, trace.RPCSocketShutdown, trace.RPCSocketStateChange:
			got = append(got, e.Kind.String()+" "+e.Text(l.log, "state_name2"))
		case trace.XprtDisconnectAuto, trace.XprtDisconnectForce:
			got = append(got, e.Kind.String())
		}
	})
	return got
}

// reconnects is a client that makes a call, loses its connection after a second, and makes another.
func reconnects(t *testing.T, reuse bool, settings ...string) *peer {
	l := newRig(t, settings...)
	p := l.echo()
	a := p.args()
	a.ReusePort = reuse
	l.at(time.Second, func() { l.net.Reset(a.Server) })
	var me *thread
	me = l.do(func() sunrpc.Step {
		return l.k.Create(a, func(c *sunrpc.Client, _ int32) sunrpc.Step {
			return l.k.CallSync(c, noop(0), 0, func(int32) sunrpc.Step {
				l.at(2*time.Second, func() {
					l.client.wake(me, func() sunrpc.Step {
						return l.k.CallSync(c, noop(0), 0, func(int32) sunrpc.Step { return l.end() })
					})
				})
				return nil
			})
		})
	})
	l.finish(time.Minute)
	require.Len(t, p.from, 2)
	return p
}

// As recordings 07 (an NFSv3 mount: 814 and 814) and 12 (NFSv4.1, whose transports do not ask for it: 900 and 910) show.
func TestAReconnectComesFromTheSamePortIfTheTransportReusesIt(t *testing.T) {
	p := reconnects(t, true)
	require.Equal(t, p.from[0].Port, p.from[1].Port)
	p = reconnects(t, false)
	require.NotEqual(t, p.from[0].Port, p.from[1].Port)
}

func TestSourcePortsComeFromTheRangeThatIsReservedForThem(t *testing.T) {
	for _, from := range reconnects(t, false).from {
		require.GreaterOrEqual(t, from.Port, uint16(665))
		require.LessOrEqual(t, from.Port, uint16(1023))
	}
	for _, from := range reconnects(t, false, "sunrpc.min_resvport", "700", "sunrpc.max_resvport", "701").from {
		require.Contains(t, []uint16{700, 701}, from.Port)
	}
}

// The order is that of recording 14 from 316.574589 on, without the two states that the network of the simulation passes
// over at once.
func TestAnIdleTransportThatKeepsItsPortClosesWithAHandshake(t *testing.T) {
	sc, err := yaml.Builtin("auto-disconnect")
	require.NoError(t, err)
	log, err := Run(sc, 42)
	require.NoError(t, err)
	l := &rig{t: t, World: &World{sim: sim{log: log}}}
	require.Equal(t, []string{
		"xprt_disconnect_auto", "rpc_socket_state_change FIN_WAIT1", "rpc_socket_shutdown FIN_WAIT1", "rpc_socket_state_change CLOSE",
		"xprt_disconnect_force", "xprt_disconnect_auto", "rpc_socket_state_change CLOSE", "rpc_socket_close CLOSE",
	}, l.sockets(300*time.Second, 310*time.Second))
}

// CLOSE_WAIT: the server has closed, and this end follows (recordings 12 and 22).
func TestAServerThatClosesIsFollowed(t *testing.T) {
	l := newRig(t)
	p := l.serve(never)
	a := p.args()
	a.Hard = true
	l.call(a, 0, noop(0))
	l.at(time.Second, func() { l.net.Close(a.Server) })
	l.finish(1100 * time.Millisecond)
	got := l.sockets(time.Second, 1010*time.Millisecond)
	require.Equal(t, "rpc_socket_state_change CLOSE_WAIT", got[0])
	require.Contains(t, got, "rpc_socket_state_change LAST_ACK")
	require.Contains(t, got, "xprt_disconnect_force")
	require.Contains(t, got, "xprt_disconnect_auto")
	require.Contains(t, got, "rpc_socket_close LAST_ACK")
	l.each(func(e *trace.Event) {
		if e.Kind == trace.XprtDisconnectAuto {
			require.Equal(t, trace.XprtLocked|trace.XprtCloseWait|trace.XprtBound, trace.XprtState(e.Int("state")), "no longer CONNECTED")
		}
	})
}

// fragments cuts a message into a record of several fragments.
func fragments(msg []byte, sizes ...int) (out []byte) {
	for _, n := range sizes {
		head := uint32(n)
		if n == len(msg) {
			head |= rpcmsg.LastFragment
		}
		out = append(out, byte(head>>24), byte(head>>16), byte(head>>8), byte(head))
		out = append(out, msg[:n]...)
		msg = msg[n:]
	}
	return out
}

func TestARecordMayComeInSeveralFragmentsAndInAnyPieces(t *testing.T) {
	for piece := 1; piece <= 40; piece++ {
		l := newRig(t)
		p := l.serve(func(_ int, xid uint32) (pieces [][]byte) {
			reply := success(xid)
			stream := fragments(reply, 8, 4, len(reply)-12)
			for len(stream) > piece {
				pieces, stream = append(pieces, stream[:piece]), stream[piece:]
			}
			return append(pieces, stream)
		})
		_, e := l.call(p.args(), 0, noop(0), noop(0))
		l.finish(time.Minute)
		require.True(t, e[1].over, "pieces of %d bytes", piece)
		require.Zero(t, e[0].status)
		require.Zero(t, e[1].status)
		require.Equal(t, 2, p.calls)
	}
}

func TestRepliesToNobodyAreCountedAndHarmNobody(t *testing.T) {
	l := newRig(t)
	p := l.serve(func(n int, xid uint32) [][]byte {
		return [][]byte{record(success(xid ^ 0xffff)), record(success(xid)), record(success(xid))} // unknown, right, twice
	})
	_, e := l.call(p.args(), 0, noop(0), noop(0))
	l.finish(time.Minute)
	require.Zero(t, e[0].status)
	require.Zero(t, e[1].status)
	lookups := map[int64]int{}
	l.each(func(e *trace.Event) {
		if e.Kind == trace.XprtLookupRqst {
			lookups[e.Int("status")]++
		}
	})
	require.Equal(t, 2, lookups[0])
	require.GreaterOrEqual(t, lookups[-2], 3, "two of each, but for what comes after the last call")
}

// The table grows to what is needed and shrinks as soon as nobody takes a freed slot: the next burst makes new ones, whose
// number tells.
func TestTheSlotTableShrinksWhenNobodyTakesAFreedSlot(t *testing.T) {
	l := newRig(t, "sunrpc.tcp_max_slot_table_entries", "8")
	p := l.echo()
	left := 0
	var me *thread
	var client *sunrpc.Client
	ops := &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "lab", Release: func(*sunrpc.Task) {
		if left--; left == 0 {
			l.client.wake(me, l.end)
		}
	}}
	left = 20
	me = p.client(func(c *sunrpc.Client) sunrpc.Step { client = c; return l.burst(c, 20, ops) })
	l.finish(time.Minute)
	num, least, most := client.Slots()
	require.Equal(t, []int{2, 2, 8}, []int{num, least, most}, "only the ones made in advance are left")
	require.Equal(t, 8, client.Stat().MaxSlots)
}
