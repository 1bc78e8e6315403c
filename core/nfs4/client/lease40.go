package client

import (
	"sunscope/core/fsm"
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
)

// introduce40 is nfs4_init_client with nfs40_discover_server_trunking: the callback service listens, SETCLIENTID and its
// confirmation tell the server who we are, and the state manager says it once more when it takes the lease.
func (c *Client) introduce40(then func(int32) sunrpc.Step) sunrpc.Step {
	c.Table = c.newTable(fsm.NFS40Slots, nfs4.MaxSlots)
	c.idents++
	c.ident = c.idents
	c.callbackUp()
	c.markReady(0)
	return c.discovered(c.setclientid, func(status int32) sunrpc.Step {
		if status < 0 {
			return then(status)
		}
		c.scheduleRenewal()
		c.manager.set(leaseExpired)
		c.Schedule()
		return then(0)
	})
}

// setclientid is nfs4_proc_setclientid and nfs4_proc_setclientid_confirm: a client id, and where the server may call us.
func (c *Client) setclientid(then func(int32) sunrpc.Step) sunrpc.Step {
	call := c.call(procSetclientid, op(nfs4.OpSetclientid, &nfs4.SetclientidArgs{
		Verifier: c.verifier, ID: []byte("Linux NFSv4.0 " + c.NodeName + "/" + c.Server.Host),
		CBProgram: nfs4.CallbackProgram, Addr: c.callbackAddr(), Ident: c.ident,
	}))
	ops := &sunrpc.CallOps{DoneName: "nfs4_setclientid_done", DoneModule: "nfsv4"}
	return c.K.RunTask(call.setup(c.RPC, manage, ops), func(t *sunrpc.Task) sunrpc.Step {
		r := body[nfs4.SetclientidRes](&call.Res, nfs4.OpSetclientid)
		if status := t.Status(); status < 0 || r == nil {
			return then(orIO(status))
		}
		c.ID = r.Clientid
		confirm := c.call(procSetclientidConfirm, op(nfs4.OpSetclientidConfirm, &nfs4.SetclientidConfirmArgs{Clientid: r.Clientid, Confirm: r.Confirm}))
		return c.plain(confirm, then)
	})
}

// callbackAddr is cb_location: a universal address (RFC 5665), which nobody can connect to when nobody listens.
func (c *Client) callbackAddr() nfs4.NetAddr {
	netid, uaddr := c.K.Universal(c.listener.port)
	return nfs4.NetAddr{Netid: netid, Addr: uaddr}
}

// takeLease40 is nfs4_init_clientid and nfs4_setup_state_renewal: the state manager's SETCLIENTID, and for how long it holds.
func (c *Client) takeLease40(then func(int32) sunrpc.Step) sunrpc.Step {
	return c.setclientid(func(status int32) sunrpc.Step {
		if status < 0 {
			return then(status)
		}
		began := c.M.Now()
		return c.getLeaseTime(func(status int32) sunrpc.Step {
			if status < 0 {
				return then(status)
			}
			c.Renewed = began
			c.scheduleRenewal()
			return then(0)
		})
	})
}

// renew40 is nfs4_proc_renew: the state manager asks whether the server still knows the client.
func (c *Client) renew40(then func(int32) sunrpc.Step) sunrpc.Step {
	began := c.M.Now()
	return c.plain(c.call(procRenew, op(nfs4.OpRenew, &nfs4.ClientidArgs{Clientid: c.ID})), func(status int32) sunrpc.Step {
		switch status {
		case 0:
			c.Renewed = began
		case nfs4.ErrCBPathDown.Errno():
			c.pathDown()
			status = 0
		}
		return then(status)
	})
}

// pathDown is nfs40_handle_cb_pathdown: SETCLIENTID gives the server a reason to call again.
func (c *Client) pathDown() {
	c.manager.set(leaseExpired)
	c.Schedule()
}
