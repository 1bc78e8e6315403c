package nfs4

import "strconv"

// Status is nfsstat4, RFC 8881 section 15.1.
type Status uint32

// The status values.
const (
	OK             Status = 0
	ErrPerm        Status = 1
	ErrNoEnt       Status = 2
	ErrIO          Status = 5
	ErrNXIO        Status = 6
	ErrAccess      Status = 13
	ErrExist       Status = 17
	ErrXDev        Status = 18
	ErrNotDir      Status = 20
	ErrIsDir       Status = 21
	ErrInval       Status = 22
	ErrFBig        Status = 27
	ErrNoSpc       Status = 28
	ErrROFS        Status = 30
	ErrMLink       Status = 31
	ErrNameTooLong Status = 63
	ErrNotEmpty    Status = 66
	ErrDQuot       Status = 69
	ErrStale       Status = 70
)

// The status values from 10001 on, in the RFC's order; three numbers are not assigned.
const (
	ErrBadHandle Status = iota + 10001
	_
	ErrBadCookie
	ErrNotSupp
	ErrTooSmall
	ErrServerFault
	ErrBadType
	ErrDelay
	ErrSame
	ErrDenied
	ErrExpired
	ErrLocked
	ErrGrace
	ErrFHExpired
	ErrShareDenied
	ErrWrongSec
	ErrClidInUse
	ErrResource
	ErrMoved
	ErrNoFileHandle
	ErrMinorVersMismatch
	ErrStaleClientid
	ErrStaleStateid
	ErrOldStateid
	ErrBadStateid
	ErrBadSeqid
	ErrNotSame
	ErrLockRange
	ErrSymlink
	ErrRestoreFH
	ErrLeaseMoved
	ErrAttrNotSupp
	ErrNoGrace
	ErrReclaimBad
	ErrReclaimConflict
	ErrBadXDR
	ErrLocksHeld
	ErrOpenMode
	ErrBadOwner
	ErrBadChar
	ErrBadName
	ErrBadRange
	ErrLockNotSupp
	ErrOpIllegal
	ErrDeadlock
	ErrFileOpen
	ErrAdminRevoked
	ErrCBPathDown
	ErrBadIOMode
	ErrBadLayout
	ErrBadSessionDigest
	ErrBadSession
	ErrBadSlot
	ErrCompleteAlready
	ErrConnNotBound
	ErrDelegAlreadyWanted
	ErrBackChanBusy
	ErrLayoutTryLater
	ErrLayoutUnavailable
	ErrNoMatchingLayout
	ErrRecallConflict
	ErrUnknownLayoutType
	ErrSeqMisordered
	ErrSequencePos
	ErrReqTooBig
	ErrRepTooBig
	ErrRepTooBigToCache
	ErrRetryUncachedRep
	ErrUnsafeCompound
	ErrTooManyOps
	ErrOpNotInSession
	ErrHashAlgUnsupp
	_
	ErrClientidBusy
	ErrPNFSIOHole
	ErrSeqFalseRetry
	ErrBadHighSlot
	ErrDeadSession
	ErrEncrAlgUnsupp
	ErrPNFSNoLayout
	ErrNotOnlyOp
	ErrWrongCred
	ErrWrongType
	ErrDirDelegUnavail
	ErrRejectDeleg
	ErrReturnConflict
	ErrDelegRevoked
)

