package client

import (
	"sunscope/core/fsm"
	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/wire"
)

// Net is a host's NFSv4 client (struct nfs_net): what all its mounts have in common.
type Net struct {
	K *sunrpc.Kernel
	M sunrpc.Machine
	// Spawn starts a kernel thread (kthread_run).
	Spawn func(comm string, first sunrpc.Step)
	// NodeName is the host's name, Kernel what uname says of its kernel.
	NodeName, Kernel string
	// MaxSlots and MaxCBSlots are the module parameters max_session_slots and max_session_cb_slots; 0: 64 and 16.
	MaxSlots, MaxCBSlots uint32
	// Boot is when the host was started, which the server is told (nn->boot_time).
	Boot time.Duration
	// CallbackUp is nfs_callback_up: the service that answers what comes over c's back channel; nil, or no service: the
	// session has no back channel. CallbackDown is nfs_callback_down.
	CallbackUp   func(c *Client) *sunrpc.Server
	CallbackDown func(c *Client)

	audit    *Audit // nil: nobody looks
	defect   Defect
	clients  []*Client
	owners   uint32 // open owners that have been numbered
	listener listener
	idents   uint32 // of the last NFSv4.0 client that was numbered (cb_ident_idr)
}

// Client is struct nfs_client: a server, and what it knows us by. Mounts of the same server share it.
type Client struct {
	*Net
	Minor  uint32
	Server wire.Addr
	RPC    *sunrpc.Client // cl_rpcclient
	ID     uint64         // cl_clientid
	// Confirmed: the server said EXCHGID4_FLAG_CONFIRMED_R: it knows this client already.
	Confirmed bool
	// Session is the session of NFSv4.1 (cl_session); nil before CREATE_SESSION, and in NFSv4.0.
	Session *Session
	// Table is the session's fore channel, or NFSv4.0's table of the transport (cl_slot_tbl).
	Table *Table
	// Lease is how long the server keeps our state without a word (cl_lease_time); Renewed is when we were last heard.
	Lease   time.Duration
	Renewed time.Duration

	refs     int
	answers  *sunrpc.Server // to the server's calls
	seq      uint32         // of the next CREATE_SESSION (cl_seqid)
	verifier nfs4.Verifier
	ready    bool  // NFS_CS_READY
	failed   int32 // why it is not
	waiting  []func()
	queue    *sunrpc.WaitQueue // cl_rpcwaitq: tasks that wait for the state manager
	manager  manager
	mounts   []*Mount
	renewal  renewal
	ident    uint32 // what the server calls an NFSv4.0 client by (cl_cb_ident)
	// leaseKnown: a mount has asked for the lease time (NFS_CS_CHECK_LEASE_TIME is clear).
	leaseKnown bool
	blocked    []*blocked // processes that wait for locks
}

// Session is struct nfs4_session.
type Session struct {
	ID   nfs4.SessionID
	Fore nfs4.ChannelAttrs // as granted
	Back nfs4.ChannelAttrs
	// Callback is the back channel as callbacks are checked against it; nil without one.
	Callback *nfs4.CallbackSession
}

// ClientArgs say what server is meant, and how it is talked to.
type ClientArgs struct {
	Minor   uint32
	Server  wire.Addr
	Timeout *sunrpc.Timeout // nil: timeo=600,retrans=2
	NoPing  bool
}

// get is nfs_get_client: the client that mounts of that server share, or a new one, which is pinged and introduces itself
// (nfs4_init_client).
func (n *Net) get(a *ClientArgs, then func(*Client, int32) sunrpc.Step) sunrpc.Step {
	for _, c := range n.clients {
		if c.Minor == a.Minor && c.Server == a.Server && c.failed == 0 {
			c.refs++
			return c.waitReady(func(status int32) sunrpc.Step {
				if status < 0 {
					return c.put(func() sunrpc.Step { return then(nil, status) })
				}
				return then(c, 0)
			})
		}
	}
	c := &Client{Net: n, Minor: a.Minor, Server: a.Server, refs: 1, Lease: 90 * time.Second}
	c.manager.c, c.queue = c, n.K.NewQueue(fsm.NFSClient)
	n.clients = append(n.clients, c)
	return n.K.Create(createArgs(a), func(rpc *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return c.giveUp(status, then)
		}
		c.RPC = rpc
		return c.introduce(func(status int32) sunrpc.Step {
			if status < 0 {
				return c.giveUp(status, then)
			}
			return then(c, 0)
		})
	})
}

