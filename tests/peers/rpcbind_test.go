//go:build linux && e2e

package peers

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What rpcbind's procedures are asked: for NFS, for itself over TCP, and for something that nobody has.
const (
	mappingOfItself = "000186a000000002 0000000600000000"
	mappingOfNobody = "20000099 00000001 00000006 00000000"
	rpcbOfItself    = "000186a000000004 00000003 74637000 00000000 00000000"
)

func TestOurClientAsksRpcbind(t *testing.T) {
	startRpcbind(t)
	ways := [][]string{
		{"-proto", "tcp", "127.0.0.1:111"}, {"-proto", "udp", "127.0.0.1:111"}, {"-proto", "unix", "/run/rpcbind.sock"},
		{"-proto", "tcp", "127.0.0.1"}, // which asks rpcbind where rpcbind is
		{"-proto", "tcp", "[::1]:111"},
	}
	for _, c := range []struct{ call, want string }{
		{"2 NULL", "SUCCESS"}, {"3 NULL", "SUCCESS"}, {"4 NULL", "SUCCESS"},
		{"2 GETPORT " + mappingOfItself, "port: 111"},
		{"2 GETPORT " + mappingOfNobody, "port: 0"},
		{"2 DUMP", "prog: 100000"},
		{"4 GETADDR " + rpcbOfItself, `.0.111"`},
		{"3 DUMP", `owner: "superuser"`}, {"4 GETTIME", "time: 1"}, {"4 GETSTAT", "calls of procedure 4"},
		{"5 0", "PROG_MISMATCH"}, {"1 0", "PROG_MISMATCH"}, {"2 99", "PROC_UNAVAIL"}, {"4 GETADDR ffffffff", "GARBAGE_ARGS"},
	} {
		for _, way := range ways {
			proto, addr := way[1], way[2]
			if strings.Contains(c.want, "GARBAGE") && proto == "udp" {
				continue // libtirpc reads on in what an earlier datagram has left
			}
			if proto == "unix" && strings.Contains(c.call, "GETADDR") {
				continue // it answers with the address of that transport
			}
			trace := filepath.Join(t.TempDir(), "trace.txt")
			args := append([]string{"call", "-trace", trace, "-proto", proto, addr, "rpcbind"}, strings.Fields(c.call)...)
			out, err := try(rpctrace(), args...)
			require.Equal(t, strings.HasPrefix(c.want, "P") || strings.HasPrefix(c.want, "G"), err != nil, "%v: %s", args, out)
			require.Contains(t, out, c.want, "%v", args)
			checked(t, trace)
		}
	}
}

func TestAProgramThatRpcbindDoesNotKnow(t *testing.T) {
	startRpcbind(t)
	out, err := try(rpctrace(), "call", "127.0.0.1", "nfs", "3", "NULL")
	require.Error(t, err)
	require.Contains(t, out, "rpcbind does not know the program")
}

// serveAll runs rpctrace serve with all that it has, rpcbind in rpcbind's own place.
// Its trace is checked at the end.
func serveAll(t *testing.T, args ...string) {
	trace := filepath.Join(t.TempDir(), "serve.txt")
	t.Cleanup(func() { checked(t, trace) })
	start(t, rpctrace(), append([]string{
		"serve", "-programs", "rpcbind,nfs,mountd,nfsacl", "-socket", "/run/rpcbind.sock", "-trace", trace,
	}, args...)...)
	listening(t, "127.0.0.1:20049")
}

func TestRpcinfoAsksOurRpcbind(t *testing.T) {
	serveAll(t)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"-p", "127.0.0.1"}, []string{"100000    2   tcp    111  portmapper", "100003    3   udp  20049  nfs", "100005    3   tcp  20048  mountd"}},
		{nil, []string{"127.0.0.1.78.81", "nfs_acl", "superuser"}},
		{[]string{"-s"}, []string{"100000  4,3,2", "100003  3"}},
		{[]string{"127.0.0.1"}, []string{"127.0.0.1.0.111"}},
		{[]string{"-T", "tcp", "127.0.0.1", "nfs", "3"}, []string{"program 100003 version 3 ready and waiting"}},
		{[]string{"-T", "udp", "127.0.0.1", "mountd", "3"}, []string{"program 100005 version 3 ready and waiting"}},
		{[]string{"-T", "tcp", "127.0.0.1", "100000"}, []string{"version 2 ready", "version 3 ready", "version 4 ready"}},
		{[]string{"-l", "127.0.0.1", "nfs", "3"}, []string{"inet/tcp/cots_ord", "inet/udp/clts"}},
		{[]string{"-m", "127.0.0.1"}, []string{"RPCBIND (version 4) statistics"}},
		{[]string{"-a", "127.0.0.1.78.81", "-T", "tcp", "100003", "3"}, []string{"ready and waiting"}},
	} {
		out := output(t, "rpcinfo", c.args...)
		for _, want := range c.want {
			require.Contains(t, out, want, "rpcinfo %v", c.args)
		}
	}
	out, err := try("rpcinfo", "-T", "tcp", "127.0.0.1", "100000", "5")
	require.Error(t, err)
	require.Contains(t, out, "low version = 2, high version = 4")
}