var bigNames = [...]string{
	"BADHANDLE", "", "BAD_COOKIE", "NOTSUPP", "TOOSMALL", "SERVERFAULT", "BADTYPE", "DELAY", "SAME", "DENIED", "EXPIRED",
	"LOCKED", "GRACE", "FHEXPIRED", "SHARE_DENIED", "WRONGSEC", "CLID_INUSE", "RESOURCE", "MOVED", "NOFILEHANDLE",
	"MINOR_VERS_MISMATCH", "STALE_CLIENTID", "STALE_STATEID", "OLD_STATEID", "BAD_STATEID", "BAD_SEQID", "NOT_SAME",
	"LOCK_RANGE", "SYMLINK", "RESTOREFH", "LEASE_MOVED", "ATTRNOTSUPP", "NO_GRACE", "RECLAIM_BAD", "RECLAIM_CONFLICT",
	"BADXDR", "LOCKS_HELD", "OPENMODE", "BADOWNER", "BADCHAR", "BADNAME", "BAD_RANGE", "LOCK_NOTSUPP", "OP_ILLEGAL",
	"DEADLOCK", "FILE_OPEN", "ADMIN_REVOKED", "CB_PATH_DOWN", "BADIOMODE", "BADLAYOUT", "BAD_SESSION_DIGEST", "BADSESSION",
	"BADSLOT", "COMPLETE_ALREADY", "CONN_NOT_BOUND_TO_SESSION", "DELEG_ALREADY_WANTED", "BACK_CHAN_BUSY", "LAYOUTTRYLATER",
	"LAYOUTUNAVAILABLE", "NOMATCHING_LAYOUT", "RECALLCONFLICT", "UNKNOWN_LAYOUTTYPE", "SEQ_MISORDERED", "SEQUENCE_POS",
	"REQ_TOO_BIG", "REP_TOO_BIG", "REP_TOO_BIG_TO_CACHE", "RETRY_UNCACHED_REP", "UNSAFE_COMPOUND", "TOO_MANY_OPS",
	"OP_NOT_IN_SESSION", "HASH_ALG_UNSUPP", "", "CLIENTID_BUSY", "PNFS_IO_HOLE", "SEQ_FALSE_RETRY", "BAD_HIGH_SLOT",
	"DEADSESSION", "ENCR_ALG_UNSUPP", "PNFS_NO_LAYOUT", "NOT_ONLY_OP", "WRONG_CRED", "WRONG_TYPE", "DIRDELEG_UNAVAIL",
	"REJECT_DELEG", "RETURNCONFLICT", "DELEG_REVOKED",
}

func statusName(v uint32) string {
	name := ""
	switch Status(v) {
	case OK:
		return "NFS4_OK"
	case ErrPerm:
		name = "PERM"
	case ErrNoEnt:
		name = "NOENT"
	case ErrIO:
		name = "IO"
	case ErrNXIO:
		name = "NXIO"
	case ErrAccess:
		name = "ACCESS"
	case ErrExist:
		name = "EXIST"
	case ErrXDev:
		name = "XDEV"
	case ErrNotDir:
		name = "NOTDIR"
	case ErrIsDir:
		name = "ISDIR"
	case ErrInval:
		name = "INVAL"
	case ErrFBig:
		name = "FBIG"
	case ErrNoSpc:
		name = "NOSPC"
	case ErrROFS:
		name = "ROFS"
	case ErrMLink:
		name = "MLINK"
	case ErrNameTooLong:
		name = "NAMETOOLONG"
	case ErrNotEmpty:
		name = "NOTEMPTY"
	case ErrDQuot:
		name = "DQUOT"
	case ErrStale:
		name = "STALE"
	default:
		name = nameIn(v-10001, bigNames[:]...)
	}
	if name == "" {
		return ""
	}
	return "NFS4ERR_" + name
}

// String is the RFC's name.
func (s Status) String() string {
	if n := statusName(uint32(s)); n != "" {
		return n
	}
	return "nfsstat4 " + strconv.FormatUint(uint64(s), 10)
}

// Errno is the negative number that the kernel's client makes of a status (nfs4_stat_to_errno). Those of 10001 and on
// that have no errno stay themselves: its recovery acts on them. What no RFC defines is EREMOTEIO.
func (s Status) Errno() int32 {
	switch s {
	case ErrNameTooLong:
		return -36
	case ErrNotEmpty:
		return -39
	case ErrDQuot:
		return -122
	case ErrStale:
		return -116
	case ErrBadHandle, ErrBadCookie, ErrNotSupp, ErrTooSmall, ErrBadType:
		return -521 - int32(s-ErrBadHandle)
	case ErrServerFault:
		return -121
	case ErrLocked:
		return -11
	case ErrSymlink:
		return -40
	case ErrOpIllegal:
		return -95
	case ErrDeadlock:
		return -35
	}
	if s <= 10000 && statusName(uint32(s)) == "" || s > 10100 {
		return -121
	}
	return -int32(s)
}
