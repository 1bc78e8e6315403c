//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/sockets"
)

// served starts our programs on ports of the system's choice; it returns the port of each, by name.
func served(t *testing.T, socket string) map[string]string {
	s := &serving{addr: "127.0.0.1", threads: 4, conns: 100, socket: socket, files: files{{"/export/hello", 1000}}}
	require.NoError(t, s.check("rpcbind,nfs,mountd,nfsacl"))
	h, err := sockets.New(sockets.Options{Addr: s.addr, Role: "server"})
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, s.start(h, &out))
	done := make(chan error)
	go func() { done <- h.Run() }()
	t.Cleanup(func() {
		h.Stop()
		require.NoError(t, <-done)
		h.Close()
	})
	ports := map[string]string{}
	for line := range strings.Lines(out.String()) {
		var name, addr string
		var vers int
		if n, _ := fmt.Sscanf(line, "%s version %d on %s", &name, &vers, &addr); n == 3 {
			ports[name] = addr
		}
	}
	return ports
}

// mnt is MNT's argument "/export".
const mnt = "00000007 2f6578706f727400"

func TestCallPrintsWhatTheServerAnswers(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "rpcbind.sock")
	ports := served(t, socket)
	for _, c := range []struct {
		args string
		want []string
	}{
		{"-proto tcp RPCBIND rpcbind 2 NULL", []string{"rpcbind v2 NULL: SUCCESS, 0 bytes"}},
		{"-proto udp RPCBIND portmapper 4 0", []string{"rpcbind v4 NULL: SUCCESS"}},
		{"-proto unix SOCKET rpcbind 3 DUMP", []string{"entry", "prog: 100003", "netid: \"tcp\"", "owner: \"superuser\""}},
		{"RPCBIND rpcbind 4 GETADDRLIST 000186a3 00000003 00000000 00000000 00000000", []string{"nc_protofmly: \"inet\""}},
		{"RPCBIND rpcbind 3 GETTIME", []string{"time: 1"}},
		{"-cred null MOUNTD mountd 3 MNT " + mnt, []string{"fhs_status: MNT3_OK", "fhandle"}},
		{"-proto udp NFSD nfs 3 NULL", []string{"nfs v3 NULL: SUCCESS"}},
		{"NFSD nfs 3 GETATTR 00000000", []string{"NFS3ERR_BADHANDLE"}},
		{"NFSD nfsacl 3 NULL", []string{"nfsacl v3 NULL: SUCCESS"}},
	} {
		names := strings.NewReplacer("RPCBIND", ports["rpcbind"], "SOCKET", socket, "MOUNTD", ports["mountd"], "NFSD", ports["nfsd"])
		trace := filepath.Join(t.TempDir(), "trace.txt")
		status, out, errs := rpctrace("", append([]string{"call", "-trace", trace}, strings.Fields(names.Replace(c.args))...)...)
		require.Zero(t, status, "%s: %s", c.args, errs)
		for _, want := range c.want {
			require.Contains(t, out, want, c.args)
		}
		status, out, _ = rpctrace("", "check", trace)
		require.Zero(t, status, out)
		require.Contains(t, out, "1 tasks")
	}
}

func TestACallThatFailsSaysWhyInOneLine(t *testing.T) {
	ports := served(t, "")
	for _, c := range []struct {
		args, want string
		status     int
	}{
		{"RPCBIND rpcbind 5 0", "PROG_MISMATCH", 1},
		{"RPCBIND rpcbind 2 99", "PROC_UNAVAIL", 1},
		{"RPCBIND 77777 1 0", "PROG_UNAVAIL", 1},
		{"RPCBIND rpcbind 3 GETADDR 00000000", "GARBAGE_ARGS", 1},
		{"-proto udp -timeo 300ms 127.0.0.1:9 nfs 3 0", "ETIMEDOUT", 1},
		{"127.0.0.1:1 nfs 3 0", "ECONNREFUSED", 1},
		{"-proto unix /nowhere nfs 3 0", "ENOENT", 1},
		{"-proto sctp 127.0.0.1 nfs 3 0", "-proto", 2},
		{"127.0.0.1:x nfs 3 0", "ADDR", 2},
		{"127.0.0.1:1 nfss 3 0", "PROGRAM", 2},
		{"127.0.0.1:1 nfs three 0", "VERSION", 2},
		{"127.0.0.1:1 nfs 3 GETATTRS", "PROC", 2},
		{"127.0.0.1:1 nfs 3 0 00zz", "ARGS", 2},
		{"127.0.0.1:1 nfs 3 0 000000", "ARGS", 2},
		{"-cred gss 127.0.0.1:1 nfs 3 0", "-cred", 2},
		{"127.0.0.1:1 nfs 4.1 WRITE /x", "expected READ /PATH", 2},
		{"127.0.0.1:1 nfs 4.1 READ x", "expected READ /PATH", 2},
		{"127.0.0.1:1 nfs 4.2 READ /x", "VERSION", 2},
		{"-proto udp 127.0.0.1:1 nfs 4.1 READ /x", "goes over tcp", 2},
		{"127.0.0.1:1 nfs", "expected ADDR PROGRAM VERSION PROC", 2},
	} {
		args := strings.Fields(strings.ReplaceAll(c.args, "RPCBIND", ports["rpcbind"]))
		status, out, errs := rpctrace("", append([]string{"call"}, args...)...)
		require.Equal(t, c.status, status, "%s: %s", c.args, errs)
		require.Empty(t, out)
		require.Contains(t, errs, c.want)
		require.Equal(t, 1, strings.Count(errs, "\n"), errs)
	}
}

func TestServeRefusesWhatItCannotDo(t *testing.T) {
	for _, args := range []string{"-addr nowhere", "-programs nfs,ftp", "-nfs-port 70000", "-threads 0", "-file x=1", "-socket x", "-conns 0", "-idle -1s", "-record -1s", "more"} {
		status, _, errs := rpctrace("", append([]string{"serve"}, strings.Fields(args)...)...)
		require.Equal(t, 2, status, args)
		require.NotEmpty(t, errs)
	}
}

func TestACallOnARealSocketCanBeCaptured(t *testing.T) {
	file := filepath.Join(t.TempDir(), "call.pcapng")
	var out, errs bytes.Buffer
	require.Equal(t, 1, command([]string{"call", "-pcap", file, "127.0.0.1:1", "nfs", "3", "NULL"}, nil, &out, &errs), "nobody listens there")
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "\x0a\x0d\x0d\x0a", string(b[:4]))
	packets := bytes.Count(b, []byte{2, 0x53, 127, 0, 0, 1, 2, 0x53, 127, 0, 0, 1, 8, 0})
	require.Equal(t, 2, packets, "SYN and RST")
	require.Equal(t, 2, command([]string{"call", "-pcap", "/nowhere/x", "127.0.0.1:1", "nfs", "3", "NULL"}, nil, &out, &errs))
	require.Contains(t, errs.String(), "call: open /nowhere/x: no such file or directory")
}
