package scenario

import (
	"slices"
	"strings"

	"sunscope/core/fsm"
)

// Failing is what the fault "fail FUNCTION ERROR PERCENT [TIMES]" says.
type Failing struct {
	Site    int   // in FailingSites
	Err     int32 // what the function returns: 0 or a negative errno
	Percent int
	Times   int // 0: without end
}

// FailingSites are the functions of the kernel that can be made to fail, in the order of sunrpc.Site.
var FailingSites = []string{
	"xprt_dynamic_alloc_slot", "rpcauth_refreshcred", "rpc_malloc", "rpcauth_wrap_req", "rpcb_getport_async",
	"xs_create_sock", "sock_sendmsg",
}

const (
	growSlots   = 0 // in FailingSites
	refreshCred = 1 // may return 0 and leave the credential out of date
	enomem      = -12
)

// FailHelp explains fail and nomem.
const FailHelp = "fail FUNCTION ERROR PERCENT [TIMES] (a function of the client's kernel returns an error such as ENOMEM in so many percent of " +
	"its calls, at most so often: xprt_dynamic_alloc_slot, rpcauth_refreshcred, rpc_malloc, rpcauth_wrap_req, rpcb_getport_async, " +
	"xs_create_sock, sock_sendmsg), nomem PERCENT (whatever needs memory there fails in so many percent of the cases)"

// ParseFailing reads what follows the word fail.
func ParseFailing(arg string) (f Failing, err error) {
	words := strings.Fields(arg)
	if len(words) < 3 || len(words) > 4 {
		return f, wrong("expected FUNCTION ERROR PERCENT [TIMES] after fail")
	}
	if f.Site = slices.Index(FailingSites, words[0]); f.Site < 0 {
		return f, wrong(quote(words[0]) + ": expected after fail one of " + strings.Join(FailingSites, ", "))
	}
	status, known := fsm.StatusNamed(words[1])
	switch {
	case f.Site == growSlots && status != enomem:
		return f, wrong(quote(words[1]) + ": expected ENOMEM after " + words[0] + ", which has no other error")
	case !known || status > 0 || status == 0 && f.Site != refreshCred:
		return f, wrong(quote(words[1]) + ": expected an error such as ENOMEM after " + words[0])
	}
	f.Err = status
	if !within(&f.Percent, words[2], 0, 100) {
		return f, wrong(quote(words[2]) + ": expected a percentage from 0 to 100 after " + words[1])
	}
	if len(words) == 4 && !within(&f.Times, words[3], 1, 1_000_000) {
		return f, wrong(quote(words[3]) + ": expected how often " + words[0] + " fails, from 1 to 1000000")
	}
	return f, nil
}

// ParsePercent reads what follows the word nomem.
func ParsePercent(arg string) (n int, err error) {
	if !within(&n, arg, 0, 100) {
		return 0, wrong(quote(arg) + ": expected a percentage from 0 to 100 after nomem")
	}
	return n, nil
}
