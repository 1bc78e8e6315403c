//go:build linux

package sockets

import (
	"testing"

	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// NULL and ECHO calls over TCP with 64 outstanding, client and server in one process.

func BenchmarkNull(b *testing.B) { bench(b, 0, nil) }

func BenchmarkEcho(b *testing.B) { bench(b, procEcho, pattern(1024)) }

func bench(b *testing.B, proc uint32, args []byte) {
	server, _ := New(Options{Role: "server"})
	defer server.Close()
	server.Kernel().Serve([]*sunrpc.Service{echo()}, 0, server.Threads("nfsd", 8))
	addr, _ := server.Listening(wire.Addr{Host: "127.0.0.1"})
	go server.Run()
	defer server.Stop()
	h, _ := New(Options{})
	defer h.Close()
	left, running, p := b.N, 64, raw(proc)
	a := &sunrpc.CreateArgs{Program: "test", Prog: testProg, Vers: 1, Server: addr, NonPriv: true, Null: raw(0)}
	h.Process("mount", func(*sunrpc.Thread) sunrpc.Step {
		return h.Kernel().Create(a, func(c *sunrpc.Client, status int32) sunrpc.Step {
			for range running {
				var again func(int32) sunrpc.Step
				again = func(int32) sunrpc.Step {
					if left--; left < 0 {
						if running--; running == 0 {
							h.Stop()
						}
						return nil
					}
					return h.Kernel().CallSync(c, sunrpc.Message{Proc: p, Args: args}, 0, again)
				}
				h.Process("cat", func(*sunrpc.Thread) sunrpc.Step { return again(0) })
			}
			return nil
		})
	})
	b.ReportAllocs()
	h.Run()
}
