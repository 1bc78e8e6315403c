// Package wire is the byte port: what a network gives an engine. The loopback network implements it in virtual time;
// real sockets can implement it with a real clock. The engine knows nothing else of the network.
//
// A [Network] makes sockets, a [Socket] carries bytes, a [Handler] hears what happens to a socket; datagrams have a
// [DatagramSocket] and a [DatagramHandler] of their own (datagram.go). All are used from one owner at a time: a handler
// is called by the network, never from inside a call that the engine makes; only an AF_LOCAL socket's peer hears at
// once, in the thread that sends or closes.
package wire

import (
	"strconv"
	"strings"

	"sunscope/core/time"
)

// Addr is an address and a port. A host that begins with / is the path of an AF_LOCAL socket, which has no port.
type Addr struct {
	Host string
	Port uint16
}

// String is host:port, with brackets around an IPv6 address.
func (a Addr) String() string {
	if a.IsIPv6() {
		return "[" + a.Host + "]:" + strconv.Itoa(int(a.Port))
	}
	return a.Host + ":" + strconv.Itoa(int(a.Port))
}

// IsIPv6 tells an IPv6 address from an IPv4 one.
//
//go:noinline
func (a Addr) IsIPv6() bool { return strings.IndexByte(a.Host, ':') >= 0 }

// IsLocal says whether the address is a path.
func (a Addr) IsLocal() bool { return strings.HasPrefix(a.Host, "/") }

// Errno is an error number of Linux, negative as the kernel passes it about; 0 is success.
type Errno int32

// The error numbers that sockets and the RPC client use.
const (
	OK            Errno = 0
	EPERM         Errno = -1
	ENOENT        Errno = -2
	EIO           Errno = -5
	EAGAIN        Errno = -11
	ENOMEM        Errno = -12
	EACCES        Errno = -13
	EINVAL        Errno = -22
	ENFILE        Errno = -23
	EPIPE         Errno = -32
	EBADSLT       Errno = -57
	EPROTO        Errno = -71
	EBADMSG       Errno = -74
	EMSGSIZE      Errno = -90
	EPROTONOSUP   Errno = -93
	EOPNOTSUPP    Errno = -95
	EPFNOSUP      Errno = -96
	EAFNOSUPPORT  Errno = -97
	EADDRINUSE    Errno = -98
	EADDRNOTAVAIL Errno = -99
	ENETDOWN      Errno = -100
	ENETUNREACH   Errno = -101
	ECONNABORTED  Errno = -103
	ECONNRESET    Errno = -104
	ENOBUFS       Errno = -105
	ENOTCONN      Errno = -107
	ESHUTDOWN     Errno = -108
	ETIMEDOUT     Errno = -110
	ECONNREFUSED  Errno = -111
	EHOSTDOWN     Errno = -112
	EHOSTUNREACH  Errno = -113
	EINPROGRESS   Errno = -115
	EKEYEXPIRED   Errno = -127
	EKEYREJECTED  Errno = -129
	ERESTARTSYS   Errno = -512
)

// SockState is a TCP socket's state (sk_state), numbered as in Linux.
type SockState uint8

// The socket states.
const (
	Established SockState = iota + 1
	SynSent
	SynRecv
	FinWait1
	FinWait2
	TimeWait
	Close
	CloseWait
	LastAck
	Listen
	Closing
)

var sockStateNames = [...]string{
	"?", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
	"LAST_ACK", "LISTEN", "CLOSING",
}

// String is the state's name as the trace prints it.
func (s SockState) String() string {
	if int(s) >= len(sockStateNames) {
		return "?"
	}
	return sockStateNames[s]
}

// Network gives one host its sockets.
type Network interface {
	// Connect starts a TCP connection. The answer is EINPROGRESS, or why it could not even start: EADDRNOTAVAIL when
	// local has a connection to remote already, or had one a moment ago, EHOSTUNREACH or ENETUNREACH when there is no way
	// to it. There is a socket in any case. To a path it
	// connects at once: OK, or ENOENT when there is no such socket.
	Connect(local, remote Addr, h Handler) (Socket, Errno)
	// Listen makes accept hear of each connection to local; the Handler that it returns is the new socket's.
	Listen(local Addr, accept func(Socket) Handler) Errno
	// Unlisten ends Listen.
	Unlisten(local Addr)
	// Datagram makes an unconnected UDP socket bound to local. EADDRINUSE: another one has that port.
	Datagram(local Addr, h DatagramHandler) (DatagramSocket, Errno)
}

// Socket is one end of a stream.
type Socket interface {
	// Send takes as many bytes of p as fit into the socket's buffer. Fewer than len(p) come with EAGAIN: the
	// Handler's WriteSpace follows when there is room again.
	Send(p []byte) (int, Errno)
	// Recv fills p with what has arrived: EAGAIN when nothing has, 0 and OK at the end of the stream.
	Recv(p []byte) (int, Errno)
	// Shutdown sends what is queued and then the end of the stream.
	Shutdown()
	// Close gives the socket up; the Handler hears nothing more.
	Close()
	// SetUserTimeout makes the connection fail with ETIMEDOUT if it is not established by then, and later when what was
	// sent does not get through for so long (TCP_USER_TIMEOUT).
	SetUserTimeout(d time.Duration)
	State() SockState
	Local() Addr
	Remote() Addr
	// Inode is the socket's number as the trace prints it.
	Inode() int64
}

// Handler hears of a socket, in what the kernel calls softirq context: it must not send, only note and queue work.
type Handler interface {
	StateChange(SockState)
	DataReady()
	WriteSpace()
	// Error hears why a connection failed: ECONNREFUSED, ECONNRESET and the like. StateChange comes before it.
	Error(Errno)
}
