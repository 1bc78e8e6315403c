package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// rig is a client and a server between which a test makes its own clients and calls: nothing is mounted.
type rig struct {
	t testing.TB
	*World
	k *sunrpc.Kernel
}

// newRig is the world of two-slots, with some settings changed.
func newRig(t testing.TB, settings ...string) *rig { return newSeededRig(t, 42, settings...) }

func newSeededRig(t testing.TB, seed uint64, settings ...string) *rig {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	w, err := hosts(sc, seed)
	require.NoError(t, err)
	return &rig{t, w, w.kernel}
}

// do runs a process of the client.
func (l *rig) do(main func() sunrpc.Step) *thread {
	l.running++
	p := l.client.spawn("lab")
	l.client.wake(p, main)
	return p
}

// at calls f on the client when it is t.
func (l *rig) at(t time.Duration, f func()) { l.client.At(t, f) }

// finish lets everything happen that will, at most until it is most.
func (l *rig) finish(most time.Duration) {
	for at, ok := l.next(); ok && at <= most && l.Step(); at, ok = l.next() {
	}
	require.NoError(l.t, l.Err())
}

// args describe a client of the NFS service of the lab's server that does not ping.
func (l *rig) args() *sunrpc.CreateArgs {
	return &sunrpc.CreateArgs{
		Program: nfs.Name, Prog: nfs.Program, Vers: nfs.Version3, NoPing: true, Flavor: nfs.Flavor, Null: nfs.Null(),
		Server: wire.Addr{Host: l.sc.Server.Addr, Port: uint16(l.sc.Mount.Port)},
	}
}

// getattr is a call that has no side effects and an RTT class; null has neither.
func (l *rig) getattr() sunrpc.Message {
	return sunrpc.Message{Proc: nfs.Call(nfs.ProcGetattr), Args: &nfs.FHArgs{FH: l.fs.Handle(export)}, Res: nfs.V3[nfs.ProcGetattr].Res()}
}

// fsstat is a call of RTT class 0.
func (l *rig) fsstat() sunrpc.Message {
	return sunrpc.Message{Proc: nfs.Call(nfs.ProcFsstat), Args: &nfs.FHArgs{FH: l.fs.Handle(export)}, Res: nfs.V3[nfs.ProcFsstat].Res()}
}

// ended remembers how a call ended.
type ended struct {
	over   bool
	status int32
	at     time.Duration
}

// call is a process that makes a client and then its calls, one after the other.
func (l *rig) call(a *sunrpc.CreateArgs, flags trace.TaskFlags, calls ...sunrpc.Message) (*thread, []*ended) {
	ends := make([]*ended, len(calls))
	for i := range ends {
		ends[i] = new(ended)
	}
	p := l.do(func() sunrpc.Step {
		return l.k.Create(a, func(c *sunrpc.Client, status int32) sunrpc.Step {
			require.Zero(l.t, status)
			return l.calls(c, flags, calls, ends)
		})
	})
	return p, ends
}

func (l *rig) calls(c *sunrpc.Client, flags trace.TaskFlags, calls []sunrpc.Message, ends []*ended) sunrpc.Step {
	if len(calls) == 0 {
		return l.end()
	}
	return l.k.CallSync(c, calls[0], flags, func(status int32) sunrpc.Step {
		*ends[0] = ended{true, status, l.now}
		return l.calls(c, flags, calls[1:], ends[1:])
	})
}

// peer is a server in the test's hands: it hears each call at once, and answers as the test says.
type peer struct {
	l       *rig
	answer  func(n int, xid uint32) [][]byte // what to send after the n-th call, counted from 1, piece by piece
	hear    func(call []byte) [][]byte       // the same of the call itself; instead of answer
	calls   int
	xids    []uint32
	arrived []time.Duration
	from    []wire.Addr // where each connection, or each datagram, came from
	conns   []wire.Socket
}

// peerPort is where a peer listens.
const peerPort = 4000

// serve starts a peer on both transports. Its replies are whole messages; over TCP they need record marks, which record
// gives them.
func (l *rig) serve(answer func(n int, xid uint32) [][]byte) *peer {
	p := &peer{l: l, answer: answer}
	at := wire.Addr{Host: l.sc.Server.Addr, Port: peerPort}
	net := l.net.Host(at.Host, l.server)
	require.Zero(l.t, net.Listen(at, func(s wire.Socket) wire.Handler {
		p.from = append(p.from, s.Remote())
		p.conns = append(p.conns, s)
		return &peerConn{p: p, s: s}
	}))
	d := &peerDatagrams{p: p}
	s, errno := net.Datagram(at, d)
	require.Zero(l.t, errno)
	d.s = s
	return p
}

// args are those of a client of the peer.
func (p *peer) args() *sunrpc.CreateArgs {
	a := p.l.args()
	a.Server.Port = peerPort
	return a
}

func (p *peer) heard(call []byte) [][]byte {
	p.calls++
	xid := xdr.Word(call)
	p.xids = append(p.xids, xid)
	p.arrived = append(p.arrived, p.l.now)
	if p.hear != nil {
		return p.hear(call)
	}
	return p.answer(p.calls, xid)
}

// later runs f outside of the softirq that a handler is called in.
func (p *peer) later(f func()) { p.l.server.At(p.l.now, f) }

type peerConn struct {
	p       *peer
	s       wire.Socket
	records rpcmsg.Records
}

func (c *peerConn) DataReady() {
	c.p.later(func() {
		var buf [4096]byte
		for {
			n, err := c.s.Recv(buf[:])
			if err != wire.OK || n == 0 {
				return
			}
			for b := buf[:n]; ; {
				call, err := c.records.Next(&b)
				require.NoError(c.p.l.t, err)
				if call == nil {
					break
				}
				for _, piece := range c.p.heard(call) {
					_, _ = c.s.Send(piece)
				}
			}
		}
	})
}

func (c *peerConn) StateChange(wire.SockState) {}
func (c *peerConn) WriteSpace()                {}
func (c *peerConn) Error(wire.Errno)           {}

type peerDatagrams struct {
	p *peer
	s wire.DatagramSocket
}

func (d *peerDatagrams) DataReady() {
	d.p.later(func() {
		call, from, errno := d.s.RecvFrom()
		if errno != wire.OK {
			return
		}
		d.p.from = append(d.p.from, from)
		for _, piece := range d.p.heard(call) {
			require.Zero(d.p.l.t, d.s.SendTo(piece, from))
		}
	})
}

func (d *peerDatagrams) WriteSpace() {}

// success is a reply without results, enough for a procedure that has none; record puts a mark before a message.
func success(xid uint32) []byte {
	var e xdr.Encoder
	h := rpcmsg.AcceptedReply(xid, rpcmsg.Success)
	rpcmsg.EncodeReply(&e, &h)
	return e.B
}

func record(msg []byte) []byte { return rpcmsg.AppendRecord(nil, msg) }

// noop is a procedure without arguments and results, of an RTT class.
func noop(class int) sunrpc.Message {
	return sunrpc.Message{Proc: &sunrpc.Proc{Num: 9, Name: "NOOP", Timer: class, Decode: func(*xdr.Decoder, any) int32 { return 0 }}}
}

func always(reply func(xid uint32) []byte) func(int, uint32) [][]byte {
	return func(_ int, xid uint32) [][]byte { return [][]byte{reply(xid)} }
}

func never(int, uint32) [][]byte { return nil }
