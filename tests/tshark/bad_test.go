//go:build e2e

package tshark

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata anew")

// mutations are what was done to testdata/good.pcapng.gz, and what the judge must say of it. at is the place in the TCP
// payload of the first packet that begins so.
var mutations = []struct {
	name, says string
	begins     []byte // of the payload, after the record mark and the XID
	at         int
	to         byte
	checksum   bool // is put right
}{
	{"checksum", "malformed: ", readCall, 30, 9, false},
	{"record-length", "only tshark has|tshark does not have|malformed", readCall, 3, 0x10, true},
	{"xid", "message ", readCall, 7, 0xff, true},
	{"direction", "message ", readCall, 11, 1, true},
	{"program", "message ", readCall, 18, 0x86 ^ 1, true},
	{"version", "message ", readCall, 23, 4, true},
	{"procedure", "message ", readCall, 27, 7, true},
	{"rpc-version", "message ", readCall, 15, 3, true},
	{"reply-xid", "message ", readReply, 5, 0xff, true},
	{"accept-state", "message ", readReply, 27, 5, true},
	{"reply-state", "message ", readReply, 15, 1, true},
	{"status", "message ", readReply, 31, 70, true},
	{"callback-operations", "malformed: ", callback, 0, 9, true},
}

var (
	readCall  = []byte{0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xa3, 0, 0, 0, 3, 0, 0, 0, 6}
	readReply = []byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
	callback  = []byte{0, 0, 0, 0, 0, 0, 0, 2, 0x40, 0, 0, 0}
)

// goodScenario is what testdata is made from.
var goodScenario = []string{"callback-pool"}

func unpack(t *testing.T, name string) []byte {
	f, err := os.Open("testdata/" + name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	b, err := io.ReadAll(z)
	require.NoError(t, err)
	return b
}

func pack(t *testing.T, name string, b []byte) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile("testdata/"+name, out.Bytes(), 0o644))
}

// verdict judges a capture of testdata by the table of the good one.
func verdict(t *testing.T, name string) []string {
	file := filepath.Join(t.TempDir(), "capture.pcapng")
	require.NoError(t, os.WriteFile(file, unpack(t, name+".pcapng.gz"), 0o644))
	table, err := os.ReadFile("testdata/good.txt")
	require.NoError(t, err)
	return judge(file, ours(t, string(table)))
}

func TestMutatedCapturesAreRejected(t *testing.T) {
	if *update {
		makeTestdata(t)
	}
	require.Empty(t, verdict(t, "good"))
	for _, m := range mutations {
		all := strings.Join(verdict(t, "bad-"+m.name), "\n")
		found := false
		for _, says := range strings.Split(m.says, "|") {
			found = found || strings.Contains(all, says)
		}
		require.True(t, found, "%s: %q", m.name, all)
	}
}

// makeTestdata writes the good capture, its table and the bad captures.
func makeTestdata(t *testing.T) {
	require.NoError(t, os.MkdirAll("testdata", 0o755))
	file := filepath.Join(t.TempDir(), "good.pcapng")
	run(t, append([]string{"run", "-format", "pcapng", "-o", file}, goodScenario...)...)
	run(t, append([]string{"run", "-format", "messages", "-o", "testdata/good.txt"}, goodScenario...)...)
	good, err := os.ReadFile(file)
	require.NoError(t, err)
	pack(t, "good.pcapng.gz", good)
	for _, m := range mutations {
		b := bytes.Clone(good)
		payload, tcp := find(t, b, m.begins)
		at := m.at
		if at == 0 { // the last word
			at = len(payload) - 1
		}
		require.NotEqual(t, m.to, payload[at], m.name)
		was := payload[at]
		payload[at] = m.to
		if m.checksum {
			repair(tcp, at, was, m.to)
		}
		pack(t, "bad-"+m.name+".pcapng.gz", b)
	}
}

// find is the TCP payload of the first packet that begins so after record mark and XID, and the segment.
func find(t *testing.T, b, begins []byte) (payload, tcp []byte) {
	const block, packet, headers = 28, 6, 14 + 20
	for len(b) > 0 {
		size := binary.LittleEndian.Uint32(b[4:])
		if binary.LittleEndian.Uint32(b) == packet {
			frame := b[block:][:binary.LittleEndian.Uint32(b[20:])]
			tcp = frame[headers:]
			payload = tcp[int(tcp[12]>>4)*4:]
			if len(payload) > 8 && bytes.HasPrefix(payload[8:], begins) {
				return payload, tcp
			}
		}
		b = b[size:]
	}
	require.FailNow(t, "no such packet")
	return nil, nil
}

// repair makes the checksum right for a byte of the payload that has changed (RFC 1624).
func repair(tcp []byte, at int, was, is byte) {
	sum := uint32(^binary.BigEndian.Uint16(tcp[16:]))
	shift := 8 * (1 - at&1)
	sum += uint32(^(uint16(was) << shift)) + uint32(uint16(is)<<shift)
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(tcp[16:], ^uint16(sum))
}
