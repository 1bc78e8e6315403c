package nfs4

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

// captures are the packet captures in testdata (see its README).
func captures(t testing.TB) (names []string) {
	dir, err := os.ReadDir("testdata")
	require.NoError(t, err)
	for _, f := range dir {
		if strings.Contains(f.Name(), ".pcap") {
			names = append(names, f.Name())
		}
	}
	require.NotEmpty(t, names)
	return names
}

// message is the body of a COMPOUND or CB_COMPOUND, one way.
type message struct {
	about           string
	callback, reply bool
	body            []byte
}

// messages are those of a capture. Bodies that RPCSEC_GSS wraps are not among them.
func messages(t testing.TB, name string) (all []message) {
	for _, x := range capture.Exchanges(t, "testdata/"+name) {
		callback := x.Head.Prog == CallbackProgram
		if x.Head.Prog != Program && !callback || !callback && x.Head.Vers != Version || x.Head.Proc != ProcCompound ||
			x.Head.Cred.Flavor == rpcsecGSS {
			continue
		}
		d := xdr.NewDecoder(x.Call)
		_, err := rpcmsg.DecodeCall(d)
		require.NoError(t, err)
		all = append(all, message{name + " call", callback, false, d.Rest()})
		if x.Reply == nil {
			continue
		}
		d = xdr.NewDecoder(x.Reply)
		h, err := rpcmsg.DecodeReply(d)
		if err == nil && h.Accept == rpcmsg.Success && h.Stat == rpcmsg.MsgAccepted {
			all = append(all, message{name + " reply", callback, true, d.Rest()})
		}
	}
	return all
}

// body is what both kinds of message have.
type body interface {
	Encode(*xdr.Encoder)
	Decode(*xdr.Decoder)
}

func (m *message) decode(t testing.TB) (b body, all []Operation) {
	d := xdr.NewDecoder(m.body)
	if m.reply {
		r := &CompoundRes{Callback: m.callback}
		r.Decode(d)
		b, all = r, r.Ops
	} else {
		a := &CompoundArgs{Callback: m.callback}
		a.Decode(d)
		b, all = a, a.Ops
	}
	require.NoError(t, d.Err(), m.about)
	require.Nil(t, d.Odd(), m.about)
	require.Zero(t, d.Len(), "%s: bytes left over", m.about)
	return b, all
}

// Every COMPOUND and CB_COMPOUND, and every result of one, that real clients and servers sent is read to its last byte
// by name, and written again byte for byte.
func TestRealMessagesAreReadToTheEndAndWrittenAsTheyWere(t *testing.T) {
	seen := map[string]int{}
	for _, name := range captures(t) {
		for _, m := range messages(t, name) {
			b, all := m.decode(t)
			var e xdr.Encoder
			b.Encode(&e)
			require.Equal(t, string(m.body), string(e.B), m.about)
			for _, o := range all {
				require.NotEmpty(t, o.Op.Name(m.callback), "%s: operation %d", m.about, o.Op)
				seen[o.Op.Name(m.callback)]++
			}
		}
	}
	t.Log(seen)
	for _, want := range strings.Fields(`SETCLIENTID SETCLIENTID_CONFIRM EXCHANGE_ID CREATE_SESSION SEQUENCE
		RECLAIM_COMPLETE DESTROY_SESSION DESTROY_CLIENTID PUTROOTFH PUTFH GETFH LOOKUP GETATTR ACCESS OPEN OPEN_CONFIRM CLOSE
		READ WRITE COMMIT SETATTR REMOVE CREATE RENAME READDIR DELEGRETURN FREE_STATEID LOCK LOCKU LINK SECINFO_NO_NAME CB_SEQUENCE CB_RECALL`) {
		require.Positive(t, seen[want], want)
	}
}
