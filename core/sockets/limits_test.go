//go:build linux

package sockets

import (
	"encoding/binary"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	virtual "sunscope/core/time"
)

// notices are what a server said of the connections that it closed.
type notices chan string

func (n notices) hear(line string) { n <- line }

// limited is a server with short time-outs.
func limited(t *testing.T, opt Options) (*running, notices, net.Conn) {
	said := make(notices, 100)
	opt.Role, opt.Notice = "server", said.hear
	server := run(t, opt)
	addr, _ := server.serve(1, echo())
	return server, said, dial(t, addr)
}

const short = 100 * virtual.Millisecond

// answered sends a call and reads its answer.
func answered(t *testing.T, conn net.Conn) {
	t.Helper()
	_, err := conn.Write(fragments(callMessage(1, procEcho, nil), 100))
	require.NoError(t, err)
	readRecord(t, conn)
}

// over asserts that the server has closed the connection, and what it said of it.
func over(t *testing.T, conn net.Conn, said notices, why string) {
	t.Helper()
	_, err := record(conn)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "timeout")
	line := within(t, said)
	require.Equal(t, "connection from "+conn.LocalAddr().String()+" closed: "+why, line)
}

func TestAnIdleConnectionIsClosed(t *testing.T) {
	_, said, conn := limited(t, Options{IdleTimeout: short})
	answered(t, conn)
	over(t, conn, said, "it was idle for 100ms")
}

func TestAConnectionWithCallsIsNotIdle(t *testing.T) {
	_, said, conn := limited(t, Options{IdleTimeout: 5 * short})
	for began := time.Now(); time.Since(began) < time.Second; time.Sleep(20 * time.Millisecond) {
		answered(t, conn)
	}
	require.Empty(t, said)
}

func TestWithoutATimeOutNobodyIsClosed(t *testing.T) {
	_, said, conn := limited(t, Options{IdleTimeout: -1, RecordTimeout: -1})
	_, err := conn.Write([]byte{0x80, 0})
	require.NoError(t, err)
	time.Sleep(300 * time.Millisecond)
	_, err = conn.Write([]byte{0, 4})
	require.NoError(t, err)
	require.Empty(t, said)
}

func TestARecordThatTricklesInIsGivenUpHoweverBusyItsSenderIs(t *testing.T) {
	_, said, conn := limited(t, Options{RecordTimeout: short})
	answered(t, conn)
	whole := fragments(callMessage(2, procEcho, make([]byte, 4000)), 5000)
	go func() {
		for i := range whole {
			if _, err := conn.Write(whole[i : i+1]); err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	over(t, conn, said, "a record was not whole after 100ms")
}

func TestManyRecordsMayTakeLongerThanOne(t *testing.T) {
	_, said, conn := limited(t, Options{RecordTimeout: 5 * short})
	whole := fragments(callMessage(2, procEcho, make([]byte, 400)), 5000)
	for range 60 { // for a second in all, and whenever somebody looks a record is half
		_, err := conn.Write(whole[:200])
		require.NoError(t, err)
		time.Sleep(16 * time.Millisecond)
		_, err = conn.Write(whole[200:])
		require.NoError(t, err)
		readRecord(t, conn)
	}
	require.Empty(t, said)
}

func TestHalfAMarkerIsARecordToo(t *testing.T) {
	_, said, conn := limited(t, Options{RecordTimeout: short})
	_, err := conn.Write([]byte{0x80, 0})
	require.NoError(t, err)
	over(t, conn, said, "a record was not whole after 100ms")
}

func TestAClientThatReadsNothingIsGivenUp(t *testing.T) {
	_, said, conn := limited(t, Options{RecordTimeout: 2 * short})
	call := fragments(callMessage(3, procEcho, make([]byte, 1<<16)), 1<<20)
	for {
		if _, err := conn.Write(call); err != nil {
			break
		}
	}
	line := within(t, said)
	require.True(t, strings.HasSuffix(line, "its client took nothing of the replies for 200ms"), line)
}

func TestARecordOfTooManyFragmentsEndsItsConnectionOnly(t *testing.T) {
	server := run(t, Options{Role: "server"})
	addr, _ := server.serve(1, echo())
	good, bad, empty := dial(t, addr), dial(t, addr), dial(t, addr)
	answered(t, good)
	_, err := bad.Write(fragments(callMessage(2, procEcho, make([]byte, rpcmsg.MaxFragments)), 1))
	require.NoError(t, err)
	_, err = record(bad)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "timeout")
	none := make([]byte, rpcmsg.MarkerLen*1000)
	_, err = empty.Write(append(binary.BigEndian.AppendUint32(nil, 8), callMessage(2, procEcho, nil)[:8]...))
	for err == nil { // the fragments go on as long as anybody listens
		_, err = empty.Write(none)
	}
	require.NotContains(t, err.Error(), "timeout")
	answered(t, good)
}

func TestBeyondTheLimitTheOldestOfTheConnectionsIsToldOf(t *testing.T) {
	server, said, first := limited(t, Options{MaxConns: 2})
	answered(t, first)
	addr := first.RemoteAddr().String()
	for range 2 {
		conn, err := net.Dial("tcp", addr)
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
		answered(t, conn)
	}
	over(t, first, said, "it was the oldest of 2 connections, and another has come")
	server.in(func() { require.Equal(t, 2, server.conns.n) })
}
