//go:build linux

package peers

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// evil is a server that answers each call with the same records, in which XID 1 stands for the call's.
func evil(t *testing.T, answer []byte) wire.Addr {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				var head [8]byte
				for {
					if _, err := io.ReadFull(conn, head[:]); err != nil {
						return
					}
					n, _ := rpcmsg.Marker(head[:])
					if _, err := io.CopyN(io.Discard, conn, int64(n-4)); err != nil {
						return
					}
					conn.Write(bytes.ReplaceAll(answer, []byte{0, 0, 0, 1, 0, 0, 0, 1}, append(head[4:8:8], 0, 0, 0, 1)))
				}
			}()
		}
	}()
	a := netip.MustParseAddrPort(l.Addr().String())
	return wire.Addr{Host: a.Addr().String(), Port: a.Port()}
}

// ask calls a procedure whose results are nothing or one opaque, and returns its status.
func ask(t *testing.T, at wire.Addr) int32 {
	h, err := sockets.New(sockets.Options{})
	require.NoError(t, err)
	defer h.Close()
	proc := &sunrpc.Proc{Name: "TEST", Decode: func(d *xdr.Decoder, _ any) int32 {
		if d.Len() > 0 {
			d.Opaque("blob", 1<<31-1)
		}
		if d.Err() != nil {
			return int32(wire.EIO)
		}
		return 0
	}}
	to := sunrpc.Timeout{Init: sunrpc.HZ / 4, Max: sunrpc.HZ / 4}
	a := &sunrpc.CreateArgs{Program: "test", Prog: peerProg, Vers: 1, Server: at, NonPriv: true, NoPing: true, Timeout: &to}
	status := int32(1)
	h.Process("cat", func(*sunrpc.Thread) sunrpc.Step {
		return h.Kernel().Create(a, func(c *sunrpc.Client, _ int32) sunrpc.Step {
			return h.Kernel().CallSync(c, sunrpc.Message{Proc: proc}, trace.Soft|trace.SoftConn|trace.Timeout, func(s int32) sunrpc.Step {
				status = s
				h.Stop()
				return nil
			})
		})
	})
	late := time.AfterFunc(20*time.Second, h.Stop)
	defer late.Stop()
	require.NoError(t, h.Run(), "the engine must survive whatever it was told")
	return status
}

func TestHostileRepliesEndTheCallAndNothingElse(t *testing.T) {
	all := hostile(t, "client")
	require.GreaterOrEqual(t, len(all), 13)
	for i := range all {
		v := &all[i]
		before := allocated()
		status := ask(t, evil(t, v.Request))
		if v.Name == "c-duplicate-reply" {
			require.Zero(t, status, v.Name)
		} else {
			require.Negative(t, status, "%s: %s", v.Name, v.Must)
		}
		require.Less(t, allocated()-before, uint64(256<<20), "%s costs memory", v.Name) // connecting again and again costs some
	}
}
