//go:build linux

package peers

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// recall is a callback of nfs-ganesha, and what its client answered, both from the XID on.
type recall struct{ call, reply []byte }

// recalls are the recorded callbacks that were answered.
func recalls(t *testing.T) (all []recall) {
	f, err := os.Open("testdata/ganesha.json.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var records []struct{ File, Conn, Dir, Record string }
	require.NoError(t, json.NewDecoder(z).Decode(&records))
	type place struct {
		file, conn string
		xid        uint32
	}
	waiting := map[place][]byte{}
	for _, r := range records {
		b, err := hex.DecodeString(r.Record)
		require.NoError(t, err)
		b = b[rpcmsg.MarkerLen:]
		at := place{r.File, r.Conn, xdr.Word(b)}
		if call := xdr.Word(b[4:]) == rpcmsg.Call; r.Dir == "s2c" && call {
			waiting[at] = b
		} else if r.Dir == "c2s" && !call && waiting[at] != nil {
			all = append(all, recall{waiting[at], b})
		}
	}
	return all
}

// caller is a server that answers each call of its client, and calls it meanwhile with the same XID.
func caller(t *testing.T, all []recall, got chan<- []byte) wire.Addr {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		defer close(got)
		var early []byte // a call that came before the answer to the callback
		for i := range all {
			call := early
			if early = nil; call == nil {
				if call, err = readCall(conn); err != nil {
					return
				}
			}
			if _, err := conn.Write(both(call[:4], all[i].call, i%2 == 1)); err != nil {
				return
			}
			answer, err := readCall(conn)
			if err == nil && xdr.Word(answer[4:]) == rpcmsg.Call {
				early = answer
				answer, err = readCall(conn)
			}
			if err != nil {
				return
			}
			if bytes.Equal(answer[:4], call[:4]) { // as recorded but for the XID
				copy(answer, all[i].reply[:4])
			}
			got <- answer
		}
	}()
	return endpoint(l.Addr())
}

// both are the record of a callback and that of the reply to a call, with that call's XID, in one piece.
func both(xid, callback []byte, replyFirst bool) []byte {
	var e xdr.Encoder
	h := rpcmsg.AcceptedReply(xdr.Word(xid), rpcmsg.Success)
	rpcmsg.EncodeReply(&e, &h)
	call, reply := record(append(bytes.Clone(xid), callback[4:]...)), record(e.B)
	if replyFirst {
		return append(reply, call...)
	}
	return append(call, reply...)
}

// answers is the client's callback program: to a callback it says what was said when that was recorded.
func answers(t *testing.T, all []recall) *sunrpc.Service {
	next := 0
	return &sunrpc.Service{
		Name: "NFSv4 callback", Prog: nfs4.CallbackProgram, Vers: 1,
		ProcName: func(uint32) (string, bool) { return "CB_COMPOUND", true },
		Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			if proc == 0 { // CB_NULL
				next++
				return rpcmsg.Success, 0
			}
			a := nfs4.CompoundArgs{Callback: true}
			rest := args.Rest()
			a.Decode(args)
			var again xdr.Encoder
			a.Encode(&again)
			if !bytes.Equal(rest, again.B) {
				t.Errorf("callback %d: %x is read as %x", next, rest, again.B)
			}
			d := xdr.NewDecoder(all[next].reply)
			next++
			if h, err := rpcmsg.DecodeReply(d); err != nil || h.Accept != rpcmsg.Success || h.Stat != rpcmsg.MsgAccepted {
				return h.Accept, 0
			}
			r := nfs4.CompoundRes{Callback: true}
			r.Decode(d)
			r.Encode(res)
			return rpcmsg.Success, 0
		},
	}
}

// Ganesha counts the XIDs of its callbacks from 1, ours begin anywhere: sooner or later they meet.
func TestACallbackWithTheXIDOfAnOutstandingCallIsToldFromItsReply(t *testing.T) {
	all := recalls(t)
	require.GreaterOrEqual(t, len(all), 9)
	got := make(chan []byte, len(all))
	at := caller(t, all, got)
	h, err := sockets.New(sockets.Options{})
	require.NoError(t, err)
	defer h.Close()
	a := &sunrpc.CreateArgs{Program: "test", Prog: peerProg, Vers: 1, Server: at, NonPriv: true, NoPing: true}
	proc := &sunrpc.Proc{Name: "TEST", Decode: func(*xdr.Decoder, any) int32 { return 0 }}
	var statuses []int32
	h.Process("cat", func(*sunrpc.Thread) sunrpc.Step {
		return h.Kernel().Create(a, func(c *sunrpc.Client, _ int32) sunrpc.Step {
			srv := h.Kernel().NewServer([]*sunrpc.Service{answers(t, all)})
			srv.Start(h.Threads("NFSv4 callback", 1))
			require.Equal(t, wire.OK, c.SetupBackchannel(sunrpc.BCPool, srv, 1))
			var again func(status int32) sunrpc.Step
			again = func(status int32) sunrpc.Step {
				if statuses = append(statuses, status); len(statuses) == len(all) {
					return nil
				}
				return h.Kernel().CallSync(c, sunrpc.Message{Proc: proc}, trace.Soft|trace.SoftConn, again)
			}
			return h.Kernel().CallSync(c, sunrpc.Message{Proc: proc}, trace.Soft|trace.SoftConn, again)
		})
	})
	late := time.AfterFunc(patient, h.Stop)
	defer late.Stop()
	ended := make(chan error, 1)
	go func() { ended <- h.Run() }()
	for i := range all {
		answer, ok := <-got
		require.True(t, ok, "callback %d was not answered", i)
		require.Equal(t, all[i].reply, answer, "callback %d", i)
	}
	h.Stop()
	require.NoError(t, <-ended)
	for i, s := range statuses {
		require.Zero(t, s, "call %d", i)
	}
	require.GreaterOrEqual(t, len(statuses), len(all)-1)
}
