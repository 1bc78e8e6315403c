//go:build linux

package sockets

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// What stands at the other end in these tests without being the engine.

func addrOf(l net.Listener) wire.Addr {
	a := netip.MustParseAddrPort(l.Addr().String())
	return wire.Addr{Host: a.Addr().String(), Port: a.Port()}
}

func dial(t *testing.T, addr wire.Addr) net.Conn {
	conn, err := net.Dial("tcp", addr.String())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return conn
}

func callMessage(xid, proc uint32, args []byte) []byte {
	var e xdr.Encoder
	rpcmsg.EncodeCall(&e, &rpcmsg.CallHeader{XID: xid, Prog: testProg, Vers: 1, Proc: proc})
	return append(e.B, args...)
}

// fragments cuts a message into a record of fragments that are no longer than size.
func fragments(msg []byte, size int) (record []byte) {
	for len(msg) > size {
		record = append(binary.BigEndian.AppendUint32(record, uint32(size)), msg[:size]...)
		msg = msg[size:]
	}
	return append(binary.BigEndian.AppendUint32(record, rpcmsg.LastFragment|uint32(len(msg))), msg...)
}

func record(r io.Reader) ([]byte, error) {
	var msg []byte
	for {
		var mark [4]byte
		if _, err := io.ReadFull(r, mark[:]); err != nil {
			return nil, err
		}
		n, last := rpcmsg.Marker(mark[:])
		part := make([]byte, n)
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, err
		}
		if msg = append(msg, part...); last {
			return msg, nil
		}
	}
}

func readRecord(t *testing.T, r io.Reader) []byte {
	t.Helper()
	msg, err := record(r)
	require.NoError(t, err)
	return msg
}

// echoInFragments answers each call with its arguments, in fragments of that size.
func echoInFragments(conn net.Conn, size int) {
	defer conn.Close()
	for {
		msg, err := record(conn)
		if err != nil {
			return
		}
		d := xdr.NewDecoder(msg)
		h, err := rpcmsg.DecodeCall(d)
		if err != nil {
			return
		}
		var e xdr.Encoder
		r := rpcmsg.AcceptedReply(h.XID, rpcmsg.Success)
		rpcmsg.EncodeReply(&e, &r)
		if _, err := conn.Write(fragments(append(e.B, d.Rest()...), size)); err != nil {
			return
		}
	}
}

// cutter is a server between client and server that cuts its first connection.
type cutter struct {
	addr wire.Addr
	cuts atomic.Int32
}

// cut makes one that does so after so many bytes of replies.
func cut(t *testing.T, to wire.Addr, after int64) *cutter {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	c := &cutter{addr: addrOf(l)}
	go func() {
		for first := true; ; first = false {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to.String())
			if err != nil {
				in.Close()
				return
			}
			go func() { io.Copy(out, in); out.Close() }()
			go func() {
				if first {
					io.CopyN(in, out, after)
					c.cuts.Add(1)
					in.(*net.TCPConn).SetLinger(0)
				} else {
					io.Copy(in, out)
				}
				in.Close()
				out.Close()
			}()
		}
	}()
	return c
}
