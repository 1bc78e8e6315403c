package world

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// spy hears every COMPOUND that arrives at the server, and may answer it instead.
type spy struct {
	*rig
	mount *client.Mount
	calls []*heard
	// answer, if any, says what to do with the n-th call, counted from 1, of those with that operation.
	answer func(n int, h *heard) (status nfs4.Status, hangUp bool)
	about  nfs4.Op
	n      int
}

// heard is a COMPOUND.
type heard struct {
	at   time.Duration
	xid  uint32
	seq  nfs4.SequenceArgs // zero without SEQUENCE
	has  bool
	ops  string // the operations' names without SEQUENCE
	args nfs4.CompoundArgs
}

// newSpy mounts with NFSv4.1 and so many slots.
func newSpy(t testing.TB, slots uint32) *spy {
	s := &spy{rig: newRig(t)}
	s.nfsd.srv.Answer = s.hears
	s.nfs4.MaxSlots = slots
	s.do(func() sunrpc.Step {
		args := &client.MountArgs{ClientArgs: client.ClientArgs{Minor: 1, Server: wire.Addr{Host: s.sc.Server.Addr, Port: uint16(s.sc.Mount.Port)}}, Hard: true}
		return s.nfs4.Mount(args, func(m *client.Mount, status int32) sunrpc.Step {
			require.Zero(t, status)
			s.mount = m
			return s.end()
		})
	})
	s.finish(time.Second)
	require.NotNil(t, s.mount)
	s.calls = nil
	return s
}

func (s *spy) hears(call []byte) (reply []byte, hangUp, wrong bool) {
	d := xdr.NewDecoder(call)
	head, err := rpcmsg.DecodeCall(d)
	if err != nil || head.Prog != nfs4.Program || head.Proc != nfs4.ProcCompound {
		return nil, false, false
	}
	h := &heard{at: s.now, xid: head.XID}
	h.args.Decode(d)
	require.NoError(s.t, d.Err())
	mine := false
	for _, o := range h.args.Ops {
		mine = mine || o.Op == s.about
		if q, ok := o.Body.(*nfs4.SequenceArgs); ok {
			h.seq, h.has = *q, true
			continue
		}
		h.ops = strings.TrimSpace(h.ops + " " + o.Op.Name(false))
	}
	s.calls = append(s.calls, h)
	if s.answer == nil || !mine {
		return nil, false, false
	}
	s.n++
	status, hangUp := s.answer(s.n, h)
	if status == nfs4.OK {
		return nil, hangUp, hangUp
	}
	return s.refusal(h, status), false, true
}

// refusal is an answer in which everything is well before the operation that the spy is about, which is refused.
func (s *spy) refusal(h *heard, status nfs4.Status) []byte {
	n := slices.IndexFunc(h.args.Ops, func(o nfs4.Operation) bool { return o.Op == s.about })
	r := nfs4.CompoundRes{}
	if n > 0 { // the server has seen the number
		r, _ = s.nfsd.v4.V4.Compound(1, &nfs4.CompoundArgs{Minor: 1, Ops: h.args.Ops[:n]})
	}
	r.Status = status
	done := nfs4.Operation{Op: s.about, Status: status}
	if status == nfs4.ErrDenied { // which tells who has the lock
		done.Body = &nfs4.LockRes{}
	}
	r.Ops = append(r.Ops, done)
	var e xdr.Encoder
	ok := rpcmsg.AcceptedReply(h.xid, rpcmsg.Success)
	rpcmsg.EncodeReply(&e, &ok)
	r.Encode(&e)
	return e.B
}

// getattrs are so many processes that each ask for the root's attributes. ended tells who was done, in which order.
func (s *spy) getattrs(n int) (ended *[]int32) {
	ended = new([]int32)
	for range n {
		var p *thread
		p = s.do(func() sunrpc.Step {
			return s.mount.Getattr("", s.mount.Root, func(_ *nfs4.Attrs, status int32) sunrpc.Step {
				require.Zero(s.t, status)
				*ended = append(*ended, p.PID)
				return s.end()
			})
		})
	}
	return ended
}

// keep leaves only the calls with these operations.
func (s *spy) keep(ops string) {
	s.calls = slices.DeleteFunc(s.calls, func(h *heard) bool { return h.ops != ops })
}
