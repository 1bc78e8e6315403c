package sunrpc

import "sunscope/core/time"

// leastTimeout is how short rpc_set_connect_timeout makes a TCP transport's timeout at least.
const leastTimeout = 2 * reestablishFirst

// SetConnectTimeout is rpc_set_connect_timeout, for a program that cannot wait as long as TCP does by itself: NFSv4 must be
// heard within its lease. Data that are not acknowledged break the connection after about connect, and attempts to
// connect again come at least every reconnect. What is shorter already stays as it is.
func (c *Client) SetConnectTimeout(connect, reconnect time.Duration) {
	x := c.xprt
	if _, ok := x.ops.(tcpOps); !ok {
		return
	}
	x.sock.reconnectMost = min(x.reconnectMost(), reconnect)
	to := x.tcpTimeout()
	if tries := time.Duration(to.Retries + 1); connect < to.Init*tries {
		to.Init = max((connect+tries-1)/tries, leastTimeout)
		to.Max = to.Init
		x.sock.timeout = to
		x.sock.newTimeout = true
	}
}

// reconnectMost is max_reconnect_timeout: attempts to reconnect are never further apart.
func (x *Xprt) reconnectMost() time.Duration {
	if x.sock.reconnectMost > 0 {
		return x.sock.reconnectMost
	}
	return reestablishMost
}

// tcpTimeout is what the socket's own timeouts follow from.
func (x *Xprt) tcpTimeout() Timeout {
	if x.sock.timeout.Init > 0 {
		return x.sock.timeout
	}
	return x.ops.timeout()
}

// setSocketTimeouts is xs_tcp_set_socket_timeouts.
func (x *Xprt) setSocketTimeouts() {
	to := x.tcpTimeout()
	x.sock.newTimeout = false
	x.sock.s.SetUserTimeout(to.Init * time.Duration(to.Retries+1))
}
