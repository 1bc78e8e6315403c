// Package capture reads the RPC calls and replies out of packet captures (pcap files), for tests: TCP over IPv4 on
// Ethernet, segments put in order, records cut, replies matched with their calls in either direction of a connection.
package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

// flow is one direction of a TCP connection.
type flow struct {
	src, dst string // address and port as bytes
}

type segment struct {
	seq  uint32
	data []byte
}

// Exchange is a call with its reply, from XID on. Where the capture has lost packets, Reply is nil.
type Exchange struct {
	Call, Reply []byte
	Head        rpcmsg.CallHeader
}

func readCapture(t testing.TB, name string) []byte {
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(b))
		require.NoError(t, err)
		b, err = io.ReadAll(z)
		require.NoError(t, err)
	}
	return b
}

// Exchanges reads all calls and replies of the TCP connections in the file called name (compressed if that ends in .gz),
// in order of connection and stream.
func Exchanges(t testing.TB, name string) (all []*Exchange) {
	flows, order := segments(t, readCapture(t, name))
	waiting := map[flow]map[uint32]*Exchange{}
	for _, f := range order {
		waiting[f] = map[uint32]*Exchange{}
		for _, msg := range records(t, flows[f]) {
			if binary.BigEndian.Uint32(msg[4:]) != rpcmsg.Call {
				continue
			}
			x := &Exchange{Call: msg}
			var err error
			x.Head, err = rpcmsg.DecodeCall(xdr.NewDecoder(msg))
			require.NoError(t, err)
			waiting[f][x.Head.XID] = x
			all = append(all, x)
		}
	}
	for _, f := range order {
		for _, msg := range records(t, flows[f]) {
			if binary.BigEndian.Uint32(msg[4:]) == rpcmsg.Reply {
				x := waiting[flow{f.dst, f.src}][binary.BigEndian.Uint32(msg)]
				if x != nil {
					x.Reply = msg
				}
			}
		}
	}
	return all
}

// segments sorts a little-endian Ethernet capture's TCP payloads by direction.
func segments(t testing.TB, b []byte) (flows map[flow][]segment, order []flow) {
	require.EqualValues(t, 0xa1b2c3d4, binary.LittleEndian.Uint32(b))
	require.EqualValues(t, 1, binary.LittleEndian.Uint32(b[20:]), "Ethernet")
	flows = map[flow][]segment{}
	for b = b[24:]; len(b) > 0; {
		n := binary.LittleEndian.Uint32(b[8:])
		require.Equal(t, n, binary.LittleEndian.Uint32(b[12:]), "the packet is whole")
		f, s, ok := tcp(b[16:][:n])
		b = b[16+n:]
		if !ok {
			continue
		}
		if flows[f] == nil {
			order = append(order, f)
		}
		flows[f] = append(flows[f], s)
	}
	return flows, order
}

// tcp is the payload of an IPv4 TCP packet that has one.
func tcp(p []byte) (f flow, s segment, ok bool) {
	if len(p) < 54 || p[12] != 8 || p[13] != 0 || p[23] != 6 {
		return f, s, false
	}
	ip := p[14:]
	size := int(binary.BigEndian.Uint16(ip[2:]))
	if size == 0 { // segmentation offload of more than 64 KiB
		size = len(ip)
	}
	ip = ip[:size]
	h := ip[int(ip[0]&15)*4:]
	s = segment{binary.BigEndian.Uint32(h[4:]), h[int(h[12]>>4)*4:]}
	f = flow{string(ip[12:16]) + string(h[:2]), string(ip[16:20]) + string(h[2:4])}
	return f, s, len(s.data) > 0
}

// records puts a direction's bytes in order and cuts them. Where the capture has lost packets it goes on at the next
// segment that begins as a record does.
func records(t testing.TB, segs []segment) (all [][]byte) {
	segs = append([]segment{}, segs...)
	first := segs[0].seq
	sort.SliceStable(segs, func(i, j int) bool { return segs[i].seq-first < segs[j].seq-first })
	r := new(rpcmsg.Records)
	next, lost := first, false
	for _, s := range segs {
		skip := next - s.seq
		switch {
		case int32(skip) < 0:
			r, lost, skip = new(rpcmsg.Records), true, 0
		case int(skip) >= len(s.data):
			continue // sent again
		}
		b := s.data[skip:]
		next = s.seq + uint32(len(s.data))
		if lost && !beginsRecord(b) {
			continue
		}
		lost = false
		all = append(all, cutRecords(t, r, b)...)
	}
	return all
}

func beginsRecord(b []byte) bool {
	if len(b) < 28 {
		return false
	}
	n, last := rpcmsg.Marker(b)
	return last && n <= rpcmsg.DefaultMax && binary.BigEndian.Uint32(b[8:]) <= 1
}

func cutRecords(t testing.TB, r *rpcmsg.Records, b []byte) (all [][]byte) {
	for {
		msg, err := r.Next(&b)
		require.NoError(t, err)
		if msg == nil {
			return all
		}
		all = append(all, r.Take())
	}
}
