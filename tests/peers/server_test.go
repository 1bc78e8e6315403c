//go:build linux

package peers

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcbind"
	"sunscope/core/rpcmsg"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// peerProg is the program that the recorded servers offered besides rpcbind: ADD is its procedure 1, ECHO 2.
const peerProg = 0x20000042

func peer(vers, procs uint32) *sunrpc.Service {
	return &sunrpc.Service{
		Name: "peer", Prog: peerProg, Vers: vers,
		ProcName: func(proc uint32) (string, bool) { return "PEER", proc < procs },
		Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			switch proc {
			case 1:
				res.Uint32(args.Uint32("a") + args.Uint32("b"))
			case 2:
				res.Opaque(args.Opaque("blob", 1<<20))
			}
			if args.Err() != nil {
				return rpcmsg.GarbageArgs, 0
			}
			return rpcmsg.Success, 0
		},
	}
}

// nfs4Like is a program with the number and the version of NFSv4, which reads what a COMPOUND has before its operations.
func nfs4Like() *sunrpc.Service {
	return &sunrpc.Service{
		Name: "nfs", Prog: 100003, Vers: 4,
		ProcName: func(proc uint32) (string, bool) { return "COMPOUND", proc < 2 },
		Serve: func(proc uint32, args *xdr.Decoder, _ *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			if proc == 1 {
				args.String("tag", 1024)
				args.Uint32("minorversion")
				args.Uint32("operations")
			}
			if args.Err() != nil {
				return rpcmsg.GarbageArgs, 0
			}
			return rpcmsg.Success, 0
		},
	}
}

// server runs services on TCP and UDP until the test ends.
type server struct {
	*sockets.Host
	addr wire.Addr
}

func serve(t *testing.T, threads int, services ...*sunrpc.Service) *server {
	h, err := sockets.New(sockets.Options{Role: "server"})
	require.NoError(t, err)
	srv, errno := h.Kernel().Serve(services, 0, h.Threads("server", threads))
	require.Equal(t, wire.OK, errno)
	addr, _ := h.Listening(wire.Addr{Host: "127.0.0.1"})
	require.Equal(t, wire.OK, srv.ServeUDP(addr.Port))
	done := make(chan error, 1)
	go func() { done <- h.Run() }()
	t.Cleanup(func() {
		h.Stop()
		require.NoError(t, <-done, "the engine must survive whatever it was told")
		h.Close()
	})
	return &server{h, addr}
}

// rpcbindLike is our rpcbind with the table that the recorded one had, which its own DUMP tells.
func rpcbindLike(t *testing.T, recorded []vector) []*sunrpc.Service {
	table := &rpcbind.Table{Host: "127.0.0.1", Seconds: func() uint32 { return uint32(time.Now().Unix()) }}
	for i := range recorded {
		if v := &recorded[i]; v.Name == "rpcb-v4-dump" && v.Transport == "tcp" {
			d := xdr.NewDecoder(v.Reply[4:])
			_, err := rpcmsg.DecodeReply(d)
			require.NoError(t, err)
			for d.Bool("more") {
				require.True(t, table.Set(rpcbind.Entry{
					Prog: d.Uint32(""), Vers: d.Uint32(""), Netid: d.String("", 99), Uaddr: d.String("", 99), Owner: d.String("", 99),
				}))
			}
			require.NoError(t, d.Err())
			return table.Services()
		}
	}
	require.FailNow(t, "no DUMP among the vectors")
	return nil
}

// alive asserts that the server still answers, and soon.
func (s *server) alive(t *testing.T, prog, vers uint32) {
	t.Helper()
	var e xdr.Encoder
	rpcmsg.EncodeCall(&e, &rpcmsg.CallHeader{XID: 99, Prog: prog, Vers: vers})
	for _, transport := range []string{"tcp", "udp"} {
		v := &vector{Transport: transport, Request: e.B}
		if transport == "tcp" {
			v.Request = record(e.B)
		}
		reply, outcome := say(t, v, s.addr, 28, patient)
		require.Equal(t, "SUCCESS", describe(reply, transport, outcome), "the server no longer answers over %s", transport)
	}
}

// record is a message with its record mark.
func record(msg []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, rpcmsg.LastFragment|uint32(len(msg))), msg...)
}

// echoCall is a call of ECHO with so many bytes.
func echoCall(n int) []byte {
	var e xdr.Encoder
	rpcmsg.EncodeCall(&e, &rpcmsg.CallHeader{XID: 7, Prog: peerProg, Vers: 1, Proc: 2})
	e.Opaque(make([]byte, n))
	return record(e.B)
}
