package client

import (
	"sunscope/core/fsm"
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// What CREATE_SESSION asks for: messages as long as the longest READ and WRITE, with what is around the data; replies to be
// kept as long as that of the longest call that must not be done twice; operations of one COMPOUND; and for the back
// channel one page each way, CB_SEQUENCE with one operation behind.
const (
	maxIO           = 1 << 20 // NFS_MAX_FILE_IO_SIZE
	writeOverhead   = 1044
	readOverhead    = 904
	maxCached       = 7584
	maxOps          = 8 // NFS4_MAX_OPS
	backSize        = 4096
	maxBackOps      = 2  // NFS4_MAX_BACK_CHANNEL_OPS
	usualSlots      = 64 // NFS4_DEF_SLOT_TABLE_SIZE
	usualCBSlots    = 16 // NFS4_DEF_CB_SLOT_TABLE_SIZE
	nsec            = 1_000_000_000
	exchangeIDFlags = nfs4.ExchgSuppMovedRefer | nfs4.ExchgBindPrinc
)

// exchangeID is nfs4_proc_exchange_id: the client's name against a client id.
func (c *Client) exchangeID(then func(int32) sunrpc.Step) sunrpc.Step {
	call := c.call(procExchangeID, op(nfs4.OpExchangeID, &nfs4.ExchangeIDArgs{
		Verifier: c.verifier, Owner: []byte("Linux NFSv4.1 " + c.NodeName), Flags: exchangeIDFlags,
		Impl: []nfs4.ImplID{{Domain: "kernel.org", Name: c.Kernel}},
	}))
	// Its hooks have no rpc_call_done.
	ops := &sunrpc.CallOps{}
	return c.K.RunTask(call.setup(c.RPC, manage, ops), func(t *sunrpc.Task) sunrpc.Step {
		r := body[nfs4.ExchangeIDRes](&call.Res, nfs4.OpExchangeID)
		if status := t.Status(); status < 0 || r == nil {
			return then(min(status, orIO(status)))
		}
		c.ID, c.seq = r.Clientid, r.Sequence
		c.Confirmed = r.Flags&nfs4.ExchgConfirmedR != 0
		return then(0)
	})
}

// orIO is EIO for an answer without error and without what was asked for.
func orIO(status int32) int32 {
	if status < 0 {
		return status
	}
	return int32(wire.EIO)
}

// createSession is nfs4_proc_create_session.
func (c *Client) createSession(then func(int32) sunrpc.Step) sunrpc.Step {
	a := &nfs4.CreateSessionArgs{
		Clientid: c.ID, Sequence: c.seq, CBProgram: nfs4.CallbackProgram,
		Fore: nfs4.ChannelAttrs{MaxRequest: maxIO + writeOverhead, MaxResponse: maxIO + readOverhead, MaxCached: maxCached,
			MaxOps: maxOps, MaxReqs: orElse(c.MaxSlots, usualSlots)},
		Back: nfs4.ChannelAttrs{MaxRequest: backSize, MaxResponse: backSize, MaxOps: maxBackOps, MaxReqs: orElse(c.MaxCBSlots, usualCBSlots)},
		Sec:  []nfs4.SecParms{{Flavor: 1, Machine: c.NodeName}},
	}
	if c.CallbackUp != nil {
		a.Flags = nfs4.SessionBackChan
	}
	a.Flags |= nfs4.SessionPersist
	call := c.call(procCreateSession, op(nfs4.OpCreateSession, a))
	return c.plain(call, func(status int32) sunrpc.Step {
		r := body[nfs4.CreateSessionRes](&call.Res, nfs4.OpCreateSession)
		if status < 0 || r == nil {
			return then(orIO(status))
		}
		if !granted(a, r) {
			return then(int32(wire.EINVAL))
		}
		c.seq++
		c.sessionBegins(r)
		return then(0)
	})
}

func orElse(n, usual uint32) uint32 {
	if n == 0 {
		return usual
	}
	return n
}

// granted is nfs4_verify_channel_attrs: the server may grant less than it was asked for, but not more, and not nothing.
func granted(a *nfs4.CreateSessionArgs, r *nfs4.CreateSessionRes) bool {
	f, w := &r.Fore, &a.Fore
	if f.HeaderPad > w.HeaderPad || f.MaxResponse > w.MaxResponse || f.MaxOps < w.MaxOps || f.MaxReqs == 0 || f.MaxReqs > nfs4.MaxSlots {
		return false
	}
	if r.Flags&nfs4.SessionBackChan == 0 {
		return true
	}
	b, v := &r.Back, &a.Back
	return b.MaxRequest <= v.MaxRequest && b.MaxResponse >= v.MaxResponse && b.MaxCached <= v.MaxCached && b.MaxOps == v.MaxOps && b.MaxReqs > 0 && b.MaxReqs <= v.MaxReqs
}

// sessionBegins is nfs4_setup_session_slot_tables: the tables have the sizes that were granted, and their numbers begin
// anew. Tasks that wait stay where they are.
func (c *Client) sessionBegins(r *nfs4.CreateSessionRes) {
	s := &Session{ID: r.Session, Fore: r.Fore, Back: r.Back}
	draining := c.Table.slots.Draining
	c.Table.slots = nfs4.NewSlotTable(min(r.Fore.MaxReqs, orElse(c.MaxSlots, usualSlots)), 1)
	c.Table.slots.Draining = draining
	if r.Flags&nfs4.SessionBackChan != 0 {
		s.Callback = &nfs4.CallbackSession{ID: r.Session, BackChan: true, Slots: make([]nfs4.CallbackSlot, r.Back.MaxReqs)}
	}
	c.Session = s
	c.manager.bits &^= leaseConfirm | sessionReset | bindConnToSession // nfs41_finish_session_reset
}

// destroySession is nfs4_destroy_session.
func (c *Client) destroySession(then func() sunrpc.Step) sunrpc.Step {
	return c.endSession(func(int32) sunrpc.Step {
		c.Session = nil
		return then()
	})
}

// endSession is nfs4_proc_destroy_session.
func (c *Client) endSession(then Status) sunrpc.Step {
	if c.Session == nil {
		return then(0)
	}
	return c.plain(c.call(procDestroySession, op(nfs4.OpDestroySession, &nfs4.SessionArgs{Session: c.Session.ID})), then)
}

// destroyClientid is nfs4_destroy_clientid.
func (c *Client) destroyClientid(then func() sunrpc.Step) sunrpc.Step {
	if c.Minor == 0 || c.ID == 0 || !c.ready {
		return then()
	}
	call := c.call(procDestroyClientid, op(nfs4.OpDestroyClientid, &nfs4.ClientidArgs{Clientid: c.ID}))
	return c.plain(call, func(int32) sunrpc.Step { return then() })
}

// foreTable is the fore channel's table before there is a session: everybody waits.
func (c *Client) foreTable() *Table {
	t := c.newTable(fsm.ForeChannel, 1)
	t.slots.Draining = true
	return t
}
