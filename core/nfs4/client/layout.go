package client

import "sunscope/core/nfs4"

// layoutRecalled is nfs4_callback_layoutrecall.
func (c *Client) layoutRecalled(a *nfs4.CBLayoutrecallArgs, referred int) nfs4.Status {
	return nfs4.ErrNoMatchingLayout
}
