package rpcmsg

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fragment is one fragment on the wire.
func fragment(last bool, b []byte) []byte {
	v := uint32(len(b))
	if last {
		v |= LastFragment
	}
	return append(binary.BigEndian.AppendUint32(nil, v), b...)
}

// collect feeds a stream in pieces and returns copies of all records.
func collect(t require.TestingT, r *Records, pieces ...[]byte) (records [][]byte) {
	for _, p := range pieces {
		for {
			msg, err := r.Next(&p)
			require.NoError(t, err)
			if msg == nil {
				require.Empty(t, p)
				break
			}
			records = append(records, append([]byte{}, msg...))
		}
	}
	return records
}

func drawStream(t *rapid.T) (stream []byte, records [][]byte) {
	for range rapid.IntRange(0, 5).Draw(t, "records") {
		rec := []byte{}
		n := rapid.IntRange(1, 5).Draw(t, "fragments")
		for i := range n {
			b := rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "fragment")
			rec = append(rec, b...)
			stream = append(stream, fragment(i == n-1, b)...)
		}
		records = append(records, rec)
	}
	return stream, records
}

func cut(t *rapid.T, stream []byte) (pieces [][]byte) {
	for len(stream) > 0 {
		n := rapid.IntRange(1, len(stream)).Draw(t, "piece")
		pieces = append(pieces, stream[:n])
		stream = stream[n:]
	}
	return pieces
}

func TestAnySplitOfAStreamGivesTheSameRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stream, records := drawStream(t)
		require.Equal(t, records, collect(t, new(Records), cut(t, stream)...))
		require.Equal(t, records, collect(t, new(Records), stream))
		var bytes [][]byte
		for i := range stream {
			bytes = append(bytes, stream[i:i+1])
		}
		require.Equal(t, records, collect(t, new(Records), bytes...))
	})
}

func TestTheDemultiplexerStopsOnceXIDAndDirectionAreKnown(t *testing.T) {
	rec := AppendRecord(nil, unhex(t, "24b3a6be"+"00000001"+"0000000000000000"))
	var r Records
	n, what, err := r.Feed(rec[:3])
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, More, what)
	require.Equal(t, Recv{Offset: 3}, r.Recv)

	n, what, err = r.Feed(rec[3:10])
	require.NoError(t, err)
	require.Equal(t, 7, n)
	require.Equal(t, More, what)
	require.Equal(t, Recv{FragHdr: 0x80000010, Offset: 10}, r.Recv, "the header is not whole yet")

	n, what, err = r.Feed(rec[10:])
	require.NoError(t, err)
	require.Equal(t, 2, n, "nothing behind the direction is taken before somebody has looked at it")
	require.Equal(t, Header, what)
	require.Equal(t, Recv{0x80000010, 0x24b3a6be, Reply, 8, 16, 8}, r.Recv)

	n, what, err = r.Feed(rec[12:])
	require.NoError(t, err)
	require.Equal(t, 8, n)
	require.Equal(t, Record, what)
	require.Equal(t, Recv{0x80000010, 0x24b3a6be, Reply, 16, 16, 16}, r.Recv)
	require.Equal(t, rec[4:], r.Data())
}

// What the kernel's xs_stream_read_request shows of a reply that nobody waits for: copied=18446744073709551615 (-1),
// reclen and offset as of any other.
func TestASkippedRecordIsReadAndNotKept(t *testing.T) {
	var r Records
	rec := AppendRecord(nil, make([]byte, 80))
	n, what, err := r.Feed(rec)
	require.NoError(t, err)
	require.Equal(t, Header, what)
	r.Skip()
	m, what, err := r.Feed(rec[n:])
	require.NoError(t, err)
	require.Equal(t, Record, what)
	require.Equal(t, len(rec), n+m)
	require.Equal(t, Recv{0x80000050, 0, NoDir, 80, 80, -1}, r.Recv)
	require.Empty(t, r.Data())
	require.True(t, r.Truncated())
	next := collect(t, &r, AppendRecord(nil, []byte("the next one")))
	require.Equal(t, [][]byte{[]byte("the next one")}, next)
	require.False(t, r.Truncated())
}

