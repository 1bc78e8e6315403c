package client

import (
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// introduce40 is nfs40_init_client and nfs40_discover_server_trunking.
func (c *Client) introduce40(then func(int32) sunrpc.Step) sunrpc.Step {
	return then(int32(wire.EPROTONOSUP))
}
