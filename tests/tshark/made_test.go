//go:build e2e

package tshark

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/record/pcapng"
	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/xdr"
)

// maker writes a capture by hand.
type maker struct {
	*pcapng.File
	card           int
	client, server netip.AddrPort
	now            time.Duration
}

func newMaker(client, server string) *maker {
	m := &maker{File: pcapng.New("test", "made by hand"), client: netip.MustParseAddrPort(client), server: netip.MustParseAddrPort(server)}
	m.Follow()
	m.card = m.Interface("eth0", "")
	return m
}

func (m *maker) send(src, dst netip.AddrPort, kind string, b []byte) {
	m.now += time.Millisecond
	p := m.Send(src, dst, kind, b, m.now, false)
	m.Arrive(p)
	m.Capture(m.card, p, m.now, src == m.client, nil)
}

// call and answer send bytes of a connection in either direction.
func (m *maker) call(b []byte)   { m.send(m.client, m.server, "DATA", b) }
func (m *maker) answer(b []byte) { m.send(m.server, m.client, "DATA", b) }

func (m *maker) connect() {
	m.send(m.client, m.server, "SYN", nil)
	m.send(m.server, m.client, "SYN-ACK", nil)
	m.send(m.client, m.server, "ACK", nil)
}

// judged asserts that tshark has no complaint and the same messages.
func (m *maker) judged(t *testing.T, messages int) {
	file := filepath.Join(t.TempDir(), "made.pcapng")
	require.NoError(t, os.WriteFile(file, m.Take(), 0o644))
	require.Len(t, m.Messages(), messages)
	require.Empty(t, Judge(file, m.Messages()))
}

// readCallOf and readReplyOf are a READ of so many bytes.
func readCallOf(xid uint32, n int) []byte {
	var e xdr.Encoder
	rpcmsg.EncodeCall(&e, &rpcmsg.CallHeader{XID: xid, Prog: 100003, Vers: 3, Proc: 6})
	e.Opaque(make([]byte, 20))
	e.Uint64(0)
	e.Uint32(uint32(n))
	return e.B
}

func readReplyOf(xid uint32, n int) []byte {
	var e xdr.Encoder
	h := rpcmsg.AcceptedReply(xid, rpcmsg.Success)
	rpcmsg.EncodeReply(&e, &h)
	e.Uint32(0)
	e.Uint32(0)
	e.Uint32(uint32(n))
	e.Uint32(0)
	e.Opaque(make([]byte, n))
	return e.B
}

// inFragments is a record of fragments of so many bytes at most.
func inFragments(msg []byte, size int) (b []byte) {
	for len(msg) > size {
		b = append(xdr.AppendWord(b, uint32(size)), msg[:size]...)
		msg = msg[size:]
	}
	return rpcmsg.AppendRecord(b, msg)
}

// families are the addresses of two hosts.
var families = map[string][2]string{
	"IPv4": {"10.0.0.2:700", "10.0.0.1:2049"}, "IPv6": {"[fd00::2]:700", "[fd00::1]:2049"},
}

func TestRecordsInFragmentsOverManySegmentsArePutTogether(t *testing.T) {
	for name, ends := range families {
		t.Run(name, func(t *testing.T) {
			m := newMaker(ends[0], ends[1])
			m.connect()
			m.call(rpcmsg.AppendRecord(nil, readCallOf(9, 4))) // tshark knows by a whole call what the connection is for
			m.answer(rpcmsg.AppendRecord(nil, readReplyOf(9, 4)))
			call := inFragments(readCallOf(1, 3000), 40)
			m.call(call[:60]) // in the second fragment
			m.call(call[60:])
			reply := inFragments(readReplyOf(1, 3000), 1000)
			m.answer(reply[:700])
			m.answer(reply[700:1400])
			m.answer(reply[1400:2800])
			m.answer(reply[2800:])
			m.send(m.client, m.server, "FIN", nil)
			m.send(m.server, m.client, "FIN", nil)
			m.judged(t, 4)
		})
	}
}

func TestManyMessagesInOneSegmentAndAnswersOutOfOrder(t *testing.T) {
	m := newMaker("10.0.0.2:700", "10.0.0.1:2049")
	m.connect()
	var calls, replies []byte
	for xid := range uint32(8) {
		calls = rpcmsg.AppendRecord(calls, readCallOf(100+xid, 4))
		replies = rpcmsg.AppendRecord(replies, readReplyOf(107-xid, 4))
	}
	m.call(calls)
	m.answer(replies)
	m.judged(t, 16)
}

func TestDatagramsLongerThanAPacketArePutTogether(t *testing.T) {
	for name, ends := range families {
		t.Run(name, func(t *testing.T) {
			m := newMaker(ends[0], ends[1])
			m.send(m.client, m.server, "DGRAM", readCallOf(1, 32768))
			m.send(m.server, m.client, "DGRAM", readReplyOf(1, 32768))
			m.judged(t, 2)
			require.Equal(t, 24, m.Packets())
		})
	}
}

// The dissector knows a call by its connection and its XID, not by its direction: this is its limit, not ours.
func TestTsharkCannotTellEqualXIDsInBothDirectionsApart(t *testing.T) {
	m := newMaker("10.0.0.2:700", "10.0.0.1:2049")
	m.connect()
	var callback xdr.Encoder
	rpcmsg.EncodeCall(&callback, &rpcmsg.CallHeader{XID: 1, Prog: 0x40000000, Vers: 1, Proc: 0})
	m.call(rpcmsg.AppendRecord(nil, readCallOf(1, 4)))
	m.answer(rpcmsg.AppendRecord(nil, callback.B))
	m.answer(rpcmsg.AppendRecord(nil, readReplyOf(1, 4)))
	file := filepath.Join(t.TempDir(), "made.pcapng")
	require.NoError(t, os.WriteFile(file, m.Take(), 0o644))
	require.EqualValues(t, 100003, m.Messages()[2].Prog)
	require.NotEmpty(t, Judge(file, m.Messages()))
}
