//go:build linux

package main

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"sunscope/core/rpcmsg"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
	"sunscope/tests/libtirpc"
)

// serveEngine serves until it is told to end; then it writes its profile, if there is a file for it.
func serveEngine(cpu string) error {
	h, err := sockets.New(sockets.Options{Role: "server"})
	if err != nil {
		return err
	}
	service := &sunrpc.Service{
		Name: "peer", Prog: libtirpc.Program, Vers: 1,
		ProcName: func(proc uint32) (string, bool) { return "PEER", proc <= libtirpc.Echo },
		Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			if proc == libtirpc.Echo {
				res.Opaque(args.Opaque("blob", 1<<20))
			}
			return rpcmsg.Success, 0
		},
	}
	srv, errno := h.Kernel().Serve([]*sunrpc.Service{service}, 0, h.Threads("nfsd", 8))
	addr, _ := h.Listening(wire.Addr{Host: "127.0.0.1"})
	if errno == wire.OK {
		errno = srv.ServeUDP(addr.Port)
	}
	if errno != wire.OK {
		return fmt.Errorf("cannot listen (status %d)", errno)
	}
	fmt.Println(addr.Port)
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	go func() { <-end; h.Stop() }()
	return profiled(cpu, h.Run)
}

// callEngine makes the calls on one transport, each from a thread that makes the next when it has its answer.
func callEngine(l load, port int) (took time.Duration, err error) {
	h, err := sockets.New(sockets.Options{})
	if err != nil {
		return 0, err
	}
	defer h.Close()
	status, left, running := int32(0), l.calls, l.outstanding
	data := make([]byte, l.bytes)
	proc := &sunrpc.Proc{Name: "NULL", Decode: func(*xdr.Decoder, any) int32 { return 0 }}
	if l.bytes > 0 {
		proc = &sunrpc.Proc{
			Num: libtirpc.Echo, Name: "ECHO", Encode: func(e *xdr.Encoder, _ any) wire.Errno { e.Opaque(data); return wire.OK },
			Decode: func(d *xdr.Decoder, _ any) int32 { return min(0, int32(len(d.Opaque("blob", 1<<20))-l.bytes)) },
		}
	}
	caller := func(c *sunrpc.Client) {
		var again func(int32) sunrpc.Step
		again = func(s int32) sunrpc.Step {
			status = min(status, s)
			if left == 0 || status < 0 {
				if running--; running == 0 {
					h.Stop()
				}
				return nil
			}
			left--
			return h.Kernel().CallSync(c, sunrpc.Message{Proc: proc}, 0, again)
		}
		h.Process("bench", func(*sunrpc.Thread) sunrpc.Step { return again(0) })
	}
	a := &sunrpc.CreateArgs{
		Program: "peer", Prog: libtirpc.Program, Vers: 1, Server: wire.Addr{Host: "127.0.0.1", Port: uint16(port)}, NonPriv: true,
		Null: &sunrpc.Proc{Name: "NULL", Decode: func(*xdr.Decoder, any) int32 { return 0 }},
	}
	if strings.HasPrefix(l.proto, "udp") {
		a.Protocol = sunrpc.UDP
		h.Kernel().Knobs.UDPSlots = 64
	}
	var began time.Time
	h.Process("bench", func(*sunrpc.Thread) sunrpc.Step {
		return h.Kernel().Create(a, func(c *sunrpc.Client, s int32) sunrpc.Step {
			if status = s; s < 0 {
				h.Stop()
				return nil
			}
			began = time.Now()
			for range l.outstanding {
				caller(c)
			}
			return nil
		})
	})
	if err = h.Run(); err == nil && status < 0 {
		err = fmt.Errorf("a call of the engine failed (status %d)", status)
	}
	return time.Since(began), err
}
