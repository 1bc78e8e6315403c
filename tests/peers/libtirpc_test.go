//go:build linux && e2e

package peers

import (
	"bufio"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
	"sunscope/tests/libtirpc"
)

// startC runs the C server; it returns its port.
func startC(t *testing.T, server string) uint16 {
	cmd := exec.Command(server)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	port, err := strconv.ParseUint(strings.TrimSpace(line), 10, 16)
	require.NoError(t, err)
	return uint16(port)
}

// echoProc is ECHO, from a []byte to a *string.
func echoProc() *sunrpc.Proc {
	return &sunrpc.Proc{
		Num: libtirpc.Echo, Name: "ECHO",
		Encode: func(e *xdr.Encoder, args any) wire.Errno { e.Opaque(args.([]byte)); return wire.OK },
		Decode: func(d *xdr.Decoder, res any) int32 {
			*res.(*string) = string(d.Opaque("blob", 1<<20))
			if d.Err() != nil {
				return int32(wire.EIO)
			}
			return 0
		},
	}
}

func TestOurClientCallsAServerMadeByRpcgen(t *testing.T) {
	_, server, err := libtirpc.Build(t.TempDir())
	require.NoError(t, err)
	port := startC(t, server)
	c := newClient(t)
	null := &sunrpc.Proc{Name: "NULL", Decode: func(*xdr.Decoder, any) int32 { return 0 }}
	for _, proto := range []sunrpc.Protocol{sunrpc.TCP, sunrpc.UDP} {
		cl := c.create(&sunrpc.CreateArgs{
			Program: "peer", Prog: libtirpc.Program, Vers: 1, Null: null, Server: at(port), Protocol: proto,
		})
		sizes := []int{0, 1, 5000, 8000}
		if proto == sunrpc.TCP {
			sizes = append(sizes, 1<<20)
		}
		for _, n := range sizes {
			data := []byte(strings.Repeat("0123456789abcdef", n/16+1))[:n]
			var got string
			require.Zero(t, c.call(cl, echoProc(), data, &got), "%d bytes over protocol %d", n, proto)
			require.True(t, string(data) == got, "%d bytes over protocol %d", n, proto)
		}
	}
	addr := at(port)
	out := output(t, rpctrace(), "call", addr.String(), "0x20000042", "1", "1", "00000028 00000002")
	require.Contains(t, out, "00 00 00 2a")
	out, err = try(rpctrace(), "call", "-proto", "udp", addr.String(), "0x20000042", "2", "0")
	require.Error(t, err)
	require.Contains(t, out, "PROG_MISMATCH")
}

func TestAClientMadeByRpcgenCallsOurServer(t *testing.T) {
	client, _, err := libtirpc.Build(t.TempDir())
	require.NoError(t, err)
	s := serve(t, 4, peer(1, 3))
	for _, proto := range []string{"tcp", "udp"} {
		require.Equal(t, "fine\n", output(t, client, proto, strconv.Itoa(int(s.addr.Port))))
	}
}
