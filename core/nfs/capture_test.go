package nfs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

// captures of real traffic: a user-space client with a user-space server, and a Linux 6.1 client with its kernel's
// server (a mount with reading and writing, and sixteen programs on two slots).
var captures = []string{"libnfs-v3.pcap", "01-v3-tcp-mount-read.pcap.gz", "06-slot-contention.pcap.gz"}

// Every call and reply of NFSv3 and MOUNT that real clients and servers sent is read to its last byte, and written
// again byte for byte.
func TestRealMessagesAreReadToTheEndAndWrittenAsTheyWere(t *testing.T) {
	want := map[string][]string{
		"libnfs-v3.pcap":               {"nfs NULL", "nfs FSINFO", "nfs GETATTR", "nfs READDIRPLUS"},
		"01-v3-tcp-mount-read.pcap.gz": {"mount MOUNT", "nfs FSINFO", "nfs PATHCONF", "nfs READ", "nfs WRITE", "nfs COMMIT", "nfs CREATE", "nfs READDIRPLUS", "nfs MKDIR", "nfs RMDIR", "nfs REMOVE"},
		"06-slot-contention.pcap.gz":   {"nfs LOOKUP", "nfs ACCESS", "nfs READ", "nfs WRITE", "nfs CREATE"},
	}
	for _, name := range captures {
		t.Run(name, func(t *testing.T) {
			seen := map[string]int{}
			for _, x := range capture.Exchanges(t, "testdata/"+name) {
				if p := Lookup(x.Head.Prog, x.Head.Vers, x.Head.Proc); p != nil {
					roundTrip(t, p, x)
					seen[program(x.Head.Prog)+" "+p.Name]++
				}
			}
			for _, w := range want[name] {
				require.Positive(t, seen[w], "%s in %v", w, seen)
			}
			t.Log(seen)
		})
	}
}

func program(prog uint32) string {
	if prog == MountProgram {
		return "mount"
	}
	return "nfs"
}

func roundTrip(t *testing.T, p *Proc, x *capture.Exchange) {
	d := xdr.NewDecoder(x.Call)
	_, err := rpcmsg.DecodeCall(d)
	require.NoError(t, err)
	sameBytes(t, p.Name+" call", d, p.Args())
	if x.Reply == nil {
		return
	}
	d = xdr.NewDecoder(x.Reply)
	h, err := rpcmsg.DecodeReply(d)
	require.NoError(t, err)
	if h.Accept == rpcmsg.Success {
		sameBytes(t, p.Name+" reply", d, p.Res())
	}
}

func sameBytes(t *testing.T, about string, d *xdr.Decoder, body Args) {
	raw := d.Rest()
	body.Decode(d)
	require.NoError(t, d.Err(), about)
	require.Nil(t, d.Odd(), about)
	require.Zero(t, d.Len(), "%s: bytes left over", about)
	var e xdr.Encoder
	body.Encode(&e)
	require.Equal(t, string(raw), string(e.B), about)
}

// Every byte of every captured message belongs to a field, each field of NFS names its section, and nothing is left
// undecoded but what belongs to programs that are not ours.
func TestRealMessagesAreTakenApartWithoutGaps(t *testing.T) {
	for _, name := range captures {
		for _, x := range capture.Exchanges(t, "testdata/"+name) {
			h := rpcmsg.Hint{Known: true, Prog: x.Head.Prog, Vers: x.Head.Vers, Proc: x.Head.Proc, Body: DissectBody}
			ours := Lookup(h.Prog, h.Vers, h.Proc) != nil
			for _, msg := range [][]byte{x.Call, x.Reply} {
				if msg != nil {
					requireDissected(t, rpcmsg.AppendRecord(nil, msg), h, ours)
				}
			}
		}
	}
}

func requireDissected(t *testing.T, b []byte, h rpcmsg.Hint, ours bool) {
	fields := rpcmsg.Dissect(b, h)
	end := 0
	for i, f := range fields {
		if ours && f.Name == "undecoded" {
			t.Fatalf("program %d procedure %d: %v", h.Prog, h.Proc, f)
		}
		if i+1 < len(fields) && fields[i+1].Depth > f.Depth {
			continue
		}
		if f.Off != end || ours && f.Ref == "" {
			t.Fatalf("program %d procedure %d: field %v does not begin at %d or has no section", h.Prog, h.Proc, f, end)
		}
		end += f.Len
	}
	require.Equal(t, len(b), end)
}

// One READ of the recording 06, as its inspector shows it.
func TestAReadOfARecordingShowsItsFields(t *testing.T) {
	for _, x := range capture.Exchanges(t, "testdata/06-slot-contention.pcap.gz") {
		if x.Head.Prog != Program || x.Head.Proc != ProcRead {
			continue
		}
		h := rpcmsg.Hint{Known: true, Prog: Program, Vers: Version3, Proc: ProcRead, Body: DissectBody}
		require.Len(t, x.Call, 104)
		call := values(rpcmsg.Dissect(rpcmsg.AppendRecord(nil, x.Call), h))
		require.Equal(t, "READ", call["READ3args"])
		require.Equal(t, "32768", call["count"])
		reply := values(rpcmsg.Dissect(rpcmsg.AppendRecord(nil, x.Reply), h))
		require.Equal(t, "SUCCESS (0)", reply["accept_stat"])
		require.Equal(t, "NFS3_OK (0)", reply["status"])
		require.Equal(t, "NF3REG (1)", reply["type"])
		require.Equal(t, "0644", reply["mode"])
		require.Equal(t, "131072", reply["size"])
		require.Equal(t, "32768 bytes", reply["data"])
		return
	}
	t.Fatal("the capture has no READ")
}

func values(fields []xdr.Field) map[string]string {
	m := map[string]string{}
	for _, f := range fields {
		m[f.Name] = f.Value
	}
	return m
}

// Recorded rpc_xdr_recvfrom events of the same READs print head=128 page=32768 tail=4 len=32896.
func TestTheDataOfAReadBeginWhereTheHeadEnds(t *testing.T) {
	reads := 0
	for _, x := range capture.Exchanges(t, "testdata/06-slot-contention.pcap.gz") {
		if x.Head.Prog != Program || x.Head.Proc != ProcRead || x.Reply == nil {
			continue
		}
		d := xdr.NewDecoder(x.Reply)
		_, err := rpcmsg.DecodeReply(d)
		require.NoError(t, err)
		var r ReadRes
		r.Decode(d)
		head, pages, tail := V3[ProcRead].ReplyBuffer(2, int(r.Count))
		require.Equal(t, []int{128, 32768, 4}, []int{head, pages, tail})
		require.Equal(t, 32896, len(x.Reply))
		require.Equal(t, x.Reply[head:], r.Data)
		reads++
	}
	require.Positive(t, reads)
}
