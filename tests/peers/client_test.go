//go:build linux && e2e

package peers

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// host is a client that runs until the test ends.
type host struct {
	*sockets.Host
	t       *testing.T
	text    bytes.Buffer
	done    chan error
	packets *packets
}

func newClient(t *testing.T) *host {
	c := &host{t: t, done: make(chan error, 1), packets: newPackets(t)}
	h, err := sockets.New(sockets.Options{Tap: c.packets.tap, Observe: func(l *trace.Log, e *trace.Event) {
		c.text.Write(append(l.AppendText(nil, e), '\n'))
	}})
	require.NoError(t, err)
	c.Host = h
	go func() { c.done <- h.Run() }()
	t.Cleanup(func() { c.end() })
	return c
}

// end stops the client; it returns its trace.
func (c *host) end() string {
	if c.Host != nil {
		c.Stop()
		require.NoError(c.t, <-c.done)
		c.Close()
		c.Host = nil
		c.packets.judge()
	}
	return c.text.String()
}

func within[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(60 * time.Second):
		require.FailNow(t, "nothing happened in a minute")
		panic("unreachable")
	}
}

// create makes a client of a program, which pings its server.
func (c *host) create(a *sunrpc.CreateArgs) (made *sunrpc.Client) {
	c.t.Helper()
	a.NonPriv, a.Flavor = true, nfs.Flavor
	status := make(chan int32, 1)
	c.Post(func() {
		c.Process("mount.nfs", func(*sunrpc.Thread) sunrpc.Step {
			return c.Kernel().Create(a, func(one *sunrpc.Client, s int32) sunrpc.Step {
				made = one
				status <- s
				return nil
			})
		})
	})
	require.Zero(c.t, within(c.t, status))
	return made
}

// start calls a procedure from a process of its own, and tells its status when it is over.
func (c *host) start(to *sunrpc.Client, p *sunrpc.Proc, args, res any) <-chan int32 {
	status := make(chan int32, 1)
	c.Post(func() {
		c.Process("cat", func(*sunrpc.Thread) sunrpc.Step {
			m := sunrpc.Message{Proc: p, Args: args, Res: res}
			return c.Kernel().CallSync(to, m, 0, func(s int32) sunrpc.Step {
				status <- s
				return nil
			})
		})
	})
	return status
}

func (c *host) call(to *sunrpc.Client, p *sunrpc.Proc, args, res any) int32 {
	c.t.Helper()
	return within(c.t, c.start(to, p, args, res))
}

// cutter stands between a client and a server. It cuts the first connection after so many bytes of calls, the second
// after so many bytes of replies, and lets the third live.
type cutter struct {
	addr wire.Addr
	cuts atomic.Int32
}

func newCutter(t *testing.T, to string, calls, replies int64) *cutter {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	a := netip.MustParseAddrPort(l.Addr().String())
	c := &cutter{addr: wire.Addr{Host: a.Addr().String(), Port: a.Port()}}
	const all = 1 << 62
	limits := [][2]int64{{calls, all}, {all, replies}, {all, all}}
	go func() {
		for i := 0; ; i = min(i+1, len(limits)-1) {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				in.Close()
				return
			}
			go c.pass(out, in, limits[i][0])
			go c.pass(in, out, limits[i][1])
		}
	}()
	return c
}

// pass copies so many bytes, and then breaks both connections.
func (c *cutter) pass(to, from net.Conn, most int64) {
	if n, _ := io.CopyN(to, from, most); n == most {
		c.cuts.Add(1)
	}
	for _, conn := range []net.Conn{to, from} {
		_ = conn.(*net.TCPConn).SetLinger(0) // it may be closed
		conn.Close()
	}
}
