package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// compound is COMPOUND as a test calls it, without the client's machinery.
var compound = sunrpc.Proc{
	Num: nfs4.ProcCompound, Name: "COMPOUND", ArgLen: 256, ReplyLen: 256,
	Encode: func(e *xdr.Encoder, args any) wire.Errno {
		args.(*nfs4.CompoundArgs).Encode(e)
		return wire.OK
	},
	Decode: func(d *xdr.Decoder, res any) int32 {
		r := res.(*nfs4.CompoundRes)
		r.Decode(d)
		return r.Result()
	},
}

// args4 are those of a client of NFSv4 that does not ping.
func (l *rig) args4() *sunrpc.CreateArgs {
	a := l.args()
	a.Vers = nfs4.Version
	return a
}

func message4(minor uint32, ops ...nfs4.Operation) (sunrpc.Message, *nfs4.CompoundRes) {
	res := new(nfs4.CompoundRes)
	return sunrpc.Message{Proc: &compound, Args: &nfs4.CompoundArgs{Minor: minor, Ops: ops}, Res: res}, res
}

func TestNFSDServesNFSv4BesideNFSv3(t *testing.T) {
	l := newRig(t)
	root, res := message4(0, nfs4.Operation{Op: nfs4.OpPutRootFH}, nfs4.Operation{Op: nfs4.OpLookup, Body: &nfs4.NameArgs{Name: "file1"}}, nfs4.Operation{Op: nfs4.OpGetFH})
	_, ends := l.call(l.args4(), 0, root)
	l.finish(time.Second)
	require.True(t, ends[0].over)
	require.Equal(t, nfs4.OK, res.Status)
	require.Equal(t, nfs4.FH(l.fs.Handle(export+"/file1")), res.Ops[2].Body.(*nfs4.FHBody).FH, "the export is the root")
	require.Equal(t, "nfsd", l.processed("service"))
	require.Equal(t, "COMPOUND", l.processed("proc"))
}

// processed is what svc_process said of the last call.
func (l *rig) processed(field string) (text string) {
	l.each(func(e *trace.Event) {
		if e.Kind == trace.SvcProcess {
			text = e.Text(l.log, field)
		}
	})
	return text
}

func TestAHeaderThatMakesNoSenseIsGarbageAndAnOperationThatDoesNotIsBadXDR(t *testing.T) {
	l := newRig(t)
	raw := func(b ...uint32) sunrpc.Message {
		p := compound
		p.Encode = func(e *xdr.Encoder, _ any) wire.Errno {
			for _, w := range b {
				e.Uint32(w)
			}
			return wire.OK
		}
		return sunrpc.Message{Proc: &p, Res: new(nfs4.CompoundRes)}
	}
	bad := raw(0, 0, 1, uint32(nfs4.OpPutFH), 1<<30)
	_, ends := l.call(l.args4(), 0, raw(1<<31), bad)
	l.finish(time.Minute)
	require.Equal(t, int32(wire.EIO), ends[0].status, "GARBAGE_ARGS, three times")
	require.Equal(t, nfs4.ErrBadXDR, bad.Res.(*nfs4.CompoundRes).Status)
}
