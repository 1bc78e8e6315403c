//go:build linux

package peers

import (
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// vector is a message to a server, and what came of it.
type vector struct {
	Server, Victim           string
	Name, Transport, Outcome string
	Request, Reply           hexBytes
	Must                     string
}

type hexBytes []byte

// UnmarshalText implements encoding.TextUnmarshaler. Three dots at the end stand for zeros up to the end of the record.
func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	digits, abridged := strings.CutSuffix(string(text), "...")
	*h, err = hex.DecodeString(digits)
	if abridged && err == nil {
		n, _ := rpcmsg.Marker(*h)
		*h = append(*h, make([]byte, rpcmsg.MarkerLen+n-len(*h))...)
	}
	return err
}

func vectors(t *testing.T, name string) (all []vector) {
	f, err := os.Open("testdata/" + name + ".json.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(z).Decode(&all))
	return all
}

// silence is how long nothing must come before it counts as no answer.
const silence = 300 * time.Millisecond

// patient is how long something is waited for that must come, however busy the computer is.
const patient = 20 * time.Second

// say sends a message to a server on that port, and hears what comes back: a reply with want's length at most, or how
// the conversation ended: "closed" or "timeout".
func say(t *testing.T, v *vector, at wire.Addr, want int, patience time.Duration) (reply []byte, outcome string) {
	t.Helper()
	conn, err := net.Dial(v.Transport, at.String())
	require.NoError(t, err)
	defer conn.Close()
	if _, err := conn.Write(v.Request); err != nil && !errors.Is(err, syscall.EPIPE) { // closed before all of it was sent
		require.ErrorIs(t, err, syscall.ECONNRESET)
	}
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	buf := make([]byte, 1<<16)
	n := 0
	if v.Transport == "udp" {
		n, err = conn.Read(buf)
	} else {
		n, err = readRecords(conn, buf, want)
	}
	switch {
	case n > 0:
		return buf[:n], "reply"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, "timeout"
	}
	return nil, "closed"
}

// readRecords reads one record, and what follows soon, until it is as long as the records that are wanted.
func readRecords(conn net.Conn, buf []byte, want int) (n int, err error) {
	if n, err = io.ReadAtLeast(conn, buf, rpcmsg.MarkerLen); err != nil {
		return n, err
	}
	length, _ := rpcmsg.Marker(buf)
	if first := rpcmsg.MarkerLen + length; n < first && first <= len(buf) {
		m, err := io.ReadAtLeast(conn, buf[n:], first-n)
		if n += m; err != nil {
			return n, err
		}
	}
	if n < want {
		if err := conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return n, err
		}
		m, _ := io.ReadAtLeast(conn, buf[n:], want-n) // there may be no more
		n += m
	}
	return n, nil
}

// describe is a reply in a few words.
func describe(reply []byte, transport, outcome string) string {
	if outcome != "reply" {
		return strings.Replace(outcome, "reset", "closed", 1)
	}
	if transport == "tcp" {
		if len(reply) < 4 {
			return "not a record"
		}
		reply = reply[4:]
	}
	h, err := rpcmsg.DecodeReply(xdr.NewDecoder(reply))
	switch {
	case err != nil:
		return err.Error()
	case h.Stat == rpcmsg.MsgDenied && h.Reject == rpcmsg.RPCMismatch:
		return "RPC_MISMATCH"
	case h.Stat == rpcmsg.MsgDenied:
		return h.AuthStat.String()
	}
	return h.Accept.String()
}
