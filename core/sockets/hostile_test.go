//go:build linux

package sockets

import (
	"encoding/binary"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// lying is a server that answers with a record mark which promises two gigabytes.
func lying(t *testing.T) wire.Addr {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			msg, err := record(conn)
			if err == nil {
				conn.Write(binary.BigEndian.AppendUint32(nil, 0xffffffff))
				conn.Write(append(msg[:4:4], 0, 0, 0, 1))
			}
			conn.Close()
		}
	}()
	return addrOf(l)
}

func TestAClientGivesUpOnAServerThatPromisesGigabytes(t *testing.T) {
	client := run(t, Options{})
	to := sunrpc.Timeout{Init: sunrpc.HZ, Max: sunrpc.HZ}
	status := make(chan int32, 1)
	client.Post(func() {
		client.Process("mount", func(*sunrpc.Thread) sunrpc.Step {
			a := sunrpc.CreateArgs{Program: "test", Prog: testProg, Vers: 1, NonPriv: true, Null: raw(0), Server: lying(t), Timeout: &to}
			return client.Kernel().Create(&a, func(_ *sunrpc.Client, s int32) sunrpc.Step {
				status <- s
				return nil
			})
		})
	})
	require.Negative(t, within(t, status))
}

func TestBeyondTheLimitTheOldestConnectionGoes(t *testing.T) {
	server := run(t, Options{Role: "server", MaxConns: 3})
	addr, _ := server.serve(1, echo())
	var all []net.Conn
	for range 4 {
		conn := dial(t, addr)
		all = append(all, conn)
		_, err := conn.Write(fragments(callMessage(1, procEcho, nil), 100))
		require.NoError(t, err)
		readRecord(t, conn)
	}
	_, err := record(all[0])
	require.Error(t, err)
	for _, conn := range all[1:] {
		_, err := conn.Write(fragments(callMessage(2, procEcho, nil), 100))
		require.NoError(t, err)
		readRecord(t, conn)
	}
}
