package nfs4

import (
	"encoding/hex"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

func unhex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

// Written by hand after RFC 7531, since no recording lasts long enough for a lease to be renewed by RENEW.
func TestARenewIsItsClientid(t *testing.T) {
	want := unhex(t, "00000000 00000000 00000001 0000001e 0123456789abcdef")
	a := CompoundArgs{Ops: []Operation{{Op: OpRenew, Body: &ClientidArgs{0x0123456789abcdef}}}}
	var e xdr.Encoder
	a.Encode(&e)
	require.Equal(t, want, e.B)
}

// The classical mistake: CB_COMPOUND has one word more than COMPOUND before its operations.
func TestACallbackCarriesItsIdentBeforeItsOperations(t *testing.T) {
	b := unhex(t, `00000000 00000001 00000007 00000001 0000000a 00000003`)
	a := CompoundArgs{Callback: true}
	d := xdr.NewDecoder(b)
	a.Decode(d)
	require.NoError(t, d.Err())
	require.EqualValues(t, 7, a.Ident)
	require.Equal(t, []Operation{{Op: OpCBRecallSlot, Body: &CBRecallSlotArgs{3}}}, a.Ops)
}

func TestAnUnknownOperationEndsTheReadingAndNothingIsLost(t *testing.T) {
	b := unhex(t, "00000000 00000001 00000003 00000018 000000c8 00000001 00000002 00000018")
	var a CompoundArgs
	d := xdr.NewDecoder(b)
	a.Decode(d)
	require.NoError(t, d.Err())
	require.Equal(t, []Operation{{Op: OpPutRootFH}, {Op: 200}}, a.Ops)
	require.Equal(t, 1, a.More)
	require.Equal(t, b[20:], a.Rest)
	var e xdr.Encoder
	a.Encode(&e)
	require.Equal(t, b, e.B)
}

func TestAnOperationThatIsCutOffIsBadXDRAndThoseBeforeItStand(t *testing.T) {
	b := unhex(t, "00000000 00000001 00000002 00000018 00000016 00000040 00010203")
	var a CompoundArgs
	d := xdr.NewDecoder(b)
	a.Decode(d)
	require.EqualError(t, d.Err(), "argarray/op/PUTFH/object at byte 20: expected 64 bytes, found 4 bytes")
	require.Equal(t, []Operation{{Op: OpPutRootFH}, {Op: OpPutFH, Status: ErrBadXDR}}, a.Ops)
}

func TestALyingLengthIsRefusedBeforeAnythingIsAllocated(t *testing.T) {
	for about, b := range map[string]string{
		"operations":      "00000000 00000001 7fffffff",
		"tag":             "7fffffff 00000001 00000000",
		"bitmap":          "00000000 00000001 00000001 00000009 7fffffff",
		"attributes":      "00000000 00000001 00000001 00000025 00000001 00000010 7ffffffc",
		"stateids":        "00000000 00000001 00000001 00000037 00000400 00000000",
		"data":            "00000000 00000001 00000001 00000026 00000000 000000000000000000000000 0000000000000000 00000000 000fffff",
		"referring calls": "",
	} {
		m := CompoundArgs{}
		raw := unhex(t, b)
		if about == "referring calls" {
			m.Callback = true
			raw = unhex(t, "00000000 00000001 00000000 00000001 0000000b"+strings.Repeat("00", 16)+"00000001 00000000 00000000 00000000 00000400")
		}
		d := new(xdr.Decoder)
		fail := func() {
			d.Reset(raw)
			m.Decode(d)
		}
		fail()
		require.Error(t, d.Err(), about)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 100 {
			fail()
		}
		runtime.ReadMemStats(&after)
		most := (after.TotalAlloc - before.TotalAlloc) / 100
		require.Less(t, most, uint64(2000), "%s: the error and an operation, not what the length promised", about)
	}
}

func TestAttributesThatRunOverTheirListAreRefused(t *testing.T) {
	// GETATTR's result: size and fileid, in a list of twelve bytes.
	b := unhex(t, "00000000 00000000 00000001 00000009 00000000 00000001 00100010 0000000c 0000000000000001 0000000000000002")
	d := xdr.NewDecoder(b)
	new(CompoundRes).Decode(d)
	require.EqualError(t, d.Err(), "resarray/op/GETATTR/obj_attributes/fileid at byte 40: expected to end within attrlist, found 4 bytes beyond it")
}

func TestAttributesOfUnknownFormAreKeptAsTheyAre(t *testing.T) {
	// size and acl: an acl is not read.
	b := unhex(t, "00000000 00000000 00000001 00000009 00000000 00000001 00001010 0000000c 0000000000000001 00000000")
	d := xdr.NewDecoder(b)
	var r CompoundRes
	r.Decode(d)
	require.NoError(t, d.Err())
	a := &r.Ops[0].Body.(*AttrsRes).Attrs
	require.EqualValues(t, 1, a.Get(AttrSize).N)
	require.Len(t, a.Raw, 4)
	var e xdr.Encoder
	r.Encode(&e)
	require.Equal(t, b, e.B)
}

func TestStatusesHaveTheRFCsNamesAndTheKernelsNumbers(t *testing.T) {
	for status, want := range map[Status]struct {
		name  string
		errno int32
	}{
		OK: {"NFS4_OK", 0}, ErrNoEnt: {"NFS4ERR_NOENT", -2}, ErrStale: {"NFS4ERR_STALE", -116}, ErrDelay: {"NFS4ERR_DELAY", -10008},
		10022: {"NFS4ERR_STALE_CLIENTID", -10022}, 10052: {"NFS4ERR_BADSESSION", -10052}, 10063: {"NFS4ERR_SEQ_MISORDERED", -10063},
		10087: {"NFS4ERR_DELEG_REVOKED", -10087}, 10001: {"NFS4ERR_BADHANDLE", -521}, 10006: {"NFS4ERR_SERVERFAULT", -121},
		12345: {"nfsstat4 12345", -121}, 10081: {"NFS4ERR_NOT_ONLY_OP", -10081}, 10044: {"NFS4ERR_OP_ILLEGAL", -95},
	} {
		require.Equal(t, want.name, status.String())
		require.Equal(t, want.errno, status.Errno(), want.name)
	}
}

// Every byte of every captured message belongs to a field, and each field names its section.
func TestRealMessagesAreTakenApartWithoutGaps(t *testing.T) {
	for _, name := range captures(t) {
		for _, x := range capture.Exchanges(t, "testdata/"+name) {
			ours := (x.Head.Prog == Program && x.Head.Vers == Version || x.Head.Prog == CallbackProgram) && x.Head.Cred.Flavor != rpcsecGSS
			if !ours {
				continue
			}
			h := rpcmsg.Hint{Known: true, Prog: x.Head.Prog, Vers: x.Head.Vers, Proc: x.Head.Proc, Body: DissectBody}
			requireDissected(t, rpcmsg.Dissect(rpcmsg.AppendRecord(nil, x.Call), h), len(x.Call)+4)
			if x.Reply != nil {
				requireDissected(t, rpcmsg.Dissect(rpcmsg.AppendRecord(nil, x.Reply), h), len(x.Reply)+4)
			}
		}
	}
}

func requireDissected(t *testing.T, fields []xdr.Field, size int) {
	end := 0
	for i, f := range fields {
		require.NotEqual(t, "undecoded", f.Name)
		if i+1 < len(fields) && fields[i+1].Depth > f.Depth {
			continue
		}
		if f.Len > 0 {
			require.Equal(t, end, f.Off, f.Name)
		}
		require.NotEmpty(t, f.Ref, f.Name)
		end += f.Len
	}
	require.Equal(t, size, end)
}

// The recall of recording 04, as its inspector shows it.
func TestACallbackOfARecordingShowsItsFields(t *testing.T) {
	for _, x := range capture.Exchanges(t, "testdata/04-v41-deleg-recall-srvA.pcap.gz") {
		if x.Head.Prog != CallbackProgram {
			continue
		}
		h := rpcmsg.Hint{Known: true, Prog: x.Head.Prog, Vers: x.Head.Vers, Proc: x.Head.Proc, Body: DissectBody}
		call, ref := map[string]string{}, map[string]string{}
		for _, f := range rpcmsg.Dissect(rpcmsg.AppendRecord(nil, x.Call), h) {
			call[f.Name], ref[f.Name] = f.Value, f.Ref
		}
		require.Equal(t, "CB_SEQUENCE CB_RECALL", call["CB_COMPOUND4args"])
		require.Equal(t, "1", call["csa_sequenceid"])
		require.Equal(t, "0", call["csa_slotid"])
		require.Equal(t, "RFC 8881 §20.9", ref["csa_slotid"])
		require.Equal(t, "RFC 8881 §20.2", ref["truncate"])
		return
	}
	t.Fatal("the capture has no callback")
}
