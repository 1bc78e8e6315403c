//go:build e2e && linux

package native

import (
	"compress/gzip"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// nfsServer is an NFSv3 server on a port of the system's choice.
func nfsServer(t *testing.T) string {
	h, err := sockets.New(sockets.Options{Role: "server"})
	require.NoError(t, err)
	_, errno := h.Kernel().Serve([]*sunrpc.Service{nfs.Service(nfs.NewFS())}, 0, h.Threads("nfsd", 2))
	require.Equal(t, wire.OK, errno)
	addr, _ := h.Listening(wire.Addr{Host: "127.0.0.1"})
	done := make(chan error, 1)
	go func() { done <- h.Run() }()
	t.Cleanup(func() {
		h.Stop()
		require.NoError(t, <-done)
		h.Close()
	})
	return addr.String()
}

var timeline = image.Rect(430, 680, 1430, 890)

func TestCallsToARealServerAreFollowedWhileTheyAreMade(t *testing.T) {
	v := start(t, "-size", "1440x900", "-every", "500ms", "-at-once", "4", "-live", nfsServer(t))
	one := v.picture("live one")
	time.Sleep(2 * time.Second)
	two := v.picture("live two")
	require.True(t, differs(t, one, two, timeline), "the timeline goes on")

	v.keys("space", "Left", "Left", "Left", "Left", "Left", "Left", "Left", "Left")
	time.Sleep(time.Second) // what glides arrives
	paused := v.picture("live paused")
	time.Sleep(time.Second)
	still := v.picture("live paused still")
	require.False(t, differs(t, paused, still, image.Rect(20, 100, 700, 460)), "paused, it stays where it is")
	require.True(t, differs(t, paused, still, scrub) || differs(t, paused, still, image.Rect(1300, 34, 1440, 76)), "but the run grows")

	v.click(900, 55) // the middle of the scrub bar
	require.True(t, differs(t, paused, v.picture("live scrubbed back"), timeline))
	v.keys("End")
	newest := v.picture("live followed again")
	time.Sleep(2 * time.Second)
	require.True(t, differs(t, newest, v.picture("live followed on"), timeline))
	require.Empty(t, v.stderr.String())
}

func TestAPipeIsShownAsItComes(t *testing.T) {
	f, err := os.Open(filepath.Join(root, "tests/recordings/06-slot-contention/trace.txt.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(text), "\n")
	from, to := io.Pipe()
	v := startWith(t, from, "-size", "1440x900", "-open", "-")
	_, err = io.WriteString(to, strings.Join(lines[:300], ""))
	require.NoError(t, err)
	time.Sleep(2 * time.Second)
	one := v.picture("pipe one")
	_, err = io.WriteString(to, strings.Join(lines[300:900], ""))
	require.NoError(t, err)
	time.Sleep(2 * time.Second)
	require.True(t, differs(t, one, v.picture("pipe two"), picture))
	require.NoError(t, to.Close())
	time.Sleep(time.Second)
	require.Empty(t, v.stderr.String())
}

func TestAServerThatIsNotThereIsOneLine(t *testing.T) {
	v := start(t, "-live", "127.0.0.1:1")
	require.Eventually(t, func() bool { return v.stderr.Len() > 0 }, 20*time.Second, 100*time.Millisecond)
	require.Equal(t, 1, strings.Count(v.stderr.String(), "\n"), v.stderr.String())
	require.Contains(t, v.stderr.String(), "127.0.0.1:1")
}