func TestALimitedRecordKeepsWhatFits(t *testing.T) {
	var r Records
	msg := []byte("0123456789abcdef")
	rec := AppendRecord(nil, msg)
	n, _, err := r.Feed(rec)
	require.NoError(t, err)
	r.Limit(12)
	_, what, err := r.Feed(rec[n:])
	require.NoError(t, err)
	require.Equal(t, Record, what)
	require.Equal(t, msg[:12], r.Data())
	require.Equal(t, 12, r.Recv.Copied)
	require.Equal(t, 16, r.Recv.Offset)
	require.True(t, r.Truncated())
}

func TestALaterFragmentCountsOnItsOwn(t *testing.T) {
	var r Records
	first, second := fragment(false, []byte("xidxcallarg0")), fragment(true, []byte("arg1arg2"))
	_, what, _ := r.Feed(first)
	require.Equal(t, Header, what)
	_, what, err := r.Feed(first[12:])
	require.NoError(t, err)
	require.Equal(t, More, what)
	require.Equal(t, 12, r.Recv.Copied)
	require.Equal(t, 0, r.Recv.Len, "the next fragment's header comes first")
	_, what, err = r.Feed(second[:9])
	require.NoError(t, err)
	require.Equal(t, More, what)
	require.Equal(t, Recv{0x80000008, 0x78696478, 0x63616c6c, 5, 8, 17}, r.Recv)
	_, what, err = r.Feed(second[9:])
	require.NoError(t, err)
	require.Equal(t, Record, what)
	require.Equal(t, "xidxcallarg0arg1arg2", string(r.Take()))
	require.Nil(t, r.Data())
}

func TestRecordsThatWouldBeTooLongAreRefusedAtTheirMarker(t *testing.T) {
	r := Records{Max: 100}
	_, _, err := r.Feed(unhex(t, "80000065"))
	require.EqualError(t, err, "record marker 0x80000065: the record would have 101 bytes, at most 100 are accepted")

	r = Records{Max: 100}
	stream := append(fragment(false, make([]byte, 60)), unhex(t, "80000029")...)
	_, err = r.Next(&stream)
	require.EqualError(t, err, "record marker 0x80000029: the record would have 101 bytes, at most 100 are accepted")

	r = Records{}
	_, _, err = r.Feed(unhex(t, "ffffffff"))
	require.ErrorContains(t, err, "the record would have 2147483647 bytes")

	r = Records{Min: 8}
	_, _, err = r.Feed(unhex(t, "80000004"))
	require.EqualError(t, err, "record marker 0x80000004: expected a fragment of at least 8 bytes")
}

func TestAMarkerThatPromisesMuchReservesNothing(t *testing.T) {
	r := Records{Max: 1 << 30}
	allocs := testing.AllocsPerRun(100, func() {
		r = Records{Max: 1 << 30}
		_, _, err := r.Feed([]byte{0xbf, 0xff, 0xff, 0xff, 1})
		require.NoError(t, err)
	})
	require.LessOrEqual(t, allocs, 1.0)
	require.LessOrEqual(t, cap(r.buf), 64)
}

func FuzzRecords(f *testing.F) {
	for _, v := range loadVectors(f) {
		if v.Transport == "tcp" {
			f.Add(unhex(f, v.Request), uint8(7))
			f.Add(unhex(f, v.Reply), uint8(1))
		}
	}
	for _, v := range load[vectorHex](f, "fuzz-corpus.json") {
		if v.Transport == "tcp" {
			f.Add(unhex(f, v.Hex), uint8(3))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, step uint8) {
		whole, wholeErr := feed(stream, len(stream))
		parts, partsErr := feed(stream, max(int(step), 1))
		require.Equal(t, whole, parts)
		require.Equal(t, wholeErr, partsErr)
		kept := 0
		for _, r := range whole {
			kept += len(r)
		}
		require.LessOrEqual(t, kept, len(stream))
	})
}

type vectorHex struct{ Name, Transport, Hex string }

// feed hands stream over in steps of n bytes, until an error.
func feed(stream []byte, n int) (records []string, text string) {
	r := Records{Max: 1 << 16}
	for len(stream) > 0 {
		piece := stream[:min(n, len(stream))]
		stream = stream[len(piece):]
		for {
			msg, err := r.Next(&piece)
			if err != nil {
				return records, err.Error()
			}
			if msg == nil {
				break
			}
			records = append(records, string(msg))
		}
	}
	return records, ""
}
