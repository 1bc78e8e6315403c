package world

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// serve4 starts a peer that serves NFSv4; spoil may change what it answers to the n-th COMPOUND.
func (l *rig) serve4(spoil func(n int, results []byte) []byte) *peer {
	v4 := nfs4.NewServer(l.fs)
	v4.Root = l.fs.Handle(export)
	p, n := l.serve(nil), 0
	p.hear = func(call []byte) [][]byte {
		d := xdr.NewDecoder(call)
		h, err := rpcmsg.DecodeCall(d)
		require.NoError(l.t, err)
		reply := success(h.XID)
		if h.Proc != nfs4.ProcCompound {
			return [][]byte{record(reply)}
		}
		var a nfs4.CompoundArgs
		a.Decode(d)
		l.fs.Now = l.now
		r, _ := v4.Compound(1, &a)
		var e xdr.Encoder
		r.Encode(&e)
		n++
		return [][]byte{record(append(reply, spoil(n, e.B)...))}
	}
	return p
}

// use4 mounts what the peer serves, works with it, and takes it down again. Ends are the statuses that the process heard.
func (l *rig) use4(minor uint32) (ends *[]int32) {
	ends = new([]int32)
	next := func(then func() sunrpc.Step) func(int32) sunrpc.Step {
		return func(status int32) sunrpc.Step {
			*ends = append(*ends, status)
			return then()
		}
	}
	args := &client.MountArgs{ClientArgs: client.ClientArgs{Minor: minor, Server: wire.Addr{Host: l.sc.Server.Addr, Port: peerPort},
		Timeout: &sunrpc.Timeout{Init: time.Second, Increment: time.Second, Retries: 1, Max: 2 * time.Second}}, SoftErr: true}
	l.do(func() sunrpc.Step {
		return l.nfs4.Mount(args, func(m *client.Mount, status int32) sunrpc.Step {
			*ends = append(*ends, status)
			if status < 0 {
				return l.end()
			}
			over := func() sunrpc.Step { return m.Umount(l.end) }
			return m.Open("", m.Root, "f", client.How{Access: nfs4.ShareBoth, Create: true, Mode: 0o644}, func(f *client.File, status int32) sunrpc.Step {
				*ends = append(*ends, status)
				list := func() sunrpc.Step {
					return m.Readdir("", m.Root, func(_ []nfs4.Entry, status int32) sunrpc.Step { return next(over)(status) })
				}
				if status < 0 {
					return list()
				}
				return m.Getattr("", f.FH, func(_ *nfs4.Attrs, status int32) sunrpc.Step {
					*ends = append(*ends, status)
					return f.Close("", next(list))
				})
			})
		})
	})
	return ends
}

func TestAPeerThatServesNFSv4WellIsWorkedWith(t *testing.T) {
	for minor := range uint32(2) {
		l := newRig(t)
		l.serve4(func(_ int, results []byte) []byte { return results })
		ends := l.use4(minor)
		l.finish(time.Hour)
		require.Zero(t, l.running)
		require.Len(t, *ends, 5)
		for _, status := range *ends {
			require.GreaterOrEqual(t, status, int32(0))
		}
		h, s := l.fs.Find(l.fs.Handle(export), "f")
		require.Equal(t, nfs.OK, s)
		require.NotEmpty(t, h)
	}
}

// spoilt is an answer with a fault in it: bytes, a word, or its length.
func spoilt(r *rand.Rand, b []byte) []byte {
	b = append([]byte(nil), b...)
	words := [...]uint32{0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 10008, 10052}
	switch at := r.IntN(len(b)/4) * 4; r.IntN(5) {
	case 0:
		return b[:at]
	case 1:
		return b[:at+1+r.IntN(3)]
	case 2:
		return append(b, make([]byte, r.IntN(64))...)
	case 3:
		xdr.PutWord(b[at:], words[r.IntN(len(words))])
	default:
		b[at+r.IntN(4)] ^= byte(1 << r.IntN(8))
	}
	return b
}

// No answer, however wrong, ends the engine, and none costs much: what is announced and does not come is not believed.
func TestWhateverAServerOfNFSv4AnswersTheClientGoesOnOrGivesUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		minor := rapid.Uint32Range(0, 1).Draw(rt, "minor")
		every := rapid.IntRange(1, 12).Draw(rt, "every")
		r := rand.New(rand.NewPCG(seed, 1))
		l := newSeededRig(t, seed)
		l.serve4(func(_ int, results []byte) []byte {
			if r.IntN(every) > 0 {
				return results
			}
			return spoilt(r, results)
		})
		ends := l.use4(minor)
		for at, ok := l.next(); ok && at < 10*time.Minute && l.log.Len() < 100_000 && l.Step(); at, ok = l.next() {
		}
		require.NoError(rt, l.Err())
		if l.running == 0 {
			require.NotEmpty(rt, *ends)
		}
	})
}
