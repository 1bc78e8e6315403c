package nfs

import "sunscope/core/xdr"

// Args are the arguments of a procedure.
type Args interface {
	Encode(*xdr.Encoder)
	Decode(*xdr.Decoder)
}

// Res are the results of a procedure. Result is what the kernel's client makes the status of the task that called it: a
// negative errno if the server refused, else 0; for READ the number of bytes.
type Res interface {
	Args
	Result() int32
}

// Errno is the negative errno that the kernel's client makes of a status (nfs_stat_to_errno); those beyond 512 are known
// inside the kernel only. A status that no RFC defines is EIO.
//
//go:noinline
func (s Status) Errno() int32 {
	switch s {
	case ErrNameTooLong:
		return -36
	case ErrNotEmpty:
		return -39
	case ErrRemote:
		return -66
	case ErrStale:
		return -116
	case ErrDQuot:
		return -122
	}
	switch {
	case s >= ErrBadHandle && s <= ErrJukebox:
		return -521 - int32(s-ErrBadHandle)
	case errName(uint32(s)) != "" || s == OK:
		return -int32(s)
	}
	return -5
}

// Result: see Res.
func (r *GetattrRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *WccRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *AccessRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *LookupRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *ReadlinkRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *ReadRes) Result() int32 {
	if r.Status == OK {
		return int32(r.Count)
	}
	return r.Status.Errno()
}

// Result: see Res. A WRITE's is the number of bytes too.
func (r *WriteRes) Result() int32 {
	if r.Status == OK {
		return int32(r.Count)
	}
	return r.Status.Errno()
}

// Result: see Res.
func (r *CommitRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *CreateRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *RenameRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *LinkRes) Result() int32 { return r.Status.Errno() }

// Result: see Res. That of a directory's entries is how many bytes of them there are.
func (r *ReaddirRes) Result() int32 {
	if r.Status != OK {
		return r.Status.Errno()
	}
	var all, head xdr.Encoder
	r.Encode(&all)
	r.DirAttr.encode(&head)
	return int32(all.Len() - head.Len() - 4 - cookieVerf) // what is left are the entries, which come in pages
}

// Result: see Res.
func (r *FsstatRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *FsinfoRes) Result() int32 { return r.Status.Errno() }

// Result: see Res.
func (r *PathconfRes) Result() int32 { return r.Status.Errno() }

// Result: the kernel's MOUNT client keeps the status in its result and lets the task succeed.
func (r *MntRes) Result() int32 { return 0 }
