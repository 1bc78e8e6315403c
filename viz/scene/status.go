package scene

import (
	"sunscope/core/fsm"
	"sunscope/core/nfs4"
)

// The errors of NFSv4 that have no errno stay themselves in tk_status (nfs4_stat_to_errno), from NFS4ERR_BADHANDLE on.
const firstNFSError = int32(nfs4.ErrBadHandle)

// nfsErrors are their names, made once: frames do not make any.
var nfsErrors = func() (names [nfs4.ErrDelegRevoked - nfs4.ErrBadHandle + 1]string) {
	for i := range names {
		s := nfs4.ErrBadHandle + nfs4.Status(i)
		if name := s.String(); name[0] == 'N' {
			names[i] = name
		}
	}
	return names
}()

// errorName is the name of an error by its positive number: ETIMEDOUT, NFS4ERR_STALE_CLIENTID.
func errorName(number int32) (name string, ok bool) {
	if i := number - firstNFSError; i >= 0 && int(i) < len(nfsErrors) {
		return nfsErrors[i], nfsErrors[i] != ""
	}
	return fsm.ErrnoName(number)
}

// statusText prints a tk_status with the name of its error: "-11 (EAGAIN)", "-10022 (NFS4ERR_STALE_CLIENTID)".
func statusText(status int32) string {
	if -status < firstNFSError {
		return fsm.StatusText(status)
	}
	if name, ok := errorName(-status); ok {
		return itoa(int(status)) + " (" + name + ")"
	}
	return itoa(int(status))
}
