package sunrpc

import (
	"math/rand/v2"

	"sunscope/core/fsm"
	"sunscope/core/wire"
)

// Site is a place in the client where a function of the kernel can be made to fail, as the kernel's own fault injection
// does (failslab, fail_function). Most of these failures come from memory that is short.
type Site uint8

// The sites, by the function that fails there.
const (
	GrowSlots   Site = iota // xprt_dynamic_alloc_slot: memory for one more slot
	RefreshCred             // rpcauth_refreshcred: 0 leaves the credential out of date
	AllocBuffer             // rpc_malloc: memory for call and reply
	WrapCall                // rpcauth_wrap_req: encoding the arguments
	Getport                 // rpcb_getport_async: asking rpcbind for the port
	CreateSock              // xs_create_sock: a socket and its source port
	Sendmsg                 // sock_sendmsg: handing a request to the socket
	AllocSlot               // xprt_alloc_slot: whether the transport has a slot
	Reencode                // rpcauth_xmit_need_reencode: the GSS sequence window has passed the call; the error is -EBADMSG
	Sites                   // how many there are
)

// injected is how a site fails.
type injected struct {
	err     int32
	percent int
	times   int // how often still; negative: without end
}

// Inject makes a site fail with err, in percent of the cases, at most so many times (0: without end). 0 percent ends that.
func (k *Kernel) Inject(at Site, err wire.Errno, percent, times int) {
	if times == 0 {
		times = -1
	}
	k.inject[at] = injected{int32(err), percent, times}
	if k.luck == nil {
		k.luck = k.m.Rand("inject")
	}
}

// NoMemory makes everything fail in percent of the cases that needs memory.
func (k *Kernel) NoMemory(percent int) {
	for _, at := range [...]Site{GrowSlots, AllocBuffer, WrapCall, Getport} {
		k.Inject(at, wire.ENOMEM, percent, 0)
	}
	k.Inject(CreateSock, wire.ENOBUFS, percent, 0)
	k.Inject(Sendmsg, wire.ENOBUFS, percent, 0)
}

// injection is the part of Kernel that says which sites fail.
type injection struct {
	inject [Sites]injected
	luck   *rand.Rand // nil until something is to fail
	// Took hears of each edge that a task takes; nil: nobody does.
	Took func(*Task, *fsm.Edge)
}

// fails says whether the function at a site fails now, and with what.
func (k *Kernel) fails(at Site) (err int32, yes bool) {
	f := &k.inject[at]
	if f.percent == 0 || f.times == 0 || f.percent < 100 && k.luck.IntN(100) >= f.percent {
		return 0, false
	}
	if f.times > 0 {
		f.times--
	}
	return f.err, true
}
