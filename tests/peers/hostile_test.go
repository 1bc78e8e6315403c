//go:build linux

package peers

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcbind"
	"sunscope/core/wire"
)

// hostile are the messages that do harm, for servers or for clients.
func hostile(t *testing.T, victim string) (all []vector) {
	for _, v := range vectors(t, "hostile") {
		if v.Victim == victim {
			all = append(all, v)
		}
	}
	return all
}

// waiting are the messages after which a server may wait for more, or keeps silent.
var waiting = []string{
	"rm-len-max-plus-1", // of others: our records may have 4 KiB more than a mebibyte
	"rm-sum-over-cap", "rm-never-last", "rm-partial-header", "rm-partial-payload", "reply-", "mtype-2",
}

// heap is how many bytes live in this program.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// allocated is how many bytes this program has ever allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func TestHostileMessagesGetAnErrorOrAClosedConnection(t *testing.T) {
	all := hostile(t, "server")
	require.GreaterOrEqual(t, len(all), 56)
	s := serve(t, 4, rpcbindLike(t, vectors(t, "rpcbind"))...)
	for i := range all {
		v := &all[i]
		mayWait := v.Transport == "udp" || slices.ContainsFunc(waiting, func(p string) bool { return strings.HasPrefix(v.Name, p) })
		before, patience := allocated(), patient
		if mayWait {
			patience = silence
		}
		reply, outcome := say(t, v, s.addr, 24, patience)
		got := describe(reply, v.Transport, outcome)
		require.True(t, outcome == "reply" || outcome == "closed" || mayWait, "%s over %s: %s; %s", v.Name, v.Transport, got, v.Must)
		require.NotContains(t, got, "expected", "%s over %s: the reply must make sense", v.Name, v.Transport)
		require.Less(t, allocated()-before, uint64(1<<20), "%s over %s costs memory", v.Name, v.Transport)
		s.alive(t, rpcbind.Program, 2)
	}
}

func TestAServerAnswersUnderAThousandIdleAndAHundredHostileConnections(t *testing.T) {
	s := serve(t, 4, append(rpcbindLike(t, vectors(t, "rpcbind")), peer(1, 4))...)
	before := heap()
	idle := make([]net.Conn, 1000)
	for i := range idle {
		idle[i] = dial(t, s.addr)
	}
	messages := hostile(t, "server")
	messages = slices.DeleteFunc(messages, func(v vector) bool { return v.Transport != "tcp" })
	stop := make(chan struct{})
	for i := range 50 {
		go harass(s.addr, messages[i%len(messages)].Request, stop)
		go demand(s.addr, stop)
	}
	time.Sleep(200 * time.Millisecond)
	slowest := time.Duration(0)
	for range 20 {
		began := time.Now()
		s.alive(t, rpcbind.Program, 4)
		slowest = max(slowest, time.Since(began))
		time.Sleep(20 * time.Millisecond)
	}
	grown := int64(heap()) - int64(before)
	t.Logf("%d KiB for 1,100 connections; the slowest of 20 pairs of calls took %v", grown>>10, slowest)
	require.Less(t, slowest, 10*time.Second)
	require.Less(t, grown, int64(100<<20))
	close(stop)
	_, err := idle[500].Write([]byte{0x80, 0, 0, 4})
	require.NoError(t, err, "an idle connection is left alone")
}

// harass sends a message over and over, on one connection after another.
func harass(to wire.Addr, msg []byte, stop chan struct{}) {
	for {
		conn, err := net.Dial("tcp", to.String())
		if err != nil {
			return
		}
		conn.Write(msg)
		conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		io.Copy(io.Discard, conn)
		conn.Close()
		select {
		case <-stop:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// demand asks for long answers as fast as it can and never reads one.
func demand(to wire.Addr, stop chan struct{}) {
	conn, err := net.Dial("tcp", to.String())
	if err != nil {
		return
	}
	defer conn.Close()
	msg := echoCall(1 << 16)
	for {
		conn.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
		if _, err := conn.Write(msg); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) || err != nil && broken(err) {
			return
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}

func broken(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

func dial(t *testing.T, to wire.Addr) net.Conn {
	conn, err := net.Dial("tcp", to.String())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}
