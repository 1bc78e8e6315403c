package rpcmsg

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/xdr"
	"sunscope/tests/goxdr"
)

// The ping that reference texts show: NULL of NFS version 4 with AUTH_NULL.
func TestAPingIsFortyBytesAndItsReplyTwentyFour(t *testing.T) {
	var e xdr.Encoder
	EncodeCall(&e, &CallHeader{XID: 0x11223344, Prog: 100003, Vers: 4})
	require.Equal(t, unhex(t, "80000028"+"11223344"+"00000000"+"00000002"+"000186a3"+"00000004"+"00000000"+
		"0000000000000000"+"0000000000000000"), AppendRecord(nil, e.B))
	e.B = nil
	r := AcceptedReply(0x11223344, Success)
	EncodeReply(&e, &r)
	require.Equal(t, unhex(t, "80000018"+"11223344"+"00000001"+"00000000"+"0000000000000000"+"00000000"),
		AppendRecord(nil, e.B))
}

func TestADeniedReplyHasNoVerifier(t *testing.T) {
	var e xdr.Encoder
	r := DeniedReply(1, AuthTooWeak)
	EncodeReply(&e, &r)
	require.Equal(t, unhex(t, "00000001"+"00000001"+"00000001"+"00000001"+"00000005"), e.B)
	e.B = nil
	r = MismatchReply(1)
	EncodeReply(&e, &r)
	require.Equal(t, unhex(t, "00000001"+"00000001"+"00000001"+"00000000"+"00000002"+"00000002"), e.B)
}

func TestACallInAnotherRPCVersionKeepsItsXID(t *testing.T) {
	h, err := DecodeCall(xdr.NewDecoder(unhex(t, "0000abcd"+"00000000"+"00000003"+"000186a3")))
	require.Equal(t, VersionError(3), err)
	require.EqualError(t, err, "call/rpcvers: expected 2, found 3")
	require.EqualValues(t, 0xabcd, h.XID)
}

func TestUnknownStatusesAreErrorsWithPlaceAndNumber(t *testing.T) {
	for input, want := range map[string]string{
		"00000001" + "00000001" + "00000002":                                        "reply/reply_stat at byte 8: expected MSG_ACCEPTED or MSG_DENIED, found reply_stat 2",
		"00000001" + "00000001" + "00000001" + "00000007":                           "reply/reject_stat at byte 12: expected RPC_MISMATCH or AUTH_ERROR, found reject_stat 7",
		"00000001" + "00000001" + "00000000" + "0000000000000000" + "00000006":      "reply/accept_stat at byte 20: expected 0 to 5, found accept_stat 6",
		"00000001" + "00000001" + "00000000" + "00000000" + "00000191" + "00000000": "reply/verf/body at byte 16: expected at most 400 bytes, found 401",
	} {
		_, err := DecodeReply(xdr.NewDecoder(unhex(t, input)))
		require.EqualError(t, err, want)
	}
}

func TestAnAuthStatThatOtherDocumentsDefineIsNoError(t *testing.T) {
	h, err := DecodeReply(xdr.NewDecoder(unhex(t, "00000001"+"00000001"+"00000001"+"00000001"+"00000063")))
	require.NoError(t, err)
	require.Equal(t, "auth_stat 99", h.AuthStat.String())
	require.Equal(t, "RPCSEC_GSS_CTXPROBLEM", GSSCtxProblem.String())
}

func drawAuth(t *rapid.T, label string) Auth {
	body := rapid.SliceOfN(rapid.Byte(), 0, MaxAuth).Draw(t, label)
	return Auth{Flavor(rapid.Uint32().Draw(t, label+" flavor")), body}
}

func TestCallHeadersSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Uint32()
		want := CallHeader{u.Draw(t, "xid"), u.Draw(t, "prog"), u.Draw(t, "vers"), u.Draw(t, "proc"),
			drawAuth(t, "cred"), drawAuth(t, "verf")}
		var e xdr.Encoder
		EncodeCall(&e, &want)
		have, err := DecodeCall(xdr.NewDecoder(e.B))
		require.NoError(t, err)
		require.Equal(t, want, have)
	})
}

