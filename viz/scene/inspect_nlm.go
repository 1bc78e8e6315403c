package scene

import (
	"sunscope/core/nfs"
	"sunscope/core/nlm"
	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

// dissectBody reads arguments or results of the programs that the inspector knows. It is an rpcmsg.Body.
func dissectBody(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
	if prog == nlm.Program {
		return nlm.DissectBody(d, prog, vers, proc, reply)
	}
	return nfs.DissectBody(d, prog, vers, proc, reply)
}

// nlmHint is what a reply answers when its task is the lock manager's.
func nlmHint(h *rpcmsg.Hint, vers uint32, name string) {
	for proc := range uint32(nlm.ProcFreeAll + 1) {
		if nlm.ProcName(proc) == name {
			h.Known, h.Prog, h.Vers, h.Proc = true, nlm.Program, vers, proc
		}
	}
}
