package nfs

import (
	"strconv"

	"sunscope/core/xdr"
)

const (
	refTypes  = "RFC 1813 §2.5"
	refStatus = "RFC 1813 §2.6"
)

// FH is nfs_fh3: the server's name for a file, 0 to 64 bytes that mean nothing to a client.
type FH []byte

//go:noinline
func (f FH) encode(e *xdr.Encoder) { e.Opaque(f) }

//go:noinline
func decodeFH(d *xdr.Decoder, name string) FH { return d.Opaque(name, MaxFH) }

// FType is ftype3: what kind of object a handle names.
type FType uint32

// The ftype3 values.
const (
	Regular   FType = 1
	Directory FType = 2
	BlockDev  FType = 3
	CharDev   FType = 4
	Symlink   FType = 5
	Socket    FType = 6
	FIFO      FType = 7
)

func ftypeName(v uint32) string {
	names := [...]string{"", "NF3REG", "NF3DIR", "NF3BLK", "NF3CHR", "NF3LNK", "NF3SOCK", "NF3FIFO"}
	if v < uint32(len(names)) {
		return names[v]
	}
	return ""
}

// Time is nfstime3: seconds and nanoseconds since 1970.
type Time struct{ Sec, Nsec uint32 }

func (t *Time) encode(e *xdr.Encoder) {
	e.Uint32(t.Sec)
	e.Uint32(t.Nsec)
}

func decodeTime(d *xdr.Decoder, name string) Time {
	d.Group(name, "")
	t := Time{d.Uint32("seconds"), d.Uint32("nseconds")}
	if !d.Recording() {
		d.End()
		return t
	}
	nsec := strconv.FormatUint(uint64(t.Nsec), 10)
	for len(nsec) < 9 {
		nsec = "0" + nsec
	}
	d.EndSay(strconv.FormatUint(uint64(t.Sec), 10) + "." + nsec)
	return t
}

// Spec is specdata3: the two numbers of a device.
type Spec struct{ Major, Minor uint32 }

func (s *Spec) encode(e *xdr.Encoder) {
	e.Uint32(s.Major)
	e.Uint32(s.Minor)
}

func decodeSpec(d *xdr.Decoder, name string) Spec {
	d.Group(name, "")
	defer d.End()
	return Spec{d.Uint32("specdata1"), d.Uint32("specdata2")}
}

// Attr is fattr3: the attributes of a file, 84 bytes.
type Attr struct {
	Type                FType
	Mode                uint32 // permission bits, without the type
	Nlink               uint32
	UID, GID            uint32
	Size, Used          uint64 // bytes
	Rdev                Spec
	FSID, FileID        uint64
	Atime, Mtime, Ctime Time
}

func (a *Attr) encode(e *xdr.Encoder) {
	e.Uint32(uint32(a.Type))
	e.Uint32(a.Mode)
	e.Uint32(a.Nlink)
	e.Uint32(a.UID)
	e.Uint32(a.GID)
	e.Uint64(a.Size)
	e.Uint64(a.Used)
	a.Rdev.encode(e)
	e.Uint64(a.FSID)
	e.Uint64(a.FileID)
	a.Atime.encode(e)
	a.Mtime.encode(e)
	a.Ctime.encode(e)
}

func decodeAttr(d *xdr.Decoder, name string) Attr {
	d.Group(name, refTypes)
	defer d.End()
	return Attr{
		Type:   FType(d.Enum("type", ftypeName)),
		Mode:   decodeMode(d),
		Nlink:  d.Uint32("nlink"),
		UID:    d.Uint32("uid"),
		GID:    d.Uint32("gid"),
		Size:   d.Uint64("size"),
		Used:   d.Uint64("used"),
		Rdev:   decodeSpec(d, "rdev"),
		FSID:   d.Uint64("fsid"),
		FileID: d.Uint64("fileid"),
		Atime:  decodeTime(d, "atime"),
		Mtime:  decodeTime(d, "mtime"),
		Ctime:  decodeTime(d, "ctime"),
	}
}

func decodeMode(d *xdr.Decoder) uint32 {
	m := d.Uint32("mode")
	if d.Recording() {
		d.Say("0" + strconv.FormatUint(uint64(m), 8))
	}
	return m
}

// PostOpAttr is post_op_attr: a file's attributes after an operation, if the server cares to tell.
type PostOpAttr struct {
	Present bool
	Attr    Attr
}

func (p *PostOpAttr) encode(e *xdr.Encoder) {
	e.Bool(p.Present)
	if p.Present {
		p.Attr.encode(e)
	}
}

func decodePostOpAttr(d *xdr.Decoder, name string) PostOpAttr {
	var p PostOpAttr
	d.Group(name, refTypes)
	defer d.End()
	if p.Present = d.Bool("attributes_follow"); p.Present {
		p.Attr = decodeAttr(d, "attributes")
	}
	return p
}

// WccAttr is wcc_attr: what a file was before an operation, enough to notice that somebody else changed it.
type WccAttr struct {
	Size         uint64
	Mtime, Ctime Time
}

// WccData is wcc_data: weak cache consistency, a file before and after an operation.
type WccData struct {
	HasBefore bool
	Before    WccAttr
	After     PostOpAttr
}

func (w *WccData) encode(e *xdr.Encoder) {
	e.Bool(w.HasBefore)
	if w.HasBefore {
		e.Uint64(w.Before.Size)
		w.Before.Mtime.encode(e)
		w.Before.Ctime.encode(e)
	}
	w.After.encode(e)
}

func decodeWcc(d *xdr.Decoder, name string) WccData {
	var w WccData
	d.Group(name, refTypes)
	defer d.End()
	d.Group("before", "")
	if w.HasBefore = d.Bool("attributes_follow"); w.HasBefore {
		w.Before = WccAttr{d.Uint64("size"), decodeTime(d, "mtime"), decodeTime(d, "ctime")}
	}
	d.End()
	w.After = decodePostOpAttr(d, "after")
	return w
}

// PostOpFH is post_op_fh3: the handle of a new file, if the server cares to tell.
type PostOpFH struct {
	Present bool
	FH      FH
}

func (p *PostOpFH) encode(e *xdr.Encoder) {
	e.Bool(p.Present)
	if p.Present {
		p.FH.encode(e)
	}
}

func decodePostOpFH(d *xdr.Decoder, name string) PostOpFH {
	var p PostOpFH
	d.Group(name, refTypes)
	defer d.End()
	if p.Present = d.Bool("handle_follows"); p.Present {
		p.FH = decodeFH(d, "handle")
	}
	return p
}

// DirOp is diropargs3: a name in a directory.
type DirOp struct {
	Dir  FH
	Name string
}

func (a *DirOp) encode(e *xdr.Encoder) {
	a.Dir.encode(e)
	e.String(a.Name)
}

func decodeDirOp(d *xdr.Decoder, name string) DirOp {
	d.Group(name, refTypes)
	defer d.End()
	return DirOp{decodeFH(d, "dir"), d.String("name", MaxName)}
}

//go:noinline
func decodeStatus(d *xdr.Decoder) Status { return Status(d.Enum("status", statusName)) }

// decodeFixed copies n bytes into dst, which a decoder in error leaves as it is.
//
//go:noinline
func decodeFixed(d *xdr.Decoder, name string, dst []byte) { copy(dst, d.FixedOpaque(name, len(dst))) }
