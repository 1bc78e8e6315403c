package nfs

import (
	"strconv"

	"sunscope/core/xdr"
)

// FHArgs is the argument of every procedure that takes a handle alone: GETATTR3args, READLINK3args, FSSTAT3args,
// FSINFOargs, PATHCONF3args.
type FHArgs struct{ FH FH }

// Encode appends the arguments.
func (a *FHArgs) Encode(e *xdr.Encoder) { a.FH.encode(e) }

// Decode reads the arguments.
func (a *FHArgs) Decode(d *xdr.Decoder) { a.FH = decodeFH(d, "object") }

// GetattrRes is GETATTR3res.
type GetattrRes struct {
	Status Status
	Attr   Attr // OK
}

// Encode appends the results.
func (r *GetattrRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	if r.Status == OK {
		r.Attr.encode(e)
	}
}

// Decode reads the results.
func (r *GetattrRes) Decode(d *xdr.Decoder) {
	if r.Status = decodeStatus(d); r.Status == OK {
		r.Attr = decodeAttr(d, "obj_attributes")
	}
}

// SetTime says what SETATTR does to a time: time_how.
type SetTime uint32

// The time_how values.
const (
	DontChange      SetTime = 0
	SetToServerTime SetTime = 1
	SetToClientTime SetTime = 2
)

func setTimeName(v uint32) string {
	switch SetTime(v) {
	case DontChange:
		return "DONT_CHANGE"
	case SetToServerTime:
		return "SET_TO_SERVER_TIME"
	case SetToClientTime:
		return "SET_TO_CLIENT_TIME"
	}
	return ""
}

// Opt32 and Opt64 are set_mode3, set_uid3, set_gid3 and set_size3: a value, if it shall be set.
type (
	Opt32 struct {
		Set   bool
		Value uint32
	}
	Opt64 struct {
		Set   bool
		Value uint64
	}
)

// SetAttr is sattr3: the attributes to set. Times stand in Atime and Mtime when SetToClientTime says so.
type SetAttr struct {
	Mode, UID, GID Opt32
	Size           Opt64
	AtimeHow       SetTime
	Atime          Time
	MtimeHow       SetTime
	Mtime          Time
}

func (s *SetAttr) encode(e *xdr.Encoder) {
	for _, o := range [...]Opt32{s.Mode, s.UID, s.GID} {
		e.Bool(o.Set)
		if o.Set {
			e.Uint32(o.Value)
		}
	}
	e.Bool(s.Size.Set)
	if s.Size.Set {
		e.Uint64(s.Size.Value)
	}
	encodeSetTime(e, s.AtimeHow, &s.Atime)
	encodeSetTime(e, s.MtimeHow, &s.Mtime)
}

func encodeSetTime(e *xdr.Encoder, how SetTime, t *Time) {
	e.Uint32(uint32(how))
	if how == SetToClientTime {
		t.encode(e)
	}
}

func decodeSetAttr(d *xdr.Decoder, name string) SetAttr {
	var s SetAttr
	d.Group(name, refTypes)
	defer d.End()
	s.Mode = decodeOpt32(d, "set_mode", decodeMode)
	s.UID = decodeOpt32(d, "set_uid", func(d *xdr.Decoder) uint32 { return d.Uint32("uid") })
	s.GID = decodeOpt32(d, "set_gid", func(d *xdr.Decoder) uint32 { return d.Uint32("gid") })
	d.Group("set_size", "")
	if s.Size.Set = d.Bool("set_it"); s.Size.Set {
		s.Size.Value = d.Uint64("size")
	}
	d.End()
	s.AtimeHow, s.Atime = decodeSetTime(d, "set_atime")
	s.MtimeHow, s.Mtime = decodeSetTime(d, "set_mtime")
	return s
}

func decodeOpt32(d *xdr.Decoder, name string, value func(*xdr.Decoder) uint32) Opt32 {
	var o Opt32
	d.Group(name, "")
	defer d.End()
	if o.Set = d.Bool("set_it"); o.Set {
		o.Value = value(d)
	}
	return o
}

func decodeSetTime(d *xdr.Decoder, name string) (how SetTime, t Time) {
	d.Group(name, "")
	defer d.End()
	off := d.Off()
	how = SetTime(d.Enum("set_it", setTimeName))
	switch {
	case how == SetToClientTime:
		t = decodeTime(d, "time")
	case how > SetToClientTime:
		d.Fail("set_it", off, "0 to 2", strconv.FormatUint(uint64(how), 10))
	}
	return how, t
}

// SetattrArgs is SETATTR3args. Guard is the ctime that the file must have, if HasGuard.
type SetattrArgs struct {
	FH       FH
	Attr     SetAttr
	HasGuard bool
	Guard    Time
}

// Encode appends the arguments.
func (a *SetattrArgs) Encode(e *xdr.Encoder) {
	a.FH.encode(e)
	a.Attr.encode(e)
	e.Bool(a.HasGuard)
	if a.HasGuard {
		a.Guard.encode(e)
	}
}

// Decode reads the arguments.
func (a *SetattrArgs) Decode(d *xdr.Decoder) {
	a.FH = decodeFH(d, "object")
	a.Attr = decodeSetAttr(d, "new_attributes")
	d.Group("guard", "")
	if a.HasGuard = d.Bool("check"); a.HasGuard {
		a.Guard = decodeTime(d, "obj_ctime")
	}
	d.End()
}

// WccRes is the result of procedures that change one thing and have nothing else to tell: SETATTR3res, REMOVE3res,
// RMDIR3res.
type WccRes struct {
	Status Status
	Wcc    WccData
}

// Encode appends the results.
func (r *WccRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Wcc.encode(e)
}

// Decode reads the results.
func (r *WccRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Wcc = decodeWcc(d, "wcc")
}

// Access rights, RFC 1813 section 3.3.4.
const (
	AccessRead    = 0x01
	AccessLookup  = 0x02
	AccessModify  = 0x04
	AccessExtend  = 0x08
	AccessDelete  = 0x10
	AccessExecute = 0x20
)

var accessNames = [...]string{"READ", "LOOKUP", "MODIFY", "EXTEND", "DELETE", "EXECUTE"}

func decodeAccess(d *xdr.Decoder) uint32 {
	v := d.Hex32("access")
	if d.Recording() {
		text := ""
		for i, n := range accessNames {
			if v&(1<<i) != 0 {
				text += n + "|"
			}
		}
		if text != "" {
			d.Say(text[:len(text)-1] + " (" + xdr.Hex(uint64(v), 2) + ")")
		}
	}
	return v
}

// AccessArgs is ACCESS3args.
type AccessArgs struct {
	FH     FH
	Access uint32 // the rights asked about
}

// Encode appends the arguments.
func (a *AccessArgs) Encode(e *xdr.Encoder) {
	a.FH.encode(e)
	e.Uint32(a.Access)
}

// Decode reads the arguments.
func (a *AccessArgs) Decode(d *xdr.Decoder) {
	a.FH = decodeFH(d, "object")
	a.Access = decodeAccess(d)
}

// AccessRes is ACCESS3res.
type AccessRes struct {
	Status Status
	Attr   PostOpAttr
	Access uint32 // OK: those of the rights asked about that are granted
}

// Encode appends the results.
func (r *AccessRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	if r.Status == OK {
		e.Uint32(r.Access)
	}
}

// Decode reads the results.
func (r *AccessRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "obj_attributes")
	if r.Status == OK {
		r.Access = decodeAccess(d)
	}
}
