package nfs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

func seed(f *testing.F, reply bool) {
	for _, name := range captures[:2] {
		for _, x := range capture.Exchanges(f, "testdata/"+name) {
			if x.Head.Prog != Program || len(x.Call) > 2000 || len(x.Reply) > 2000 {
				continue
			}
			d := xdr.NewDecoder(x.Call)
			rpcmsg.DecodeCall(d)
			if reply {
				d = xdr.NewDecoder(x.Reply)
				rpcmsg.DecodeReply(d)
			}
			f.Add(uint8(x.Head.Proc), d.Rest())
		}
	}
}

// FuzzServe asks a server anything: it answers with results that a client can read, or with GARBAGE_ARGS.
func FuzzServe(f *testing.F) {
	seed(f, false)
	f.Fuzz(func(t *testing.T, proc uint8, args []byte) {
		p := &V3[int(proc)%len(V3)]
		fs := NewFS()
		fs.Space = 1 << 20
		fs.WriteFile("/export/file1", 10000)
		var r xdr.Encoder
		for range 2 {
			r.B = nil
			stat, pages := fs.Serve(p.Num, xdr.NewDecoder(args), &r)
			require.LessOrEqual(t, pages, r.Len())
			if stat == rpcmsg.GarbageArgs {
				require.Zero(t, r.Len())
				continue
			}
			require.Equal(t, rpcmsg.Success, stat)
			d := xdr.NewDecoder(r.B)
			p.Res().Decode(d)
			require.NoError(t, d.Err())
			require.Zero(t, d.Len())
		}
	})
}

// FuzzArgs and FuzzRes read anything as arguments and results: what is accepted and regular is written as it was, and a
// recording of it has no gaps.
func FuzzArgs(f *testing.F) {
	seed(f, false)
	f.Fuzz(func(t *testing.T, proc uint8, b []byte) { fuzzBody(t, V3[int(proc)%len(V3)].Args(), b) })
}

func FuzzRes(f *testing.F) {
	seed(f, true)
	f.Fuzz(func(t *testing.T, proc uint8, b []byte) { fuzzBody(t, V3[int(proc)%len(V3)].Res(), b) })
}

func FuzzMount(f *testing.F) {
	f.Add(uint8(1), []byte("\x00\x00\x00\x07/export\x00"))
	f.Fuzz(func(t *testing.T, proc uint8, b []byte) {
		p := &MountV3[int(proc)%len(MountV3)]
		fuzzBody(t, p.Args(), b)
		fuzzBody(t, p.Res(), b)
		var r xdr.Encoder
		NewFS().ServeMount(uint32(proc), xdr.NewDecoder(b), &r)
	})
}

func fuzzBody(t *testing.T, body Args, b []byte) {
	var fields []xdr.Field
	d := xdr.NewDecoder(b)
	d.Record(&fields)
	body.Decode(d)
	for _, f := range fields {
		require.LessOrEqual(t, f.Off+f.Len, len(b))
	}
	if d.Err() != nil || d.Odd() != nil {
		return
	}
	var e xdr.Encoder
	body.Encode(&e)
	require.Equal(t, b[:d.Off()], append([]byte{}, e.B...))
}
