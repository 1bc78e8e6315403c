//go:build linux

package peers

import (
	"bytes"
	"encoding/binary"
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

// answering is a server that answers every call with a recorded reply, in which it puts the call's XID.
func answering(t *testing.T, v *vector) wire.Addr {
	if v.Transport == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		go func() {
			var call [1 << 16]byte
			for {
				n, from, err := c.ReadFrom(call[:])
				if err != nil || n < 4 {
					return
				}
				_, _ = c.WriteTo(append(bytes.Clone(call[:4]), v.Reply[4:]...), from)
			}
		}()
		return endpoint(c.LocalAddr())
	}
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
				for {
					call, err := readCall(conn)
					if err != nil {
						return
					}
					reply := bytes.Clone(v.Reply)
					copy(reply[4:], call[:4])
					_, _ = conn.Write(reply)
				}
			}()
		}
	}()
	return endpoint(l.Addr())
}

// readCall reads one record of one fragment; what comes is from the XID on.
func readCall(conn net.Conn) ([]byte, error) {
	var mark [4]byte
	if _, err := io.ReadFull(conn, mark[:]); err != nil {
		return nil, err
	}
	call := make([]byte, binary.BigEndian.Uint32(mark[:])&^rpcmsg.LastFragment)
	_, err := io.ReadFull(conn, call)
	return call, err
}

func endpoint(a net.Addr) wire.Addr {
	at := netip.MustParseAddrPort(a.String())
	return wire.Addr{Host: at.Addr().String(), Port: at.Port()}
}

// understands calls a procedure there over the vector's transport; it returns the call's status and results.
func understands(t *testing.T, v *vector) (status int32, results []byte) {
	h, err := sockets.New(sockets.Options{})
	require.NoError(t, err)
	defer h.Close()
	proc := &sunrpc.Proc{Name: "TEST", ReplyLen: 1024, Decode: func(d *xdr.Decoder, _ any) int32 {
		results = bytes.Clone(d.Rest())
		return 0
	}}
	to := sunrpc.Timeout{Init: 5 * sunrpc.HZ, Max: 5 * sunrpc.HZ}
	a := &sunrpc.CreateArgs{Program: "test", Prog: peerProg, Vers: 1, Server: answering(t, v), NonPriv: true, NoPing: true,
		Flavor: rpcmsg.AuthUnix, Protocol: map[string]sunrpc.Protocol{"tcp": sunrpc.TCP, "udp": sunrpc.UDP}[v.Transport], Timeout: &to}
	status = 1
	h.Process("cat", func(*sunrpc.Thread) sunrpc.Step {
		return h.Kernel().Create(a, func(c *sunrpc.Client, _ int32) sunrpc.Step {
			return h.Kernel().CallSync(c, sunrpc.Message{Proc: proc}, trace.Soft|trace.SoftConn|trace.Timeout, func(s int32) sunrpc.Step {
				status = s
				h.Stop()
				return nil
			})
		})
	})
	late := time.AfterFunc(patient, h.Stop)
	defer late.Stop()
	require.NoError(t, h.Run())
	return status, results
}

// outcomes are what the kernel's client makes of a reply (rpc_decode_header).
var outcomes = map[string]wire.Errno{
	"SUCCESS":       wire.OK,
	"PROG_UNAVAIL":  wire.EPFNOSUP,
	"PROG_MISMATCH": wire.EPROTONOSUP,
	"PROC_UNAVAIL":  wire.EOPNOTSUPP,
	"GARBAGE_ARGS":  wire.EIO,
	"RPC_MISMATCH":  wire.EPROTONOSUP,
	"AUTH_FAILED":   wire.EIO,
}

func TestOurClientUnderstandsEveryRecordedReply(t *testing.T) {
	seen := map[string]int{}
	for _, v := range append(vectors(t, "rpcbind"), vectors(t, "server-errors")...) {
		if v.Outcome != "reply" {
			continue
		}
		what := describe(v.Reply, v.Transport, v.Outcome)
		seen[what]++
		status, results := understands(t, &v)
		want, known := outcomes[what]
		if !known { // another auth_stat
			want = wire.EACCES
		}
		require.Equal(t, want, wire.Errno(status), "%s %s over %s: %s", v.Server, v.Name, v.Transport, what)
		if status == 0 {
			require.True(t, bytes.Contains(v.Reply, results), "%s: the results are those of the reply", v.Name)
		}
	}
	t.Logf("%v", seen)
	require.GreaterOrEqual(t, len(seen), 8)
}
