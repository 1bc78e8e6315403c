package nlm

import (
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

const eio = int32(wire.EIO)

// The most units of four bytes that parts of messages can need, under the kernel's names without NLM4_ and _sz. Buffers
// are made from them; the recorded rpc_buf_alloc events agree.
const (
	cookieLen   = 1 + maxCookie/4
	testargsLen = cookieLen + 61
	lockargsLen = testargsLen + 3
	unlockLen   = cookieLen + 60
	resLen      = cookieLen + 1
	monLen      = 455
	unmonLen    = 451
)

// The procedures as the RPC client calls them. The answer to a _MSG or _RES call is another call, or nothing: the task
// is over when it is sent.
var (
	lockProc       = both(ProcLock, lockargsLen, resLen)
	cancelProc     = both(ProcCancel, lockargsLen-2, resLen)
	unlockProc     = both(ProcUnlock, unlockLen, resLen)
	grantedMsgProc = oneWay(ProcGrantedMsg, testargsLen)
	grantedResProc = oneWay(ProcGrantedRes, resLen)
	monProc        = sunrpc.Proc{Num: StatMon, Name: "MONITOR", ArgLen: monLen, ReplyLen: 2, Encode: encode, Decode: decode}
	unmonProc      = sunrpc.Proc{Num: StatUnmon, Name: "UNMONITOR", ArgLen: unmonLen, ReplyLen: 1, Encode: encode, Decode: decode}
)

func both(num uint32, args, res int) sunrpc.Proc {
	return sunrpc.Proc{Num: num, Name: ProcName(num), ArgLen: args, ReplyLen: res, Encode: encode, Decode: decode}
}

func oneWay(num uint32, args int) sunrpc.Proc {
	return sunrpc.Proc{Num: num, Name: ProcName(num), ArgLen: args, Encode: encode}
}

func encode(e *xdr.Encoder, args any) wire.Errno {
	args.(Message).Encode(e)
	return wire.OK
}

// decode reads results. Results that cannot be read are EIO, as for the kernel's client.
func decode(d *xdr.Decoder, res any) int32 {
	if res.(Message).Decode(d); d.Err() != nil {
		return eio
	}
	return 0
}

// form is what a procedure takes and gives; nil stands for void.
type form struct {
	args, res func() Message
	argsName  string
	resName   string
}

func newTest() Message   { return new(TestArgs) }
func newLock() Message   { return new(LockArgs) }
func newCancel() Message { return new(CancelArgs) }
func newUnlock() Message { return new(UnlockArgs) }
func newRes() Message    { return new(Res) }
func newTRes() Message   { return new(TestRes) }

// forms are the procedures that are known by more than their names.
var forms = [ProcSMNotify + 1]form{
	ProcTest:       {newTest, newTRes, "nlm4_testargs", "nlm4_testres"},
	ProcLock:       {newLock, newRes, "nlm4_lockargs", "nlm4_res"},
	ProcCancel:     {newCancel, newRes, "nlm4_cancargs", "nlm4_res"},
	ProcUnlock:     {newUnlock, newRes, "nlm4_unlockargs", "nlm4_res"},
	ProcGranted:    {newTest, newRes, "nlm4_testargs", "nlm4_res"},
	ProcTestMsg:    {newTest, nil, "nlm4_testargs", ""},
	ProcLockMsg:    {newLock, nil, "nlm4_lockargs", ""},
	ProcCancelMsg:  {newCancel, nil, "nlm4_cancargs", ""},
	ProcUnlockMsg:  {newUnlock, nil, "nlm4_unlockargs", ""},
	ProcGrantedMsg: {newTest, nil, "nlm4_testargs", ""},
	ProcTestRes:    {newTRes, nil, "nlm4_testres", ""},
	ProcLockRes:    {newRes, nil, "nlm4_res", ""},
	ProcCancelRes:  {newRes, nil, "nlm4_res", ""},
	ProcUnlockRes:  {newRes, nil, "nlm4_res", ""},
	ProcGrantedRes: {newRes, nil, "nlm4_res", ""},
	ProcSMNotify:   {func() Message { return new(NotifyArgs) }, nil, "nlm_sm_status", ""},
}

// Args is an empty argument of procedure proc, Results an empty result; nil for void and for what is not known.
func Args(proc uint32) Message {
	if proc < uint32(len(forms)) && forms[proc].args != nil {
		return forms[proc].args()
	}
	return nil
}

// Results is an empty result of procedure proc; nil for void and for what is not known.
func Results(proc uint32) Message {
	if proc < uint32(len(forms)) && forms[proc].res != nil {
		return forms[proc].res()
	}
	return nil
}

// DissectBody reads the arguments or results of a call of NLM version 4 for the fields that d records. It is an
// rpcmsg.Body.
func DissectBody(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
	if prog != Program || vers != Version || ProcName(proc) == "" || proc > ProcSMNotify {
		return false
	}
	f := &forms[proc]
	name, body := f.argsName, Args(proc)
	if reply {
		name, body = f.resName, Results(proc)
	}
	if body == nil {
		return true
	}
	d.Group(name, refNLM)
	body.Decode(d)
	d.EndSay(ProcName(proc))
	return true
}
