//go:build linux

package sockets

import (
	"encoding/binary"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

func TestAClientCallsAServerOverEachTransport(t *testing.T) {
	server, client := run(t, Options{Role: "server"}), run(t, Options{})
	addr, srv := server.serve(2, echo())
	path := wire.Addr{Host: filepath.Join(t.TempDir(), "s")}
	server.in(func() { require.Equal(t, wire.OK, srv.ServeLocal(path.Host)) })
	for _, a := range []sunrpc.CreateArgs{
		{Server: addr, Protocol: sunrpc.TCP}, {Server: addr, Protocol: sunrpc.UDP}, {Server: path, Protocol: sunrpc.Local},
	} {
		c := client.create(&a)
		for _, n := range []int{0, 4, 1000, 8000} {
			got := client.call(c, procEcho, pattern(n))
			require.Zero(t, got.status)
			require.True(t, string(pattern(n)) == string(got.res), "%d bytes over protocol %d", n, a.Protocol)
		}
	}
}

func TestAMebibyteGoesThereAndBack(t *testing.T) {
	server, client := run(t, Options{Role: "server"}), run(t, Options{})
	addr, _ := server.serve(2, echo())
	c := client.create(&sunrpc.CreateArgs{Server: addr})
	args := pattern(1 << 20)
	var all []<-chan answer
	for range 8 {
		all = append(all, client.start(c, procEcho, args))
	}
	for _, one := range all {
		got := within(t, one)
		require.Zero(t, got.status)
		require.Equal(t, len(args), len(got.res))
		require.True(t, string(args) == string(got.res))
	}
}

func TestRecordsInManyFragmentsAreOneMessage(t *testing.T) {
	server := run(t, Options{Role: "server"})
	addr, _ := server.serve(2, echo())
	args := pattern(8000)
	for _, size := range []int{1, 4, 100, 4096} {
		conn := dial(t, addr)
		_, err := conn.Write(fragments(callMessage(7, procEcho, args), size))
		require.NoError(t, err)
		reply := readRecord(t, conn)
		require.Equal(t, uint32(7), binary.BigEndian.Uint32(reply))
		require.True(t, string(args) == string(reply[24:]), "fragments of %d bytes", size)
	}
}

func TestRepliesInManyFragmentsAreOneReply(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go echoInFragments(conn, 9) // the first one holds XID and direction: the kernel cannot do with less
		}
	}()
	client := run(t, Options{})
	c := client.create(&sunrpc.CreateArgs{Server: addrOf(l)})
	args := pattern(4000)
	got := client.call(c, procEcho, args)
	require.Zero(t, got.status)
	require.True(t, string(args) == string(got.res))
}

func TestACallIsSentAgainWhenTheConnectionIsCut(t *testing.T) {
	server, client := run(t, Options{Role: "server"}), run(t, Options{})
	addr, _ := server.serve(2, echo())
	cutter := cut(t, addr, 300_000)
	c := client.create(&sunrpc.CreateArgs{Server: cutter.addr, Hard: true, ReusePort: false})
	args := pattern(1 << 18)
	for i := range 4 {
		got := client.call(c, procEcho, args)
		require.Zero(t, got.status, "call %d", i)
		require.True(t, string(args) == string(got.res))
	}
	require.GreaterOrEqual(t, int(cutter.cuts.Load()), 1)
	client.end()
	require.True(t, strings.Contains(client.text.String(), "xprt_retransmit: "))
}

func TestNobodyListensIsRefused(t *testing.T) {
	client := run(t, Options{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := addrOf(l)
	l.Close()
	status := make(chan int32, 1)
	client.Post(func() {
		client.Process("mount", func(*sunrpc.Thread) sunrpc.Step {
			a := sunrpc.CreateArgs{Program: "test", Prog: testProg, Vers: 1, NonPriv: true, Null: raw(0), Server: addr}
			return client.Kernel().Create(&a, func(_ *sunrpc.Client, s int32) sunrpc.Step {
				status <- s
				return nil
			})
		})
	})
	require.Equal(t, int32(wire.ECONNREFUSED), within(t, status))
}
