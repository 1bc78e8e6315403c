package nlm

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

// FuzzMessages feeds any bytes to every decoder: what is read to the end is written again as it was, and nothing panics.
func FuzzMessages(f *testing.F) {
	for _, name := range captured {
		for _, x := range capture.Exchanges(f, "testdata/"+name) {
			if x.Head.Prog == Program {
				f.Add(byte(x.Head.Proc), false, body(f, x.Call, false))
			}
		}
	}
	f.Fuzz(func(t *testing.T, proc byte, reply bool, b []byte) {
		m := Args(uint32(proc))
		if reply {
			m = Results(uint32(proc))
		}
		if m == nil {
			return
		}
		d := xdr.NewDecoder(b)
		m.Decode(d)
		if d.Err() != nil || d.Odd() != nil || d.Len() > 0 {
			return
		}
		var e xdr.Encoder
		m.Encode(&e)
		require.Equal(t, b, e.B)
	})
}

func TestAnyCallIsAnsweredOrRefusedAndNonePanics(t *testing.T) {
	l := &Lockd{node: "server", m: clock{}}
	services := l.Services()
	rapid.Check(t, func(t *rapid.T) {
		proc := rapid.Uint32Range(0, 30).Draw(t, "proc")
		args := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "args")
		s := services[2]
		if _, known := s.ProcName(proc); !known {
			return
		}
		l.from = "10.0.0.9"
		stat, _ := s.Serve(proc, xdr.NewDecoder(args), new(xdr.Encoder))
		require.Contains(t, []rpcmsg.AcceptStat{rpcmsg.Success, rpcmsg.GarbageArgs}, stat)
		if proc != ProcLock && proc != ProcGrantedMsg { // those make calls
			reached := false
			s.Prepare(wire.Addr{Host: "10.0.0.9"}, proc, args, func() sunrpc.Step { reached = true; return nil })()
			require.True(t, reached)
		}
	})
}

func TestAClientCannotMakeTheServerRememberMoreThanItSays(t *testing.T) {
	s := new(Server)
	for i := range 3 * mostLocks {
		st := s.Lock("a", ask(1, uint64(2*i), 1, false), 0)
		require.Equal(t, i < mostLocks, st == Granted, i)
	}
	require.Len(t, s.Held([]byte("file")), mostLocks)
	require.Equal(t, DeniedNoLocks, s.Lock("a", ask(1, 1<<40, 1, false), 0))
	s = new(Server)
	s.LockLocal("holder", []byte("file"), true, Range{0, 0})
	for i := range 2 * mostBlocks {
		a := ask(int32(i), 0, 1, true)
		require.Equal(t, i < mostBlocks, s.Lock("a", a, 0) == Blocked)
	}
	require.Len(t, s.Waiting(), mostBlocks)
	s = new(Server)
	for i := range 2 * mostFiles {
		a := ask(1, 0, 1, false)
		a.Lock.FH = []byte{byte(i), byte(i >> 8)}
		s.Lock("a", a, 0)
	}
	require.Len(t, s.files, mostFiles)
	s.FreeAll("a", 0)
	require.Empty(t, s.files, "what nobody has locked is forgotten")
	require.Empty(t, s.order)
}
