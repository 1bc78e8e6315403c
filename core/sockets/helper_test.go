//go:build linux

package sockets

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The program of these tests: ECHO answers what it is sent, HOLD nothing until it is let go.
const (
	testProg  = 0x20000042
	procEcho  = 2
	procCount = 3
)

func raw(proc uint32) *sunrpc.Proc {
	return &sunrpc.Proc{
		Num: proc, Name: "TEST",
		Encode: func(e *xdr.Encoder, args any) wire.Errno {
			if b, ok := args.([]byte); ok {
				e.B = append(e.B, b...)
			}
			return wire.OK
		},
		Decode: func(d *xdr.Decoder, res any) int32 {
			if b, ok := res.(*[]byte); ok {
				*b = bytes.Clone(d.Rest())
			}
			return 0
		},
	}
}

func echo() *sunrpc.Service {
	return &sunrpc.Service{
		Name: "test", Prog: testProg, Vers: 1,
		ProcName: func(proc uint32) (string, bool) { return "TEST", proc < procCount },
		Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			if proc == procEcho {
				res.B = append(res.B, args.Rest()...)
			}
			return rpcmsg.Success, 0
		},
	}
}

// running is a host whose loop runs until the test ends.
type running struct {
	*Host
	t    *testing.T
	text bytes.Buffer // the trace
	done chan error
}

func run(t *testing.T, opt Options) *running {
	r := &running{t: t, done: make(chan error, 1)}
	opt.Observe = func(l *trace.Log, e *trace.Event) {
		r.text.Write(append(l.AppendText(nil, e), '\n'))
	}
	h, err := New(opt)
	require.NoError(t, err)
	r.Host = h
	go func() { r.done <- h.Run() }()
	t.Cleanup(r.end)
	return r
}

// end stops the host; the engine must not have failed.
func (r *running) end() {
	if r.Host == nil {
		return
	}
	r.Stop()
	require.NoError(r.t, <-r.done)
	r.Close()
	r.Host = nil
}

// in runs f in the host's loop and waits for it.
func (r *running) in(f func()) {
	r.t.Helper()
	done := make(chan struct{})
	r.Post(func() { f(); close(done) })
	within(r.t, done)
}

func within[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		require.FailNow(t, "nothing happened in 20 s")
		panic("unreachable")
	}
}

// serve starts a server for the test's program; it returns its address for TCP, which is that for UDP too.
func (r *running) serve(threads int, services ...*sunrpc.Service) (addr wire.Addr, srv *sunrpc.Server) {
	r.t.Helper()
	any := wire.Addr{Host: "127.0.0.1"}
	r.in(func() {
		var err wire.Errno
		srv, err = r.Kernel().Serve(services, 0, r.Threads("nfsd", threads))
		require.Equal(r.t, wire.OK, err)
		addr, _ = r.Listening(any)
		require.Equal(r.t, wire.OK, srv.ServeUDP(addr.Port))
	})
	return addr, srv
}

// create makes a client.
func (r *running) create(a *sunrpc.CreateArgs) *sunrpc.Client {
	r.t.Helper()
	a.Program, a.Prog, a.Vers, a.NonPriv, a.Null = "test", testProg, 1, true, raw(0)
	type made struct {
		c      *sunrpc.Client
		status int32
	}
	result := make(chan made, 1)
	r.Post(func() {
		r.Process("mount", func(*sunrpc.Thread) sunrpc.Step {
			return r.Kernel().Create(a, func(c *sunrpc.Client, status int32) sunrpc.Step {
				result <- made{c, status}
				return nil
			})
		})
	})
	m := within(r.t, result)
	require.Zero(r.t, m.status)
	return m.c
}

// answer is what a call came to.
type answer struct {
	status int32
	res    []byte
}

// start calls a procedure from a process of its own.
func (r *running) start(c *sunrpc.Client, proc uint32, args []byte) <-chan answer {
	result := make(chan answer, 1)
	r.Post(func() {
		r.Process("cat", func(*sunrpc.Thread) sunrpc.Step {
			res := new([]byte)
			m := sunrpc.Message{Proc: raw(proc), Args: args, Res: res}
			return r.Kernel().CallSync(c, m, 0, func(status int32) sunrpc.Step {
				result <- answer{status, *res}
				return nil
			})
		})
	})
	return result
}

func (r *running) call(c *sunrpc.Client, proc uint32, args []byte) answer {
	r.t.Helper()
	return within(r.t, r.start(c, proc, args))
}

// pattern is n bytes, a multiple of four, no two pieces of which are alike.
func pattern(n int) []byte {
	var e xdr.Encoder
	for i := range uint32(n / 4) {
		e.Uint32(i * 2654435761)
	}
	return e.B
}