// giveUp is the end of a client that could not be set up: other mounts that wait for it hear why.
func (c *Client) giveUp(status int32, then func(*Client, int32) sunrpc.Step) sunrpc.Step {
	c.markReady(status)
	return c.put(func() sunrpc.Step { return then(nil, status) })
}

// createArgs is nfs_create_rpc_client: calls give up in the end, are never sent twice on one connection, and the
// connection is broken before they are sent on another.
func createArgs(a *ClientArgs) *sunrpc.CreateArgs {
	t := a.Timeout
	if t == nil {
		t = &sunrpc.NFSTCPTimeout
	}
	return &sunrpc.CreateArgs{
		Program: "nfs", Prog: nfs4.Program, Vers: nfs4.Version, Server: a.Server, Timeout: t, NoPing: a.NoPing,
		Flavor: rpcmsg.AuthUnix, Null: &procs[procNull], Discrtry: true, NoRetrans: true, NoIdle: a.Minor > 0,
		ReusePort: a.Minor == 0, // sessions tell calls apart; without them the server's reply cache goes by the port
	}
}

// introduce is nfs4_init_client with the discovery of trunking: the callback service comes up, EXCHANGE_ID asks the
// server who it is, and the state manager does the rest.
func (c *Client) introduce(then func(int32) sunrpc.Step) sunrpc.Step {
	c.verifier = c.bootVerifier()
	if c.Minor == 0 {
		return c.introduce40(then)
	}
	c.Table = c.foreTable()
	c.callbackUp()
	return c.discovered(c.exchangeID, func(status int32) sunrpc.Step {
		if status < 0 {
			return then(status)
		}
		if c.Confirmed { // by somebody of our name
			c.manager.set(purgeState)
		}
		c.manager.set(leaseExpired)
		c.Schedule()
		return c.waitReady(then)
	})
}

// bootVerifier tells one life of the host from the next.
func (c *Client) bootVerifier() (v nfs4.Verifier) {
	r := c.M.Rand("nfs boot").Uint64()
	for i := range v {
		v[i] = byte(r >> (8 * i))
	}
	return v
}

// waitReady is nfs_wait_client_init_complete.
func (c *Client) waitReady(then func(int32) sunrpc.Step) sunrpc.Step {
	if c.ready || c.failed != 0 {
		return then(c.failed)
	}
	return c.pause(func(wake func()) { c.waiting = append(c.waiting, wake) }, func(err wire.Errno) sunrpc.Step {
		return then(min(c.failed, int32(err)))
	})
}

// markReady is nfs_mark_client_ready: status is 0, or why there is no client.
func (c *Client) markReady(status int32) {
	c.ready, c.failed = status == 0, status
	waiting := c.waiting
	c.waiting = nil
	for _, wake := range waiting {
		wake()
	}
}

// put is nfs_put_client. The last one takes leave of the server.
func (c *Client) put(then func() sunrpc.Step) sunrpc.Step {
	if c.refs--; c.refs > 0 || c.defect == ClientKept {
		return then()
	}
	for i, o := range c.clients {
		if o == c {
			c.clients = append(c.clients[:i:i], c.clients[i+1:]...)
			break
		}
	}
	c.stopRenewal()
	if c.RPC == nil {
		return then()
	}
	return c.destroySession(func() sunrpc.Step {
		return c.destroyClientid(func() sunrpc.Step {
			c.callbackDown()
			return c.RPC.ShutdownWait(then)
		})
	})
}

func (c *Client) callbackUp() {
	if c.CallbackUp == nil {
		return
	}
	if c.Minor == 0 {
		c.listen40()
		return
	}
	if srv := c.CallbackUp(c); srv != nil {
		c.answers = srv
		c.RPC.SetupBackchannel(sunrpc.BCPool, srv, 1) // NFS41_BC_MIN_CALLBACKS
	}
}

func (c *Client) callbackDown() {
	if c.Minor == 0 {
		c.unlisten40()
		return
	}
	if c.CallbackDown != nil {
		c.CallbackDown(c)
	}
}
