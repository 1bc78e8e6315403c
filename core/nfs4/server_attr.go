package nfs4

import (
	"strconv"

	"sunscope/core/nfs"
	"sunscope/core/time"
)

// supported are the attributes that the server has.
var supported = [...]int{AttrSupported, AttrType, AttrFHExpire, AttrChange, AttrSize, AttrLinkSupport, AttrSymlinkSupport, AttrFSID,
	AttrUniqueHandles, AttrLeaseTime, AttrRdattrError, AttrACLSupport, AttrCanSetTime, AttrCaseInsens, AttrCasePreserving,
	AttrFilehandle, AttrFileID, AttrFilesAvail, AttrFilesFree, AttrFilesTotal, AttrMaxFileSize, AttrMaxLink, AttrMaxName,
	AttrMaxRead, AttrMaxWrite, AttrMode, AttrNumlinks, AttrOwner, AttrOwnerGroup, AttrRawdev, AttrSpaceAvail, AttrSpaceFree,
	AttrSpaceTotal, AttrSpaceUsed, AttrTimeAccess, AttrTimeAccessSet, AttrTimeDelta, AttrTimeMetadata, AttrTimeModify,
	AttrTimeModifySet, AttrMountedOn}

// change is the change attribute: the time of the last change, as nfsd makes it of ctime.
func change(a *nfs.Attr) uint64 { return uint64(a.Ctime.Sec)<<30 + uint64(a.Ctime.Nsec) }

func (c *call) getattr(b Body) (Status, Body) {
	if st := c.have(); st != OK {
		return st, nil
	}
	r := &AttrsRes{}
	st := c.attrsOf(c.fh, b.(*GetattrArgs).Request, &r.Attrs)
	return st, r
}

// attrsOf appends those of the attributes asked for that there are.
func (c *call) attrsOf(h nfs.FH, want Bitmap, to *Attrs) Status {
	a, s := c.FS.Stat(h)
	if s != nfs.OK {
		return Status(s)
	}
	to.Mask = Bitmap{}
	for _, bit := range supported {
		if !want.Has(bit) || bit == AttrTimeAccessSet || bit == AttrTimeModifySet {
			continue
		}
		v := Attr{Bit: bit}
		if !fileAttr(&v, &a) {
			c.serverAttr(&v, h)
		}
		to.Set(v)
	}
	if c.minor > 0 && c.LayoutType != 0 && want.Has(AttrLayoutTypes) {
		to.Set(Attr{Bit: AttrLayoutTypes, Bits: Bitmap{c.LayoutType}})
	}
	return OK
}

// fileAttr gives v the value that follows from the file's NFSv3 attributes, if it does.
func fileAttr(v *Attr, a *nfs.Attr) bool {
	time := func(t nfs.Time) { v.N, v.M = uint64(t.Sec), uint64(t.Nsec) }
	switch v.Bit {
	case AttrType:
		v.N = uint64(fileTypes[a.Type])
	case AttrChange:
		v.N = change(a)
	case AttrSize:
		v.N = a.Size
	case AttrFSID:
		v.N, v.M = a.FSID, 0
	case AttrFileID, AttrMountedOn:
		v.N = a.FileID
	case AttrMode:
		v.N = uint64(a.Mode)
	case AttrNumlinks:
		v.N = uint64(a.Nlink)
	case AttrOwner:
		v.B = strconv.AppendUint(nil, uint64(a.UID), 10)
	case AttrOwnerGroup:
		v.B = strconv.AppendUint(nil, uint64(a.GID), 10)
	case AttrRawdev:
		v.N, v.M = uint64(a.Rdev.Major), uint64(a.Rdev.Minor)
	case AttrSpaceUsed:
		v.N = a.Used
	case AttrTimeAccess:
		time(a.Atime)
	case AttrTimeMetadata:
		time(a.Ctime)
	case AttrTimeModify:
		time(a.Mtime)
	default:
		return false
	}
	return true
}

// fileTypes are nfs_ftype4 for ftype3.
var fileTypes = [...]uint32{nfs.Regular: Regular, nfs.Directory: Directory, nfs.BlockDev: Block, nfs.CharDev: Char,
	nfs.Symlink: Symlink, nfs.Socket: Socket, nfs.FIFO: FIFO}

// serverAttr gives v the value that is the same for all files.
func (c *call) serverAttr(v *Attr, h nfs.FH) {
	bytes, free, files, left := c.FS.Room()
	switch v.Bit {
	case AttrSupported:
		v.Bits = Bits(supported[:]...)
	case AttrLinkSupport, AttrSymlinkSupport, AttrUniqueHandles, AttrCanSetTime, AttrCasePreserving:
		v.N = 1
	case AttrLeaseTime:
		v.N = uint64(c.Lease / time.Second)
	case AttrFilehandle:
		v.B = h
	case AttrFilesAvail, AttrFilesFree:
		v.N = left
	case AttrFilesTotal:
		v.N = files
	case AttrMaxFileSize:
		v.N = 1<<63 - 1
	case AttrMaxLink, AttrMaxName:
		v.N = MaxName
	case AttrMaxRead, AttrMaxWrite:
		v.N = uint64(c.MaxSize &^ 0xfff)
	case AttrSpaceAvail, AttrSpaceFree:
		v.N = free
	case AttrSpaceTotal:
		v.N = bytes
	case AttrTimeDelta:
		v.M = 1
	}
}

// readdir fills up to maxcount bytes of results.
func (c *call) readdir(b Body) (Status, Body) {
	a := b.(*ReaddirArgs)
	if st := c.have(); st != OK {
		return st, nil
	}
	all, s := c.FS.List(c.fh, a.Cookie)
	if s != nfs.OK {
		return Status(s), nil
	}
	r := &ReaddirRes{}
	size := 16 // verifier, end of list, eof
	for _, t := range all {
		e := Entry{Cookie: t.Cookie, Name: t.Name}
		if st := c.attrsOf(t.FH.FH, a.Request, &e.Attrs); st != OK {
			continue
		}
		if size += 4 + entrySize(&e); size > int(min(a.Maxcount, MaxData)) {
			if len(r.Entries) == 0 {
				return ErrTooSmall, nil
			}
			return OK, r
		}
		r.Entries = append(r.Entries, e)
	}
	r.EOF = true
	return OK, r
}
