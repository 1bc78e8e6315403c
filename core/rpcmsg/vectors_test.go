package rpcmsg

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/xdr"
)

// vector is an exchange recorded with a real server: what was sent to it, what came back, and an independent reading
// of the reply. What is not a reply (closed, reset, timeout) is how the server reacted.
type vector struct {
	Server, Name, Transport, Request, Reply, Outcome string

	Decoded json.RawMessage // one reading, or a list of them
}

type reading struct {
	XID        uint32 `json:"xid"`
	ReplyStat  string `json:"reply_stat"`
	AcceptStat string `json:"accept_stat"`
	RejectStat string `json:"reject_stat"`
	Low, High  uint32
	Body       string
}

func (v *vector) readings(t testing.TB) (all []reading) {
	if len(v.Decoded) > 0 && v.Decoded[0] == '[' {
		require.NoError(t, json.Unmarshal(v.Decoded, &all))
		return all
	}
	var one reading
	require.NoError(t, json.Unmarshal(v.Decoded, &one))
	return []reading{one}
}

func load[T any](t testing.TB, file string) (v []T) {
	b, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &v))
	require.NotEmpty(t, v)
	return v
}

func loadVectors(t testing.TB) (all []vector) {
	for _, file := range []string{"vectors-server-errors.json", "vectors-rpcbind.json"} {
		all = append(all, load[vector](t, file)...)
	}
	return all
}

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// messages cuts a payload as its transport does.
func messages(t testing.TB, transport, s string) (all [][]byte) {
	b := unhex(t, s)
	if transport == "udp" {
		return [][]byte{b}
	}
	var r Records
	for len(b) > 0 {
		msg, err := r.Next(&b)
		if err != nil || msg == nil {
			return all
		}
		all = append(all, append([]byte{}, msg...))
	}
	return all
}

func TestRepliesOfRealServersReadAsAnotherDecoderReadsThem(t *testing.T) {
	seen := map[string]int{}
	for _, v := range loadVectors(t) {
		if v.Outcome != "reply" {
			continue
		}
		msgs := messages(t, v.Transport, v.Reply)
		want := v.readings(t)
		require.Len(t, msgs, len(want), v.Name)
		for i, msg := range msgs {
			seen[sameReading(t, v.Name, msg, want[i])]++
		}
	}
	require.Greater(t, seen["SUCCESS"], 60)
	require.Greater(t, seen["AUTH_ERROR"], 20)
	require.Greater(t, seen["PROG_MISMATCH"], 5)
	require.Positive(t, seen["RPC_MISMATCH"])
}

// sameReading compares ours of msg with the other one and returns the outcome's name.
func sameReading(t *testing.T, name string, msg []byte, want reading) string {
	d := xdr.NewDecoder(msg)
	h, err := DecodeReply(d)
	require.NoError(t, err, name)
	require.Equal(t, want.XID, h.XID, name)
	require.Equal(t, want.ReplyStat, h.Stat.String(), name)
	require.Equal(t, want.Low, h.Low, name)
	require.Equal(t, want.High, h.High, name)
	var e xdr.Encoder
	EncodeReply(&e, &h)
	require.Equal(t, msg[:d.Off()], e.B, "the header is written as it was: %s", name)
	if h.Stat == MsgDenied {
		require.Equal(t, want.RejectStat, h.Reject.String(), name)
		return h.Reject.String()
	}
	require.Equal(t, want.AcceptStat, h.Accept.String(), name)
	require.Equal(t, want.Body, hex.EncodeToString(d.Rest()), name)
	return h.Accept.String()
}

// illegal are the requests that were made wrong on purpose, by what is the first thing wrong with them.
var illegal = map[string]string{
	"body-401":           "at most 400 bytes, found 401",
	"rpcvers-":           "rpcvers: expected 2",
	"reply-direction":    "mtype at byte 4: expected CALL, found REPLY",
	"reply-message":      "mtype at byte 4: expected CALL, found REPLY",
	"mtype-2":            "mtype at byte 4: expected CALL, found msg_type 2",
	"truncated-header-4": "call/mtype at byte 4: expected 4 bytes, found 0 bytes",
	"truncated-20":       "call/proc at byte 20: expected 4 bytes, found 0 bytes",
	"truncated-header-2": "call/proc at byte 20: expected 4 bytes, found 0 bytes",
	"empty-record":       "call/xid at byte 0: expected 4 bytes, found 0 bytes",
	"zero-word":          "call/xid at byte 0: expected 4 bytes, found 0 bytes",
	"truncated-in-verf":  "call/verf/",
}

func TestCallsSentToRealServersAreWrittenAsTheyWereRead(t *testing.T) {
	legal, bad := 0, map[string]int{}
	for _, v := range loadVectors(t) {
		for _, msg := range messages(t, v.Transport, v.Request) {
			d := xdr.NewDecoder(msg)
			h, err := DecodeCall(d)
			if err != nil {
				bad[whyIllegal(t, v.Name, err)]++
				continue
			}
			legal++
			var e xdr.Encoder
			EncodeCall(&e, &h)
			require.Equal(t, msg[:d.Off()], e.B, v.Name)
		}
	}
	require.Greater(t, legal, 150)
	require.GreaterOrEqual(t, len(bad), 6, "%v", bad)
}

func whyIllegal(t *testing.T, name string, err error) string {
	for part, why := range illegal {
		if strings.Contains(name, part) && strings.Contains(err.Error(), why) {
			return part
		}
	}
	t.Fatalf("%s is said to be wrong: %v", name, err)
	return ""
}

func TestAuthSysBodiesOfRealClientsAndOfForgedOnes(t *testing.T) {
	want := map[string]string{
		"17-gids":     "authsys_parms/gids at byte 20: expected at most 16 elements, found 17",
		"machine-256": "authsys_parms/machinename at byte 4: expected at most 255 bytes, found 256",
	}
	seen := map[string]bool{}
	good := 0
	for _, v := range loadVectors(t) {
		for _, msg := range messages(t, v.Transport, v.Request) {
			h, err := DecodeCall(xdr.NewDecoder(msg))
			if err != nil || h.Cred.Flavor != AuthUnix {
				continue
			}
			a, err := DecodeAuthSys(h.Cred.Body)
			for part, text := range want {
				if strings.Contains(v.Name, part) {
					require.ErrorContains(t, err, text[strings.Index(text, ":"):], v.Name)
					seen[part] = true
				}
			}
			if err == nil && !strings.Contains(v.Name, "400") {
				good++
				require.Equal(t, h.Cred, a.Auth(), v.Name)
			}
		}
	}
	require.Positive(t, good)
	require.Len(t, seen, len(want))
}
