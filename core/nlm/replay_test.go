package nlm

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

// replay has our server answer what a real client asked of a real one, and compares the bytes. Client and server were one
// kernel, with one counter for cookies: ours is set to what it was.
type replay struct {
	t    *testing.T
	l    *Lockd
	left []*capture.Exchange
}

func newReplay(t *testing.T, name string) *replay {
	r := &replay{t: t, l: &Lockd{node: "nfslab", m: clock{}, from: "10.99.1.2"}}
	for _, x := range capture.Exchanges(t, "testdata/"+name) {
		if x.Head.Prog == Program {
			r.left = append(r.left, x)
		}
	}
	return r
}

// answer lets the server answer the next call of the client's, at now.
func (r *replay) answer(proc uint32, now time.Duration) {
	x := r.next(proc)
	a := Args(proc)
	a.Decode(xdr.NewDecoder(body(r.t, x.Call, false)))
	r.l.m = clock{now: now}
	if l, ok := a.(*LockArgs); ok {
		r.l.cookies = uint32(l.Cookie[0]) | uint32(l.Cookie[1])<<8
	}
	var e xdr.Encoder
	if res := r.l.answer(proc, a); res != nil {
		res.Encode(&e)
	}
	if x.Reply != nil {
		require.Equal(r.t, string(body(r.t, x.Reply, true)), string(e.B), ProcName(proc))
	}
}

// next is the next call of that procedure.
func (r *replay) next(proc uint32) *capture.Exchange {
	for i, x := range r.left {
		if x.Head.Proc == proc {
			r.left = append(r.left[:i:i], r.left[i+1:]...)
			return x
		}
	}
	r.t.Fatalf("no %s is left", ProcName(proc))
	return nil
}

// granted lets the server say whom it tells now, and compares the bytes of that call.
func (r *replay) granted(now time.Duration) {
	tell, _ := r.l.Due(now)
	require.Len(r.t, tell, 1)
	var e xdr.Encoder
	tell[0].args(r.l.node).Encode(&e)
	require.Equal(r.t, string(body(r.t, r.next(ProcGrantedMsg).Call, false)), string(e.B))
	r.l.Told(tell[0], false, now)
}

// Recording 19: a lock is taken (the call comes four times) and given up; then a process of the server's is in the way,
// twice: one LOCK is denied, the next waits, is granted by a callback, and given up.
func TestOurServerLocksAndCallsBackAsTheKernelsDid(t *testing.T) {
	r := newReplay(t, captured[0])
	for range 4 {
		r.answer(ProcLock, 0)
	}
	r.answer(ProcUnlock, 0)
	for range 2 {
		a := new(LockArgs)
		a.Decode(xdr.NewDecoder(body(t, r.left[0].Call, false)))
		fh := a.Lock.FH
		require.True(t, r.l.LockLocal("python3", fh, true, rangeOf(0, 0)))
		r.answer(ProcLock, 0)
		r.answer(ProcLock, 0)
		r.l.UnlockLocal("python3", fh, rangeOf(0, 0), 0)
		r.granted(0)
		r.answer(ProcGrantedRes, 0)
		require.Empty(t, r.l.Waiting())
		r.answer(ProcUnlock, 0)
		require.Empty(t, r.l.Held(fh))
	}
	require.Empty(t, r.left)
}

// Recording 28: between two locks the lock manager restarts, and denies everything while others may claim what they had.
func TestOurServerHasAGracePeriodAsTheKernelsDid(t *testing.T) {
	r := newReplay(t, captured[1])
	r.answer(ProcLock, 0)
	r.answer(ProcUnlock, 0)
	r.l.Shutdown()
	r.l.Grace(33 * time.Second)
	for i := range 6 {
		r.answer(ProcLock, 10*time.Second+time.Duration(i)*5*time.Second)
	}
	r.answer(ProcUnlock, 36*time.Second)
	require.Empty(t, r.left)
}
