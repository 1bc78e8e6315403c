package pcapng

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

var (
	client  = netip.MustParseAddrPort("10.0.0.2:700")
	server  = netip.MustParseAddrPort("10.0.0.1:2049")
	client6 = netip.MustParseAddrPort("[fd00::2]:700")
	server6 = netip.MustParseAddrPort("[fd00::1]:2049")
)

// blocks takes a file apart, as far as its lengths tell.
func blocks(t *testing.T, b []byte) (kinds []uint32, bodies [][]byte) {
	for len(b) > 0 {
		size := binary.LittleEndian.Uint32(b[4:])
		require.Zero(t, size%4)
		require.Equal(t, size, binary.LittleEndian.Uint32(b[size-4:]), "a block has its length at both ends")
		kinds, bodies = append(kinds, binary.LittleEndian.Uint32(b)), append(bodies, b[8:size-4])
		b = b[size:]
	}
	return kinds, bodies
}

// captured are the frames in a file.
func captured(t *testing.T, f *File) (all [][]byte) {
	kinds, bodies := blocks(t, f.Take())
	for i, kind := range kinds {
		if kind == blockPacket {
			all = append(all, bodies[i][20:][:binary.LittleEndian.Uint32(bodies[i][12:])])
		}
	}
	return all
}

func exchange(f *File, card int, src, dst netip.AddrPort, kind string, payload []byte) *Packet {
	p := f.Send(src, dst, kind, payload, 0, false)
	f.Arrive(p)
	f.Capture(card, p, 0, true, nil)
	return p
}

func connect(f *File, card int, c, s netip.AddrPort) {
	exchange(f, card, c, s, "SYN", nil)
	exchange(f, card, s, c, "SYN-ACK", nil)
	exchange(f, card, c, s, "ACK", nil)
}

func TestChecksumsAddUp(t *testing.T) {
	for _, ends := range [][2]netip.AddrPort{{client, server}, {client6, server6}} {
		f := New("test", "")
		card := f.Interface("eth0", "")
		connect(f, card, ends[0], ends[1])
		exchange(f, card, ends[0], ends[1], "DATA", []byte("odd"))
		exchange(f, card, ends[0], ends[1], "DGRAM", []byte("odd"))
		for _, b := range captured(t, f) {
			header, proto := b[14:34], b[14+9]
			src, dst := ends[0].Addr(), ends[1].Addr()
			if src.Is4() {
				require.Equal(t, uint16(0xffff), fold(sum(0, header)))
			} else {
				header, proto = b[14:54], b[14+6]
			}
			require.Equal(t, uint16(0xffff), fold(pseudo(src, dst, proto, b[14+len(header):])))
		}
	}
}

func TestEachEndAcknowledgesWhatItHasReceived(t *testing.T) {
	f := New("test", "")
	connect(f, f.Interface("eth0", ""), client, server)
	a := f.Send(client, server, "DATA", make([]byte, 100), 0, false)
	early := f.Send(server, client, "DATA", make([]byte, 10), 0, false)
	require.Equal(t, a.tcp.seq, early.tcp.ack, "a is still under way")
	f.Arrive(a)
	late := f.Send(server, client, "FIN", nil, 0, false)
	require.Equal(t, a.tcp.seq+100, late.tcp.ack)
	require.Equal(t, early.tcp.seq+10, late.tcp.seq)
}

func TestALostSegmentIsSentAgainWithItsNumber(t *testing.T) {
	f := New("test", "")
	connect(f, f.Interface("eth0", ""), client, server)
	a := f.Send(client, server, "DATA", []byte("lost"), 0, false)
	b := f.Send(client, server, "DATA", []byte("lost"), 200*time.Millisecond, true)
	c := f.Send(client, server, "DATA", []byte("next"), 200*time.Millisecond, false)
	require.Equal(t, a.tcp.seq, b.tcp.seq)
	require.Equal(t, a.tcp.seq+4, c.tcp.seq)
}

func TestALongDatagramGoesInFragments(t *testing.T) {
	for _, ends := range [][2]netip.AddrPort{{client, server}, {client6, server6}} {
		f := New("test", "")
		exchange(f, f.Interface("eth0", ""), ends[0], ends[1], "DGRAM", make([]byte, 4000))
		all := captured(t, f)
		require.Len(t, all, 3)
		require.Equal(t, 3, f.Packets())
		for i, b := range all {
			require.LessOrEqual(t, len(b), 14+MTU)
			if ends[0].Addr().Is4() {
				require.Equal(t, i < 2, b[14+6]&0x20 != 0, "more fragments")
			} else {
				require.EqualValues(t, 44, b[14+6])
				require.Equal(t, i < 2, b[14+40+3]&1 != 0)
			}
		}
	}
}

