package wire

// MaxDatagram is the largest number of bytes that one UDP datagram over IPv4 carries.
const MaxDatagram = 65535 - 20 - 8

// DatagramSocket is an unconnected UDP socket: each datagram goes where its sender says, and tells its receiver where it
// comes from. Nothing says whether a datagram arrives, how often, or in what order.
type DatagramSocket interface {
	// SendTo takes one datagram, all of it or nothing: EAGAIN when the socket's buffer is full (the handler's
	// WriteSpace follows when there is room again), EMSGSIZE when p is longer than MaxDatagram.
	SendTo(p []byte, to Addr) Errno
	// RecvFrom is the datagram that has waited longest, and its sender; EAGAIN when none waits.
	RecvFrom() ([]byte, Addr, Errno)
	// Close gives the socket up, and what has not been read; the handler hears nothing more.
	Close()
	Local() Addr
	// Inode is the socket's number as the trace prints it.
	Inode() int64
}

// DatagramHandler hears of a DatagramSocket, in what the kernel calls softirq context: it must not send, only note and
// queue work.
type DatagramHandler interface {
	// DataReady hears of each datagram that arrives.
	DataReady()
	// WriteSpace hears whenever a datagram has left the socket's buffer.
	WriteSpace()
}
