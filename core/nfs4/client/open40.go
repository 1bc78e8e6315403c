package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
)

// confirmOpen is what follows an OPEN in NFSv4.0: of an owner that is new to it the server wants OPEN_CONFIRM, before
// anybody else of that owner has his turn (_nfs4_proc_open_confirm). An owner whose number is wrong is not used again.
func (m *Mount) confirmOpen(item string, open *Call, status int32, then Status) sunrpc.Step {
	if status == nfs4.ErrBadSeqid.Errno() {
		m.opener = nil
	}
	r := body[nfs4.OpenRes](&open.Res, nfs4.OpOpen)
	if status < 0 || r == nil || r.Rflags&nfs4.OpenConfirm == 0 {
		return then(status)
	}
	fh := body[nfs4.FHBody](&open.Res, nfs4.OpGetFH)
	if open.file != nil {
		fh = &nfs4.FHBody{FH: open.file}
	}
	if fh == nil { // the OPEN was by the file's handle
		fh, _ = open.Ops[0].Body.(*nfs4.FHBody)
	}
	if fh == nil {
		return then(orIO(0))
	}
	args := &nfs4.OpenConfirmArgs{Stateid: r.Stateid}
	call := m.call(procOpenConfirm, putFH(fh.FH), op(nfs4.OpOpenConfirm, args))
	if item != "" {
		call.Item = item + " confirmed"
	}
	call.seqid, open.seqid = open.seqid, nil
	call.seqid.into = &args.Seqid
	call.Privileged = open.Privileged
	return m.waitCall(call, "nfs4_open_confirm_done", func(status int32) sunrpc.Step {
		if b := body[nfs4.StateidRes](&call.Res, nfs4.OpOpenConfirm); b != nil {
			r.Stateid = b.Stateid
		}
		call.ends(status)
		return then(status)
	})
}
