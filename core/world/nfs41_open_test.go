package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// nfs4_open_release: the server must not believe for ever that a file is open.
func TestAFileThatWasOpenedForAKilledProcessIsClosed(t *testing.T) {
	s := newSpy(t, 4)
	var f *client.File
	var p *thread
	p = s.do(func() sunrpc.Step {
		return s.mount.Open("", s.mount.Root, "file1", client.How{Access: nfs4.ShareRead}, func(got *client.File, status int32) sunrpc.Step {
			require.EqualValues(t, wire.ERESTARTSYS, status)
			f = got
			return s.end()
		})
	})
	s.Watch(func(e *trace.Event) {
		if e.Kind == trace.SvcProcess && !p.Killed {
			s.at(s.now, func() { s.k.FatalSignal(&p.Thread) })
		}
	})
	s.running++ // the world goes on after the process
	s.finish(30 * time.Second)
	require.Nil(t, f)
	var ops []string
	for _, h := range s.calls {
		ops = append(ops, h.ops)
	}
	require.Len(t, ops, 2)
	require.Contains(t, ops[1], "CLOSE")
	require.Empty(t, s.mount.State(nfs4.FH(s.fs.Handle(export+"/file1"))))
}

// nfs4_close_prepare decides when the call has its slot: a file that somebody else has opened meanwhile stays open, and the
// server hears that it is open for less.
func TestTheServerHearsForWhatAFileIsStillOpen(t *testing.T) {
	s := newSpy(t, 4)
	s.nfsd.v4.V4.Delegations = false
	open := func(access uint32, then func(*client.File) sunrpc.Step) sunrpc.Step {
		return s.mount.Open("", s.mount.Root, "file1", client.How{Access: access}, func(f *client.File, status int32) sunrpc.Step {
			require.Zero(t, status)
			return then(f)
		})
	}
	s.do(func() sunrpc.Step {
		return open(nfs4.ShareRead, func(r *client.File) sunrpc.Step {
			return open(nfs4.ShareBoth, func(rw *client.File) sunrpc.Step {
				return open(nfs4.ShareRead, func(r2 *client.File) sunrpc.Step {
					return r2.Close("", func(int32) sunrpc.Step {
						return rw.Close("", func(int32) sunrpc.Step {
							return r.Close("", func(int32) sunrpc.Step { return s.end() })
						})
					})
				})
			})
		})
	})
	s.finish(time.Minute)
	var ops []string
	for _, h := range s.calls {
		ops = append(ops, h.ops)
	}
	const open1 = "PUTFH OPEN GETFH ACCESS GETATTR"
	require.Equal(t, []string{open1, open1, open1, "PUTFH OPEN_DOWNGRADE", "PUTFH GETATTR CLOSE"}, ops)
	require.Nil(t, s.mount.State(nfs4.FH(s.fs.Handle(export+"/file1"))))
}

// nfs4_close_prepare finds it open again and makes no call; or CLOSE is on its way before the OPEN's process has run, with a
// stateid that the server calls old.
func TestAFileThatIsOpenedWhileItsCLOSEWaitsForASlotStaysOpen(t *testing.T) {
	const open, close, getattr = "PUTFH OPEN GETFH ACCESS GETATTR", "PUTFH GETATTR CLOSE", "PUTFH GETATTR"
	require.Equal(t, []string{getattr, open, getattr}, openedWhileClosing(t, true))
	require.Equal(t, []string{getattr, open, close}, openedWhileClosing(t, false))
}

func openedWhileClosing(t *testing.T, between bool) (ops []string) {
	s := newSpy(t, 1)
	s.nfsd.v4.V4.Delegations = false
	var f *client.File
	open := func(then sunrpc.Step) sunrpc.Step {
		return s.mount.Open("", s.mount.Root, "file1", client.How{Access: nfs4.ShareRead}, func(got *client.File, status int32) sunrpc.Step {
			require.Zero(t, status)
			f = got
			return then
		})
	}
	s.do(func() sunrpc.Step { return open(s.end) })
	s.finish(2 * time.Second)
	s.nfsd.srv.Faults.Slow = 100 * time.Millisecond
	s.calls = nil
	first := f
	s.getattrs(1) // has the slot
	s.at(s.now+10*time.Millisecond, func() { s.do(func() sunrpc.Step { return open(s.end) }) })
	if between {
		s.at(s.now+15*time.Millisecond, func() { s.getattrs(1) })
	}
	closes := func(f *client.File) {
		s.do(func() sunrpc.Step {
			return f.Close("", func(status int32) sunrpc.Step {
				require.Zero(t, status)
				return s.end()
			})
		})
	}
	s.at(s.now+20*time.Millisecond, func() { closes(first) })
	s.finish(time.Minute)
	require.NotSame(t, first, f)
	for _, h := range s.calls {
		ops = append(ops, h.ops)
	}
	s.calls = nil
	closes(f)
	s.finish(2 * time.Minute)
	require.Len(t, s.calls, 1)
	require.Equal(t, "PUTFH GETATTR CLOSE", s.calls[0].ops)
	return ops
}
