//go:build linux && e2e

package peers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sunrpc"
)

// startDelegating runs nfs-ganesha so that it grants delegations; see testdata/delegations.c.
func startDelegating(t *testing.T) (export string) {
	version := strings.TrimSpace(output(t, "dpkg-query", "-W", "-f", "${Version}", "nfs-ganesha"))
	require.Equal(t, "4.3-2", version, "testdata/delegations.c knows this version's tables only")
	lib := filepath.Join(t.TempDir(), "delegations.so")
	output(t, "gcc", "-Wall", "-O1", "-shared", "-fPIC", "-o", lib, "testdata/delegations.c", "-ldl")
	return startGanesha4(t, "LD_PRELOAD="+lib)
}

// calledBack is a client that answers callbacks.
func calledBack(t *testing.T, name string) *nfs4Client {
	c := newNFS4(t)
	c.net.NodeName = name
	c.net.AnswerCallbacks(func(comm string) *sunrpc.Thread { return c.Threads(comm, 1)[0] })
	return c
}

func TestGaneshaRecallsADelegationOnTheBackChannelAndGetsItBack(t *testing.T) { recalled(t, 1) }

func TestGaneshaRecallsADelegationOverItsOwnConnectionInNFSv40(t *testing.T) { recalled(t, 0) }

// recalled: one client reads under a delegation until another one wants to write.
func recalled(t *testing.T, minor uint32) {
	export := startDelegating(t)
	require.NoError(t, os.WriteFile(filepath.Join(export, "file"), []byte("what everybody reads"), 0o644))
	reader, writer := calledBack(t, "reader"), calledBack(t, "writer")
	m := reader.mount(minor, at(20490))
	dir := reader.lookup(m, m.Root, "export")
	f, status := reader.open(m, dir, "file", client.How{Access: nfs4.ShareRead})
	require.Zero(t, status)
	if minor == 0 { // nobody gets a delegation with an open that must be confirmed first
		reader.close(f)
		f, status = reader.open(m, dir, "file", client.How{Access: nfs4.ShareRead})
		require.Zero(t, status)
	}
	var held, later int
	reader.in(func() { held = len(m.Delegations()) })
	require.Equal(t, 1, held, "the reader has a delegation")
	reader.close(f)

	w := writer.mount(minor, at(20490))
	began := time.Now()
	g, status := writer.open(w, writer.lookup(w, w.Root, "export"), "file", client.How{Access: nfs4.ShareWrite})
	require.Zero(t, status, "the file is opened for writing when the reader has given it back")
	require.Less(t, time.Since(began), 5*time.Second)
	reader.in(func() { later = len(m.Delegations()) })
	require.Zero(t, later)
	writer.close(g)
	writer.umount(w)
	reader.umount(m)

	trace := reader.end()
	file := filepath.Join(t.TempDir(), "trace.txt")
	require.NoError(t, os.WriteFile(file, []byte(trace), 0o644))
	checked(t, file)
	says(t, trace, "nfs4_cb_recall: error=0 (OK)")
	says(t, trace, " nfsv4 DELEGRETURN (async)")
	if minor > 0 {
		says(t, trace, "nfs4_cb_sequence: error=0 (OK)")
		says(t, trace, "action=call_bc_transmit_status")
	} else {
		says(t, trace, "svc_process: addr=") // Ganesha has called over a connection that it made
	}
}

// TestBothEndsOfNFSv41AreOursOverRealSockets: as Ganesha does, so does our server; and a connection that it calls back over
// is not idle, however little goes over it.
func TestBothEndsOfNFSv41AreOursOverRealSockets(t *testing.T) {
	serveAll(t, "-programs", "nfs4", "-file", "/export/file=5000", "-idle", "300ms")
	reader, writer := calledBack(t, "reader"), calledBack(t, "writer")
	m := reader.mount(1, at(20049))
	f, status := reader.open(m, reader.lookup(m, m.Root, "export"), "file", client.How{Access: nfs4.ShareRead})
	require.Zero(t, status)
	var before int
	reader.in(func() { before = len(m.Delegations()) })
	require.Equal(t, 1, before)
	time.Sleep(time.Second)
	w := writer.mount(1, at(20049))
	g, status := writer.open(w, writer.lookup(w, w.Root, "export"), "file", client.How{Access: nfs4.ShareWrite})
	require.Zero(t, status)
	writer.close(g)
	reader.close(f)
	writer.umount(w)
	reader.umount(m)
	trace := reader.end()
	says(t, trace, "nfs4_cb_recall: error=0 (OK)")
	require.Equal(t, 1, strings.Count(trace, "rpc_socket_connect: "), "one connection was enough")
}

// says asserts that a trace holds a text, without printing the trace if it does not.
func says(t *testing.T, trace, text string) {
	t.Helper()
	require.True(t, strings.Contains(trace, text), "no %q in the trace", text)
}
