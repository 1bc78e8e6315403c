package nfs

import "sunscope/core/xdr"

// CookieVerf is cookieverf3: it changes when cookies of a directory lose their meaning.
type CookieVerf [cookieVerf]byte

// ReaddirArgs is READDIR3args.
type ReaddirArgs struct {
	Dir    FH
	Cookie uint64 // of the last entry that the client has, 0 to begin
	Verf   CookieVerf
	Count  uint32 // bytes of results at most
}

// Encode appends the arguments.
func (a *ReaddirArgs) Encode(e *xdr.Encoder) {
	a.Dir.encode(e)
	e.Uint64(a.Cookie)
	e.FixedOpaque(a.Verf[:])
	e.Uint32(a.Count)
}

// Decode reads the arguments.
func (a *ReaddirArgs) Decode(d *xdr.Decoder) {
	a.Dir = decodeFH(d, "dir")
	a.Cookie = d.Uint64("cookie")
	decodeFixed(d, "cookieverf", a.Verf[:])
	a.Count = d.Uint32("count")
}

// ReaddirplusArgs is READDIRPLUS3args.
type ReaddirplusArgs struct {
	Dir      FH
	Cookie   uint64
	Verf     CookieVerf
	DirCount uint32 // bytes of names, cookies and file ids at most
	MaxCount uint32 // bytes of results at most
}

// Encode appends the arguments.
func (a *ReaddirplusArgs) Encode(e *xdr.Encoder) {
	a.Dir.encode(e)
	e.Uint64(a.Cookie)
	e.FixedOpaque(a.Verf[:])
	e.Uint32(a.DirCount)
	e.Uint32(a.MaxCount)
}

// Decode reads the arguments.
func (a *ReaddirplusArgs) Decode(d *xdr.Decoder) {
	a.Dir = decodeFH(d, "dir")
	a.Cookie = d.Uint64("cookie")
	decodeFixed(d, "cookieverf", a.Verf[:])
	a.DirCount = d.Uint32("dircount")
	a.MaxCount = d.Uint32("maxcount")
}

// Entry is entryplus3; READDIR uses the first three members (entry3).
type Entry struct {
	FileID uint64
	Name   string
	Cookie uint64
	Attr   PostOpAttr
	FH     PostOpFH
}

func (t *Entry) encode(e *xdr.Encoder, plus bool) {
	e.Uint64(t.FileID)
	e.String(t.Name)
	e.Uint64(t.Cookie)
	if plus {
		t.Attr.encode(e)
		t.FH.encode(e)
	}
}

func decodeEntry(d *xdr.Decoder, plus bool) Entry {
	d.Group("entry", "")
	t := Entry{FileID: d.Uint64("fileid"), Name: d.String("name", MaxName), Cookie: d.Uint64("cookie")}
	if plus {
		t.Attr = decodePostOpAttr(d, "name_attributes")
		t.FH = decodePostOpFH(d, "name_handle")
	}
	d.EndSay(t.Name)
	return t
}

// ReaddirRes is READDIR3res, and READDIRPLUS3res when Plus is set (before Decode too).
type ReaddirRes struct {
	Plus    bool
	Status  Status
	DirAttr PostOpAttr
	Verf    CookieVerf // OK
	Entries []Entry    // OK
	EOF     bool       // OK: the last entry of the directory is among them
}

// Encode appends the results.
func (r *ReaddirRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.DirAttr.encode(e)
	if r.Status != OK {
		return
	}
	e.FixedOpaque(r.Verf[:])
	for i := range r.Entries {
		e.Bool(true)
		r.Entries[i].encode(e, r.Plus)
	}
	e.Bool(false)
	e.Bool(r.EOF)
}

// Decode reads the results.
func (r *ReaddirRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.DirAttr = decodePostOpAttr(d, "dir_attributes")
	r.Entries = nil
	if r.Status != OK {
		return
	}
	decodeFixed(d, "cookieverf", r.Verf[:])
	for d.Bool("entry_follows") && d.Err() == nil {
		r.Entries = append(r.Entries, decodeEntry(d, r.Plus))
	}
	r.EOF = d.Bool("eof")
}
