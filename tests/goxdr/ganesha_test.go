package goxdr

import (
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

// recorded is a record between a client and nfs-ganesha.
type recorded struct{ File, Conn, Dir, What, Record string }

func ganesha(t *testing.T) (all []recorded) {
	f, err := os.Open("../peers/testdata/ganesha.json.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(z).Decode(&all))
	return all
}

// compound reads arguments or results and writes them again, with our codec.
func compound(b []byte, callback, reply bool) ([]byte, error) {
	d := xdr.NewDecoder(b)
	var e xdr.Encoder
	if reply {
		m := nfs4.CompoundRes{Callback: callback}
		m.Decode(d)
		m.Encode(&e)
	} else {
		m := nfs4.CompoundArgs{Callback: callback}
		m.Decode(d)
		m.Encode(&e)
	}
	return e.B, d.Err()
}

// asked is a call that is to be answered on a connection, in a direction.
type asked struct {
	file, conn, dir string
	xid             uint32
}

func TestGaneshasRecordsAreReadAndWrittenAgainByteForByteByUsAndByGoXDR(t *testing.T) {
	calls := map[asked]rpcmsg.CallHeader{}
	callbacks, replies, equal := 0, 0, 0
	back := map[string]string{"c2s": "s2c", "s2c": "c2s"}
	for _, r := range ganesha(t) {
		b, err := hex.DecodeString(r.Record)
		require.NoError(t, err)
		length, last := rpcmsg.Marker(b)
		require.True(t, last && length == len(b)-rpcmsg.MarkerLen, "a record of one fragment")
		b = b[rpcmsg.MarkerLen:]
		d := xdr.NewDecoder(b)
		var e xdr.Encoder
		about := r.File + " " + r.Conn + " " + r.What
		key := asked{r.File, r.Conn, r.Dir, xdr.Word(b)}
		reply := xdr.Word(b[4:]) == rpcmsg.Reply
		head := calls[asked{r.File, r.Conn, back[r.Dir], key.xid}]
		results := false
		if reply {
			h, err := rpcmsg.DecodeReply(d)
			require.NoError(t, err, about)
			rpcmsg.EncodeReply(&e, &h)
			results = h.Stat == rpcmsg.MsgAccepted && h.Accept == rpcmsg.Success && head.XID == key.xid
			replies++
		} else {
			head, err = rpcmsg.DecodeCall(d)
			require.NoError(t, err, about)
			rpcmsg.EncodeCall(&e, &head)
			if _, both := calls[asked{r.File, r.Conn, back[r.Dir], key.xid}]; both {
				equal++
			}
			calls[key], results = head, true
			if head.Prog == nfs4.CallbackProgram {
				callbacks++
			}
		}
		require.Equal(t, b[:d.Off()], e.B, about)
		var body codec
		if s, known := signatureOf(procedure{head.Prog, head.Vers, head.Proc}); results && known {
			if body = s.args; reply {
				body = s.res
			}
		}
		require.NoError(t, disagreement(b, body), about)
		if rest := d.Rest(); results && head.Proc == 1 && len(rest) > 0 {
			again, err := compound(rest, head.Prog == nfs4.CallbackProgram, reply)
			require.NoError(t, err, about)
			require.Equal(t, rest, again, about)
		}
	}
	t.Logf("%d callbacks, %d replies, %d XIDs used in both directions of a connection", callbacks, replies, equal)
	require.GreaterOrEqual(t, callbacks, 17)
	require.GreaterOrEqual(t, replies, 200)
}
