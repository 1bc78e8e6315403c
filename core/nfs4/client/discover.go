package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// discovered is nfs4_discover_server_trunking around a client's first words to its server: what is refused for the
// credential is said once more, and what is left says in Linux's own numbers why there is no mount.
func (c *Client) discovered(try step, then Status) sunrpc.Step {
	return try(func(status int32) sunrpc.Step {
		if status == int32(wire.EACCES) {
			return try(func(status int32) sunrpc.Step { return then(mountErrno(status)) })
		}
		return then(mountErrno(status))
	})
}

// mountErrno is what mount(2) makes of an error of NFSv4 that has no number in Linux (nfs4_map_errors).
func mountErrno(status int32) int32 {
	switch status {
	case nfs4.ErrMinorVersMismatch.Errno():
		return int32(wire.EPROTONOSUP)
	case nfs4.ErrClidInUse.Errno(), nfs4.ErrWrongSec.Errno():
		return int32(wire.EPERM)
	}
	if status < -1000 {
		return int32(wire.EIO)
	}
	return status
}
