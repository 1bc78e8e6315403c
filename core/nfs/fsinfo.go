package nfs

import "sunscope/core/xdr"

// FsstatRes is FSSTAT3res: how full a file system is.
type FsstatRes struct {
	Status                 Status
	Attr                   PostOpAttr
	Tbytes, Fbytes, Abytes uint64 // OK: bytes in all, free, free for the caller
	Tfiles, Ffiles, Afiles uint64 // OK: the same for files
	Invarsec               uint32 // OK: seconds for which the numbers will hold
}

// Encode appends the results.
func (r *FsstatRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	if r.Status != OK {
		return
	}
	for _, v := range [...]uint64{r.Tbytes, r.Fbytes, r.Abytes, r.Tfiles, r.Ffiles, r.Afiles} {
		e.Uint64(v)
	}
	e.Uint32(r.Invarsec)
}

// Decode reads the results.
func (r *FsstatRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "obj_attributes")
	if r.Status != OK {
		return
	}
	r.Tbytes, r.Fbytes, r.Abytes = d.Uint64("tbytes"), d.Uint64("fbytes"), d.Uint64("abytes")
	r.Tfiles, r.Ffiles, r.Afiles = d.Uint64("tfiles"), d.Uint64("ffiles"), d.Uint64("afiles")
	r.Invarsec = d.Uint32("invarsec")
}

// Properties of a file system, RFC 1813 section 3.3.19.
const (
	FSFLink        = 0x01
	FSFSymlink     = 0x02
	FSFHomogeneous = 0x08
	FSFCanSetTime  = 0x10
)

// FsinfoRes is FSINFO3res: what a server can do with a file system.
type FsinfoRes struct {
	Status                Status
	Attr                  PostOpAttr
	Rtmax, Rtpref, Rtmult uint32 // OK: largest, preferred READ and its unit, in bytes
	Wtmax, Wtpref, Wtmult uint32 // OK: the same for WRITE
	Dtpref                uint32 // OK: preferred READDIR
	MaxFileSize           uint64 // OK
	TimeDelta             Time   // OK
	Properties            uint32 // OK: FSF… bits
}

// Encode appends the results.
func (r *FsinfoRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	if r.Status != OK {
		return
	}
	for _, v := range [...]uint32{r.Rtmax, r.Rtpref, r.Rtmult, r.Wtmax, r.Wtpref, r.Wtmult, r.Dtpref} {
		e.Uint32(v)
	}
	e.Uint64(r.MaxFileSize)
	r.TimeDelta.encode(e)
	e.Uint32(r.Properties)
}

// Decode reads the results.
func (r *FsinfoRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "obj_attributes")
	if r.Status != OK {
		return
	}
	r.Rtmax, r.Rtpref, r.Rtmult = d.Uint32("rtmax"), d.Uint32("rtpref"), d.Uint32("rtmult")
	r.Wtmax, r.Wtpref, r.Wtmult = d.Uint32("wtmax"), d.Uint32("wtpref"), d.Uint32("wtmult")
	r.Dtpref = d.Uint32("dtpref")
	r.MaxFileSize = d.Uint64("maxfilesize")
	r.TimeDelta = decodeTime(d, "time_delta")
	r.Properties = d.Hex32("properties")
}

// PathconfRes is PATHCONF3res: how a file system treats names.
type PathconfRes struct {
	Status          Status
	Attr            PostOpAttr
	LinkMax         uint32 // OK
	NameMax         uint32 // OK: bytes
	NoTrunc         bool   // OK: long names are refused, not cut
	ChownRestricted bool   // OK
	CaseInsensitive bool   // OK
	CasePreserving  bool   // OK
}

// Encode appends the results.
func (r *PathconfRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	if r.Status != OK {
		return
	}
	e.Uint32(r.LinkMax)
	e.Uint32(r.NameMax)
	for _, v := range [...]bool{r.NoTrunc, r.ChownRestricted, r.CaseInsensitive, r.CasePreserving} {
		e.Bool(v)
	}
}

// Decode reads the results.
func (r *PathconfRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "obj_attributes")
	if r.Status != OK {
		return
	}
	r.LinkMax, r.NameMax = d.Uint32("linkmax"), d.Uint32("name_max")
	r.NoTrunc, r.ChownRestricted = d.Bool("no_trunc"), d.Bool("chown_restricted")
	r.CaseInsensitive, r.CasePreserving = d.Bool("case_insensitive"), d.Bool("case_preserving")
}
