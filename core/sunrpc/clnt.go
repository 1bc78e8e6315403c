package sunrpc

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Timeout is a client's retransmission policy (rpc_timeout).
type Timeout struct {
	Init        time.Duration // to_initval
	Max         time.Duration // to_maxval
	Increment   time.Duration // to_increment
	Retries     int           // to_retries
	Exponential bool          // to_exponential
}

// TCPTimeout is the policy of a TCP transport when the client names none.
var TCPTimeout = Timeout{Init: 60 * time.Second, Max: 60 * time.Second, Retries: 2}

// UDPTimeout is the policy of a UDP transport when the client names none.
var UDPTimeout = Timeout{Init: 5 * time.Second, Max: 30 * time.Second, Increment: 5 * time.Second, Retries: 5}

// NFSUDPTimeout is the policy of an NFS mount over UDP with the default timeo=11,retrans=3.
var NFSUDPTimeout = Timeout{Init: 1100 * time.Millisecond, Retries: 3, Max: 60 * time.Second, Exponential: true}

// NFSTCPTimeout is the policy of an NFS mount over TCP with the default timeo=600,retrans=2.
var NFSTCPTimeout = Timeout{Init: 60 * time.Second, Increment: 60 * time.Second, Retries: 2, Max: 180 * time.Second}

// major is the time after which a call counts as unanswered (xprt_calc_majortimeo).
func (o *Timeout) major(current time.Duration) time.Duration {
	d := current + o.Increment*time.Duration(o.Retries)
	if o.Exponential {
		d = current << o.Retries
	}
	if d > o.Max || d == 0 {
		d = o.Max
	}
	return d
}

// CreateArgs describe a client (rpc_create_args).
type CreateArgs struct {
	Program    string
	Prog, Vers uint32
	Server     wire.Addr
	ServerName string        // "": the address
	Protocol   Protocol      // of the transport
	NoIdle     bool          // RPC_CLNT_CREATE_NO_IDLE_TIMEOUT
	Timeout    *Timeout      // nil: the transport's
	Hard       bool          // RPC_CLNT_CREATE_HARDRTRY
	SoftErr    bool          // RPC_CLNT_CREATE_SOFTERR
	NoPing     bool          // RPC_CLNT_CREATE_NOPING
	ReusePort  bool          // RPC_CLNT_CREATE_REUSEPORT: connect again from the same port, which the server knows the calls by
	NonPriv    bool          // RPC_CLNT_CREATE_NONPRIVPORT
	Discrtry   bool          // RPC_CLNT_CREATE_DISCRTRY
	Quiet      bool          // RPC_CLNT_CREATE_QUIET: write nothing about the server to the log
	AutoBind   bool          // RPC_CLNT_CREATE_AUTOBIND: the port may change even if it is known
	NoRetrans  bool          // RPC_CLNT_CREATE_NO_RETRANS_TIMEOUT: never send a call twice on one connection
	Flavor     rpcmsg.Flavor // of credentials: AuthUnix or AuthNone
	Null       *Proc         // the program's procedure 0, for the ping
}

// Client is a handle to one program on one server (rpc_clnt).
type Client struct {
	k        *Kernel
	clid     uint32
	program  string
	prog     uint32
	vers     uint32
	server   wire.Addr
	name     string // cl_server, as events print it
	xprt     *Xprt
	timeout  Timeout
	rtt      rtt // cl_rtt: what is known of the server's round trips
	flavor   rpcmsg.Flavor
	pids     uint16
	refs     int // the creator's, and one for each task
	freeWork Work
	autobind bool // cl_autobind: the port is asked for again when it may have changed
	tasks    list[*Task]
	ending   func() // somebody shuts the client down and waits for the last task
	hard     bool
	softErr  bool
	discrtry bool // cl_discrtry: break the connection before a call is sent again
	norto    bool // cl_noretranstimeo
	quiet    bool // not cl_chatty
}

// forNFS says whether the client's calls count in /proc/net/rpc/nfs (nfs_rpcstat).
func (c *Client) forNFS() bool { return c.program == "nfs" || c.program == "nfsacl" }

// Create is rpc_create: it makes a transport and a client, and pings the server unless told not to. It is called from
// a thread, whose next step it returns; then hears the client, or why there is none: EIO for a kind of transport that
// does not exist, or the ping's status.
func (k *Kernel) Create(a *CreateArgs, then func(*Client, int32) Step) Step {
	x, err := k.CreateTransport(a)
	if err != wire.OK {
		return func() Step { return then(nil, int32(err)) }
	}
	return k.CreateXprt(a, x, then)
}

