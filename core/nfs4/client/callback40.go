package client

import (
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// listener is where a host's NFSv4.0 clients are called (nfs_callback_info of minor version 0): a server on a port of its
// own, over connections that the NFS server makes. All clients of the host share it.
type listener struct {
	srv   *sunrpc.Server
	port  uint16
	users int
}

// The ports that the machine gives to whoever asks for none (ip_local_port_range).
const (
	firstPort = 32768
	lastPort  = 60999
)

// listen40 is nfs_callback_up_net: the first client opens the sockets. rpcbind hears nothing of them.
func (c *Client) listen40() {
	l := &c.listener
	if l.users++; l.users > 1 {
		return
	}
	l.srv = c.CallbackUp(c)
	if l.srv == nil {
		return
	}
	ports := c.M.Rand("nfs callback port")
	ours, _ := c.K.Universal(0)
	for _, netid := range [...]string{"tcp", "tcp6"} {
		for range 16 { // a port may be taken
			port := uint16(firstPort + ports.IntN(lastPort-firstPort+1))
			if l.srv.Open(sunrpc.SvcSocket{IPv6: netid == "tcp6", Port: port}) != wire.OK {
				continue
			}
			if netid == ours {
				l.port = port
			}
			break
		}
	}
}

// unlisten40 is nfs_callback_down_net: the last client closes the sockets.
func (c *Client) unlisten40() {
	l := &c.listener
	if l.users--; l.users > 0 || l.srv == nil {
		return
	}
	l.srv.Close()
	if c.CallbackDown != nil {
		c.CallbackDown(c)
	}
	l.srv, l.port = nil, 0
}
