package nfs

import (
	"strconv"

	"sunscope/core/xdr"
)

// DirOpArgs is the argument of procedures that take a name in a directory: LOOKUP3args, REMOVE3args, RMDIR3args.
type DirOpArgs struct{ What DirOp }

// Encode appends the arguments.
func (a *DirOpArgs) Encode(e *xdr.Encoder) { a.What.encode(e) }

// Decode reads the arguments.
//
//go:noinline
func (a *DirOpArgs) Decode(d *xdr.Decoder) { a.What = decodeDirOp(d, "what") }

// LookupRes is LOOKUP3res.
type LookupRes struct {
	Status  Status
	FH      FH         // OK
	Attr    PostOpAttr // OK: of the object found
	DirAttr PostOpAttr
}

// Encode appends the results.
func (r *LookupRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	if r.Status == OK {
		r.FH.encode(e)
		r.Attr.encode(e)
	}
	r.DirAttr.encode(e)
}

// Decode reads the results.
func (r *LookupRes) Decode(d *xdr.Decoder) {
	if r.Status = decodeStatus(d); r.Status == OK {
		r.FH = decodeFH(d, "object")
		r.Attr = decodePostOpAttr(d, "obj_attributes")
	}
	r.DirAttr = decodePostOpAttr(d, "dir_attributes")
}

// ReadlinkRes is READLINK3res.
type ReadlinkRes struct {
	Status Status
	Attr   PostOpAttr
	Path   string // OK
}

// Encode appends the results.
func (r *ReadlinkRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	if r.Status == OK {
		e.String(r.Path)
	}
}

// Decode reads the results.
func (r *ReadlinkRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "symlink_attributes")
	if r.Status == OK {
		r.Path = d.String("data", MaxPath)
	}
}

// CreateMode is createmode3: what CREATE does when the name exists.
type CreateMode uint32

// The createmode3 values.
const (
	Unchecked CreateMode = 0
	Guarded   CreateMode = 1
	Exclusive CreateMode = 2
)

func createModeName(v uint32) string {
	switch CreateMode(v) {
	case Unchecked:
		return "UNCHECKED"
	case Guarded:
		return "GUARDED"
	case Exclusive:
		return "EXCLUSIVE"
	}
	return ""
}

// CreateArgs is CREATE3args.
type CreateArgs struct {
	Where DirOp
	Mode  CreateMode
	Attr  SetAttr          // Unchecked, Guarded
	Verf  [createVerf]byte // Exclusive
}

// Encode appends the arguments.
func (a *CreateArgs) Encode(e *xdr.Encoder) {
	a.Where.encode(e)
	e.Uint32(uint32(a.Mode))
	if a.Mode == Exclusive {
		e.FixedOpaque(a.Verf[:])
		return
	}
	a.Attr.encode(e)
}

// Decode reads the arguments.
func (a *CreateArgs) Decode(d *xdr.Decoder) {
	a.Where = decodeDirOp(d, "where")
	off := d.Off()
	a.Mode = CreateMode(d.Enum("mode", createModeName))
	switch a.Mode {
	case Unchecked, Guarded:
		a.Attr = decodeSetAttr(d, "obj_attributes")
	case Exclusive:
		decodeFixed(d, "verf", a.Verf[:])
	default:
		d.Fail("mode", off, "0 to 2", strconv.FormatUint(uint64(a.Mode), 10))
	}
}

// MkdirArgs is MKDIR3args.
type MkdirArgs struct {
	Where DirOp
	Attr  SetAttr
}

// Encode appends the arguments.
func (a *MkdirArgs) Encode(e *xdr.Encoder) {
	a.Where.encode(e)
	a.Attr.encode(e)
}

// Decode reads the arguments.
func (a *MkdirArgs) Decode(d *xdr.Decoder) {
	a.Where = decodeDirOp(d, "where")
	a.Attr = decodeSetAttr(d, "attributes")
}

// SymlinkArgs is SYMLINK3args.
type SymlinkArgs struct {
	Where DirOp
	Attr  SetAttr
	Path  string
}