// CreateXprt is rpc_create_xprt: a client for a transport that exists, whose reference becomes the client's.
func (k *Kernel) CreateXprt(a *CreateArgs, x *Xprt, then func(*Client, int32) Step) Step {
	c := k.newClientOn(a, x)
	if a.NoPing {
		return func() Step { return then(c, 0) }
	}
	c.norto = false // the ping comes before the client's own ways
	return c.pinged(a.Null, func(made *Client, status int32) Step {
		c.norto = a.NoRetrans
		return then(made, status)
	})
}

// pinged hands the client over if the server answers a ping, and shuts it down if not.
//
//go:noinline
func (c *Client) pinged(null *Proc, then func(*Client, int32) Step) Step {
	return c.ping(null, func(t *Task) Step {
		status := t.status
		if status < 0 {
			return c.ShutdownWait(func() Step { return then(nil, status) })
		}
		return then(c, status)
	})
}

// newClient makes a client and a transport of its own.
func (k *Kernel) newClient(a *CreateArgs) *Client { return k.newClientOn(a, k.createTransport(a)) }

// newClientOn is rpc_new_client.
func (k *Kernel) newClientOn(a *CreateArgs, x *Xprt) *Client {
	x.noIdle, x.prog, x.vers = a.NoIdle, a.Prog, a.Vers
	c := &Client{
		k: k, clid: k.newClid(), refs: 1, program: a.Program, prog: a.Prog, vers: a.Vers, server: a.Server, xprt: x,
		timeout: x.ops.timeout(), flavor: a.Flavor, hard: a.Hard, softErr: a.SoftErr, discrtry: a.Discrtry,
		norto: a.NoRetrans, quiet: a.Quiet,
	}
	if a.Timeout != nil {
		c.timeout = *a.Timeout
	}
	if c.name = a.ServerName; c.name == "" {
		c.name = a.Server.Host
	}
	c.rtt.init(c.timeout.Init)
	c.autobind = a.AutoBind || !x.has(trace.XprtBound)
	k.clients = append(k.clients, c)
	k.m.Spend(CostAlloc)
	k.emit(".....", trace.RPCClntNew, int64(c.clid), k.str(a.Server.Host), k.str(strconv.Itoa(int(a.Server.Port))),
		k.str(a.Program), k.str(c.name))
	return c
}

// ping is rpc_ping: procedure 0 without credentials, which shows whether the server is there and has the program.
func (c *Client) ping(null *Proc, then func(*Task) Step) Step {
	start := &CallOps{
		Prepare:  func(t *Task) { t.flags &^= trace.NoRTO; t.action = fsm.CallStart },
		DoneName: "rpc_default_callback", DoneModule: "sunrpc",
	}
	return c.k.RunTask(&Setup{
		Client: c, Msg: Message{Proc: null}, Ops: start, Flags: trace.Soft | trace.SoftConn | trace.NullCreds,
	}, then)
}

// CallStart is rpc_call_start, for a Prepare hook.
func (t *Task) CallStart() { t.action = fsm.CallStart }

// adopt binds a new task to the client (rpc_task_set_client).
func (c *Client) adopt(t *Task) {
	t.client, t.xprt = c, c.xprt
	if !c.hard && !c.softErr {
		t.flags |= trace.Soft
	}
	if c.softErr {
		t.flags |= trace.Timeout
	}
	if c.norto {
		t.flags |= trace.NoRTO
	}
	c.refs++
	c.pids++
	t.pid = c.pids
	t.listed.item = t
	c.tasks.insert(&t.listed, nil)
}

func (c *Client) forget(t *Task) {
	c.tasks.remove(&t.listed)
	if c.ending != nil && c.tasks.n == 0 {
		c.ending()
		c.ending = nil
	}
	if !c.k.broken(ReferenceKept) {
		c.Release()
	}
	if c.k.broken(ReferenceTwice) {
		c.Release()
	}
}

// KillAll is rpc_killall_tasks.
func (c *Client) KillAll() {
	c.k.emit(".....", trace.RPCClntKillall, int64(c.clid))
	for _, t := range c.tasks.all() {
		t.Signal()
	}
}
