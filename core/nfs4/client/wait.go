package client

import (
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// pause lets the running thread sleep until somebody calls wake, which arm is given, or a fatal signal comes (TASK_KILLABLE).
// then hears OK or ERESTARTSYS.
func (n *Net) pause(arm func(wake func()), then func(wire.Errno) sunrpc.Step) sunrpc.Step {
	th := n.M.Current()
	if th.Killed {
		return then(wire.ERESTARTSYS)
	}
	over := false
	end := func(err wire.Errno) func() {
		return func() {
			if over {
				return
			}
			over, th.Interrupt = true, nil
			n.M.Wake(th, func() sunrpc.Step { return then(err) })
		}
	}
	th.Interrupt = end(wire.ERESTARTSYS)
	arm(end(wire.OK))
	return nil
}

// orGiveUp goes on after a pause, unless a signal has ended it.
func orGiveUp(then sunrpc.Step, failed Status) func(wire.Errno) sunrpc.Step {
	return func(err wire.Errno) sunrpc.Step {
		if err != wire.OK {
			return failed(int32(err))
		}
		return then()
	}
}