// Encode appends the arguments.
func (a *SymlinkArgs) Encode(e *xdr.Encoder) {
	a.Where.encode(e)
	a.Attr.encode(e)
	e.String(a.Path)
}

// Decode reads the arguments.
func (a *SymlinkArgs) Decode(d *xdr.Decoder) {
	a.Where = decodeDirOp(d, "where")
	a.Attr = decodeSetAttr(d, "symlink_attributes")
	a.Path = d.String("symlink_data", MaxPath)
}

// MknodArgs is MKNOD3args. Of the types, devices carry attributes and numbers, sockets and FIFOs attributes only, and
// the others nothing.
type MknodArgs struct {
	Where DirOp
	Type  FType
	Attr  SetAttr
	Spec  Spec
}

// Encode appends the arguments.
func (a *MknodArgs) Encode(e *xdr.Encoder) {
	a.Where.encode(e)
	e.Uint32(uint32(a.Type))
	switch a.Type {
	case BlockDev, CharDev:
		a.Attr.encode(e)
		a.Spec.encode(e)
	case Socket, FIFO:
		a.Attr.encode(e)
	}
}

// Decode reads the arguments.
func (a *MknodArgs) Decode(d *xdr.Decoder) {
	a.Where = decodeDirOp(d, "where")
	a.Type = FType(d.Enum("type", ftypeName))
	switch a.Type {
	case BlockDev, CharDev:
		a.Attr = decodeSetAttr(d, "dev_attributes")
		a.Spec = decodeSpec(d, "spec")
	case Socket, FIFO:
		a.Attr = decodeSetAttr(d, "pipe_attributes")
	}
}

// CreateRes is the result of procedures that make something: CREATE3res, MKDIR3res, SYMLINK3res, MKNOD3res.
type CreateRes struct {
	Status Status
	FH     PostOpFH   // OK
	Attr   PostOpAttr // OK
	DirWcc WccData
}

// Encode appends the results.
func (r *CreateRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	if r.Status == OK {
		r.FH.encode(e)
		r.Attr.encode(e)
	}
	r.DirWcc.encode(e)
}

// Decode reads the results.
func (r *CreateRes) Decode(d *xdr.Decoder) {
	if r.Status = decodeStatus(d); r.Status == OK {
		r.FH = decodePostOpFH(d, "obj")
		r.Attr = decodePostOpAttr(d, "obj_attributes")
	}
	r.DirWcc = decodeWcc(d, "dir_wcc")
}

// RenameArgs is RENAME3args.
type RenameArgs struct{ From, To DirOp }

// Encode appends the arguments.
func (a *RenameArgs) Encode(e *xdr.Encoder) {
	a.From.encode(e)
	a.To.encode(e)
}

// Decode reads the arguments.
func (a *RenameArgs) Decode(d *xdr.Decoder) {
	a.From = decodeDirOp(d, "from")
	a.To = decodeDirOp(d, "to")
}

// RenameRes is RENAME3res.
type RenameRes struct {
	Status  Status
	FromWcc WccData
	ToWcc   WccData
}

// Encode appends the results.
func (r *RenameRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.FromWcc.encode(e)
	r.ToWcc.encode(e)
}

// Decode reads the results.
func (r *RenameRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.FromWcc = decodeWcc(d, "fromdir_wcc")
	r.ToWcc = decodeWcc(d, "todir_wcc")
}

// LinkArgs is LINK3args.
type LinkArgs struct {
	FH   FH
	Link DirOp
}

// Encode appends the arguments.
func (a *LinkArgs) Encode(e *xdr.Encoder) {
	a.FH.encode(e)
	a.Link.encode(e)
}

// Decode reads the arguments.
func (a *LinkArgs) Decode(d *xdr.Decoder) {
	a.FH = decodeFH(d, "file")
	a.Link = decodeDirOp(d, "link")
}

// LinkRes is LINK3res.
type LinkRes struct {
	Status Status
	Attr   PostOpAttr
	DirWcc WccData
}

// Encode appends the results.
func (r *LinkRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	r.DirWcc.encode(e)
}

// Decode reads the results.
func (r *LinkRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "file_attributes")
	r.DirWcc = decodeWcc(d, "linkdir_wcc")
}