func drawReply(t *rapid.T) ReplyHeader {
	u := rapid.Uint32()
	h := ReplyHeader{XID: u.Draw(t, "xid"), Stat: ReplyStat(rapid.Uint32Range(0, 1).Draw(t, "stat"))}
	if h.Stat == MsgAccepted {
		h.Verf = drawAuth(t, "verf")
		h.Accept = AcceptStat(rapid.Uint32Range(0, 5).Draw(t, "accept"))
	} else {
		h.Reject = RejectStat(rapid.Uint32Range(0, 1).Draw(t, "reject"))
	}
	switch {
	case h.Stat == MsgAccepted && h.Accept == ProgMismatch, h.Stat == MsgDenied && h.Reject == RPCMismatch:
		h.Low, h.High = u.Draw(t, "low"), u.Draw(t, "high")
	case h.Stat == MsgDenied:
		h.AuthStat = AuthStat(u.Draw(t, "auth_stat"))
	}
	return h
}

func TestReplyHeadersSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawReply(t)
		var e xdr.Encoder
		EncodeReply(&e, &want)
		have, err := DecodeReply(xdr.NewDecoder(e.B))
		require.NoError(t, err)
		require.Equal(t, want, have)
	})
}

func TestAuthSysSurvivesTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Uint32()
		want := AuthSys{Stamp: u.Draw(t, "stamp"), UID: u.Draw(t, "uid"), GID: u.Draw(t, "gid"),
			Machine: string(rapid.SliceOfN(rapid.Byte(), 0, MaxMachine).Draw(t, "machine"))}
		if gids := rapid.SliceOfN(u, 0, MaxGIDs).Draw(t, "gids"); len(gids) > 0 {
			want.GIDs = gids
		}
		have, err := DecodeAuthSys(want.Auth().Body)
		require.NoError(t, err)
		require.Equal(t, want, have)
	})
}

func FuzzDecodeCall(f *testing.F) {
	for _, v := range loadVectors(f) {
		for _, msg := range messages(f, v.Transport, v.Request) {
			f.Add(msg)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := xdr.NewDecoder(b)
		h, err := DecodeCall(d)
		if err != nil {
			return
		}
		var e xdr.Encoder
		EncodeCall(&e, &h)
		require.Len(t, e.B, d.Off())
		if d.Odd() == nil {
			require.Equal(t, b[:d.Off()], e.B)
		}
		a, err := DecodeAuthSys(h.Cred.Body)
		if err == nil {
			require.LessOrEqual(t, len(a.GIDs), MaxGIDs)
		}
	})
}

func FuzzDecodeReply(f *testing.F) {
	for _, v := range loadVectors(f) {
		for _, msg := range messages(f, v.Transport, v.Reply) {
			f.Add(msg)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := xdr.NewDecoder(b)
		h, err := DecodeReply(d)
		if err != nil || d.Odd() != nil {
			return
		}
		var e xdr.Encoder
		EncodeReply(&e, &h)
		require.Equal(t, b[:d.Off()], e.B)
	})
}

func TestGoXDRReadsAndWritesOurHeaders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Uint32()
		call := CallHeader{u.Draw(t, "xid"), u.Draw(t, "prog"), u.Draw(t, "vers"), u.Draw(t, "proc"),
			drawAuth(t, "cred"), drawAuth(t, "verf")}
		var e xdr.Encoder
		EncodeCall(&e, &call)
		require.NoError(t, goxdr.Header(e.B), "%x", e.B)
		reply := drawReply(t)
		e.B = nil
		EncodeReply(&e, &reply)
		require.NoError(t, goxdr.Header(e.B), "%x", e.B)
	})
}