func ask(xid, prog, proc uint32) []byte {
	var e xdr.Encoder
	rpcmsg.EncodeCall(&e, &rpcmsg.CallHeader{XID: xid, Prog: prog, Vers: 3, Proc: proc})
	return rpcmsg.AppendRecord(nil, e.B)
}

func reply(xid uint32, status uint32) []byte {
	var e xdr.Encoder
	h := rpcmsg.AcceptedReply(xid, rpcmsg.Success)
	rpcmsg.EncodeReply(&e, &h)
	e.Uint32(status)
	return rpcmsg.AppendRecord(nil, e.B)
}

func TestARepliesStatusIsReadByWhatItsCallAsks(t *testing.T) {
	f := New("test", "")
	f.Follow()
	card := f.Interface("eth0", "")
	connect(f, card, client, server)
	msg := ask(7, progNFS, 1)
	exchange(f, card, client, server, "DATA", msg[:10])
	exchange(f, card, client, server, "DATA", append(msg[10:], ask(8, progNFS, 0)...))
	exchange(f, card, server, client, "DATA", append(reply(8, 70), reply(7, 70)...))
	all := f.Messages()
	require.Len(t, all, 4)
	require.Equal(t, []int{5, 5, 6, 6}, []int{all[0].Frame, all[1].Frame, all[2].Frame, all[3].Frame})
	require.Equal(t, 6, all[0].Peer)
	require.Equal(t, 5, all[3].Peer)
	require.EqualValues(t, None, all[2].Status, "NULL has no status")
	require.EqualValues(t, 70, all[3].Status)
}

func TestEqualXIDsInBothDirectionsAreTwoExchanges(t *testing.T) {
	f := New("test", "")
	f.Follow()
	card := f.Interface("eth0", "")
	connect(f, card, client, server)
	exchange(f, card, client, server, "DATA", ask(1, progNFS, 1))
	exchange(f, card, server, client, "DATA", ask(1, progCallback, 0))
	exchange(f, card, client, server, "DATA", reply(1, 0))
	exchange(f, card, server, client, "DATA", reply(1, 5))
	all := f.Messages()
	require.Len(t, all, 4)
	require.EqualValues(t, progCallback, all[2].Prog)
	require.EqualValues(t, progNFS, all[3].Prog)
	require.EqualValues(t, 5, all[3].Status)
}

func TestWhatIsSentAgainIsReadOnce(t *testing.T) {
	f := New("test", "")
	f.Follow()
	card := f.Interface("eth0", "")
	connect(f, card, client, server)
	msg := ask(7, progNFS, 1)
	for _, again := range []bool{false, true} {
		f.Capture(card, f.Send(client, server, "DATA", msg, 0, again), 0, true, nil)
	}
	require.Len(t, f.Messages(), 1)
}

func TestAKernelsRecordingIsNoCapture(t *testing.T) {
	_, err := Write(&trace.Log{}, AtClients, "")
	require.ErrorContains(t, err, "only events of a simulation carry bytes")
}

func TestAHostThatIsNotThereIsNamedWithThoseThatAre(t *testing.T) {
	l := &trace.Log{}
	e := trace.Event{Kind: trace.Host}
	e.F[0], e.F[1], e.F[4] = int64(l.Str("nfs-client")), int64(l.Str("10.0.0.2")), int64(l.Str("client"))
	l.Append(&e)
	_, err := Write(l, "nfs-sever", "")
	require.ErrorContains(t, err, `no host "nfs-sever"; there are nfs-client`)
}

func TestNoRecordMarkIsCutInTwoWhereverTheBytesCome(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var stream []byte
		marks := map[int]bool{} // places inside of a mark
		for range rapid.IntRange(1, 8).Draw(r, "records") {
			for i := 1; i < rpcmsg.MarkerLen; i++ {
				marks[len(stream)+i] = true
			}
			stream = rpcmsg.AppendRecord(stream, make([]byte, rapid.IntRange(0, 4000).Draw(r, "length")))
		}
		f := New("test", "")
		card := f.Interface("eth0", "")
		for rest := stream; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(r, "bytes")
			f.Pass(card, client, server, "DATA", rest[:n], 0, true)
			rest = rest[n:]
		}
		f.Pass(card, client, server, "FIN", nil, 0, true)
		var seen []byte
		for _, b := range captured(t, f) {
			require.False(t, marks[len(seen)], "a segment begins in a mark, at byte %d", len(seen))
			segment := b[14+20:]
			seen = append(seen, segment[segment[12]>>4*4:]...)
			require.LessOrEqual(t, len(b), 14+MTU)
		}
		require.Equal(t, stream, seen)
	})
}
