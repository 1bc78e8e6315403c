package nlm

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

var captured = []string{"19-nlm-lock-srvA.pcap.gz", "28-port-change-rebind-srvA.pcap.gz"}

// body is what follows the header of a message that is well.
func body(t testing.TB, msg []byte, reply bool) []byte {
	d := xdr.NewDecoder(msg)
	if reply {
		h, err := rpcmsg.DecodeReply(d)
		require.NoError(t, err)
		require.Equal(t, rpcmsg.Success, h.Accept)
	} else {
		_, err := rpcmsg.DecodeCall(d)
		require.NoError(t, err)
	}
	return d.Rest()
}

// again reads a body and writes it; the bytes must be the same.
func again(t testing.TB, m Message, b []byte, about string) {
	d := xdr.NewDecoder(b)
	m.Decode(d)
	require.NoError(t, d.Err(), about)
	require.Nil(t, d.Odd(), about)
	require.Zero(t, d.Len(), "%s: bytes left over", about)
	var e xdr.Encoder
	m.Encode(&e)
	require.Equal(t, b, e.B, about)
}

func TestWhatRealLockManagersSentIsReadToTheEndAndWrittenAsItWas(t *testing.T) {
	seen := map[string]int{}
	for _, name := range captured {
		for _, x := range capture.Exchanges(t, "testdata/"+name) {
			if x.Head.Prog != Program {
				continue
			}
			require.EqualValues(t, Version, x.Head.Vers)
			proc := ProcName(x.Head.Proc)
			again(t, Args(x.Head.Proc), body(t, x.Call, false), proc)
			seen[proc]++
			if x.Reply == nil {
				seen["sent again"]++ // the last of the same calls has the reply
				continue
			}
			if res := Results(x.Head.Proc); res != nil {
				again(t, res, body(t, x.Reply, true), proc+"'s result")
			} else {
				require.Empty(t, body(t, x.Reply, true), "a %s is answered with nothing", proc)
			}
		}
	}
	require.Equal(t, map[string]int{"LOCK": 15, "UNLOCK": 5, "GRANTED_MSG": 2, "GRANTED_RES": 2, "sent again": 3}, seen)
}
