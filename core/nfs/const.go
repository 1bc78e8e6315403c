package nfs

import "strconv"

// Programs and versions. Name is what the kernel's client calls its program.
const (
	Program      = 100003
	Name         = "nfs"
	Version3     = 3
	MountProgram = 100005
	MountVersion = 3
)

// The procedures of NFSv3, RFC 1813 section 3.3.
const (
	ProcNull uint32 = iota
	ProcGetattr
	ProcSetattr
	ProcLookup
	ProcAccess
	ProcReadlink
	ProcRead
	ProcWrite
	ProcCreate
	ProcMkdir
	ProcSymlink
	ProcMknod
	ProcRemove
	ProcRmdir
	ProcRename
	ProcLink
	ProcReaddir
	ProcReaddirplus
	ProcFsstat
	ProcFsinfo
	ProcPathconf
	ProcCommit
)

// The procedures of MOUNT version 3, RFC 1813 section 5.2.
const (
	MountNull uint32 = iota
	MountMnt
	MountDump
	MountUmnt
	MountUmntall
	MountExport
)

// Sizes in bytes, RFC 1813 sections 2.4 and 5.1.4. NFSv3 sets no limit to names; 255 is that of Linux.
const (
	MaxFH      = 64
	MaxName    = 255
	MaxPath    = 1024
	MaxData    = 1 << 20 // of one READ or WRITE, as the Linux server allows
	cookieVerf = 8
	createVerf = 8
	writeVerf  = 8
	maxFlavors = 256 // auth_flavors of a mount; the kernel client looks at 12
)

// Status is nfsstat3, RFC 1813 section 2.6. mountstat3 uses a part of the same numbers.
type Status uint32

// The status values.
const (
	OK             Status = 0
	ErrPerm        Status = 1
	ErrNoEnt       Status = 2
	ErrIO          Status = 5
	ErrNXIO        Status = 6
	ErrAcces       Status = 13
	ErrExist       Status = 17
	ErrXDev        Status = 18
	ErrNoDev       Status = 19
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
	ErrRemote      Status = 71
	ErrBadHandle   Status = 10001
	ErrNotSync     Status = 10002
	ErrBadCookie   Status = 10003
	ErrNotSupp     Status = 10004
	ErrTooSmall    Status = 10005
	ErrServerFault Status = 10006
	ErrBadType     Status = 10007
	ErrJukebox     Status = 10008
)

// String is the RFC's name.
func (s Status) String() string {
	if n := statusName(uint32(s)); n != "" {
		return n
	}
	return "nfsstat3 " + strconv.FormatUint(uint64(s), 10)
}

func statusName(v uint32) string {
	if v == 0 {
		return "NFS3_OK"
	}
	if n := errName(v); n != "" {
		return "NFS3ERR_" + n
	}
	return ""
}

func mountStatusName(v uint32) string {
	if v == 0 {
		return "MNT3_OK"
	}
	if n := errName(v); n != "" {
		return "MNT3ERR_" + n
	}
	return ""
}

var errNames = []struct {
	status Status
	name   string
}{
	{ErrPerm, "PERM"}, {ErrNoEnt, "NOENT"}, {ErrIO, "IO"}, {ErrNXIO, "NXIO"}, {ErrAcces, "ACCES"},
	{ErrExist, "EXIST"}, {ErrXDev, "XDEV"}, {ErrNoDev, "NODEV"}, {ErrNotDir, "NOTDIR"}, {ErrIsDir, "ISDIR"},
	{ErrInval, "INVAL"}, {ErrFBig, "FBIG"}, {ErrNoSpc, "NOSPC"}, {ErrROFS, "ROFS"}, {ErrMLink, "MLINK"},
	{ErrNameTooLong, "NAMETOOLONG"}, {ErrNotEmpty, "NOTEMPTY"}, {ErrDQuot, "DQUOT"}, {ErrStale, "STALE"},
	{ErrRemote, "REMOTE"}, {ErrBadHandle, "BADHANDLE"}, {ErrNotSync, "NOT_SYNC"}, {ErrBadCookie, "BAD_COOKIE"},
	{ErrNotSupp, "NOTSUPP"}, {ErrTooSmall, "TOOSMALL"}, {ErrServerFault, "SERVERFAULT"},
	{ErrBadType, "BADTYPE"}, {ErrJukebox, "JUKEBOX"},
}

//go:noinline
func errName(v uint32) string {
	for _, e := range errNames {
		if uint32(e.status) == v {
			return e.name
		}
	}
	return ""
}
