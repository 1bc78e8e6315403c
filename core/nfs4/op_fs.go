package nfs4

import (
	"strconv"

	"sunscope/core/xdr"
)

// Arguments and results that several operations share.
type (
	// FHBody is PUTFH4args and the result of GETFH.
	FHBody struct{ FH FH }
	// NameArgs is the argument of LOOKUP, REMOVE, LINK and SECINFO: a name in the current directory.
	NameArgs struct{ Name string }
	// StateidArgs is that of DELEGRETURN and FREE_STATEID.
	StateidArgs struct{ Stateid Stateid }
	// StateidRes is the new version of a stateid, from CLOSE, OPEN_CONFIRM, OPEN_DOWNGRADE and LOCKU.
	StateidRes struct{ Stateid Stateid }
	// CinfoRes is the result of REMOVE and LINK.
	CinfoRes struct{ Cinfo ChangeInfo }
	// ClientidArgs is that of RENEW, DELEGPURGE and DESTROY_CLIENTID.
	ClientidArgs struct{ Clientid uint64 }
	// GetattrArgs is GETATTR4args.
	GetattrArgs struct{ Request Bitmap }
	// AttrsRes is the result of GETATTR and CB_GETATTR, and the argument of VERIFY and NVERIFY.
	AttrsRes struct{ Attrs Attrs }
)

func (b *FHBody) code(c *coder)       { c.fh("object", &b.FH) }
func (b *NameArgs) code(c *coder)     { c.component("name", &b.Name) }
func (b *StateidArgs) code(c *coder)  { c.stateid("stateid", &b.Stateid) }
func (b *StateidRes) code(c *coder)   { c.stateid("stateid", &b.Stateid) }
func (b *CinfoRes) code(c *coder)     { c.cinfo("cinfo", &b.Cinfo) }
func (b *ClientidArgs) code(c *coder) { c.clientid("clientid", &b.Clientid) }
func (b *GetattrArgs) code(c *coder)  { c.bitmap("attr_request", &b.Request, attrNames) }
func (b *AttrsRes) code(c *coder)     { c.attrs("obj_attributes", &b.Attrs) }

// Rights of ACCESS, RFC 8881 section 18.1; the last three are of RFC 8276.
const (
	AccessRead    = 0x01
	AccessLookup  = 0x02
	AccessModify  = 0x04
	AccessExtend  = 0x08
	AccessDelete  = 0x10
	AccessExecute = 0x20
)

func (c *coder) access(name string, v *uint32) {
	c.hex(name, v)
	rights := *v
	c.say(func() string {
		return flagText(rights, "READ", "LOOKUP", "MODIFY", "EXTEND", "DELETE", "EXECUTE", "XAREAD", "XAWRITE", "XALIST")
	})
}

// AccessArgs is ACCESS4args.
type AccessArgs struct{ Access uint32 }

func (b *AccessArgs) code(c *coder) { c.access("access", &b.Access) }

// AccessRes is ACCESS4resok: which of the rights the server can tell of, and which are granted.
type AccessRes struct{ Supported, Access uint32 }

func (b *AccessRes) code(c *coder) {
	c.access("supported", &b.Supported)
	c.access("access", &b.Access)
}

// ReadArgs is READ4args.
type ReadArgs struct {
	Stateid Stateid
	Offset  uint64 // bytes
	Count   uint32 // bytes
}

func (b *ReadArgs) code(c *coder) {
	c.stateid("stateid", &b.Stateid)
	c.u64("offset", &b.Offset)
	c.u32("count", &b.Count)
}

// ReadRes is READ4resok.
type ReadRes struct {
	EOF  bool
	Data []byte
}

func (b *ReadRes) code(c *coder) {
	c.bool("eof", &b.EOF)
	c.opaque("data", &b.Data, MaxData)
}

// WriteArgs is WRITE4args.
type WriteArgs struct {
	Stateid Stateid
	Offset  uint64
	Stable  uint32 // stable_how4
	Data    []byte
}

func (b *WriteArgs) code(c *coder) {
	c.stateid("stateid", &b.Stateid)
	c.u64("offset", &b.Offset)
	c.enum("stable", &b.Stable, stableName)
	c.opaque("data", &b.Data, MaxData)
}

// WriteRes is WRITE4resok.
type WriteRes struct {
	Count, Committed uint32
	Verf             Verifier
}

func (b *WriteRes) code(c *coder) {
	c.u32("count", &b.Count)
	c.enum("committed", &b.Committed, stableName)
	c.fixed("writeverf", b.Verf[:])
}

// CommitArgs is COMMIT4args.
type CommitArgs struct {
	Offset uint64
	Count  uint32
}

func (b *CommitArgs) code(c *coder) {
	c.u64("offset", &b.Offset)
	c.u32("count", &b.Count)
}

// CommitRes is COMMIT4resok.
type CommitRes struct{ Verf Verifier }

func (b *CommitRes) code(c *coder) { c.fixed("writeverf", b.Verf[:]) }

// SetattrArgs is SETATTR4args.
type SetattrArgs struct {
	Stateid Stateid
	Attrs   Attrs
}

func (b *SetattrArgs) code(c *coder) {
	c.stateid("stateid", &b.Stateid)
	c.attrs("obj_attributes", &b.Attrs)
}

// SetattrRes is SETATTR4res: which attributes were set, with every status.
type SetattrRes struct{ Set Bitmap }

func (b *SetattrRes) code(c *coder) { c.bitmap("attrsset", &b.Set, attrNames) }

// CreateArgs is CREATE4args: for everything but regular files, which OPEN makes.
type CreateArgs struct {
	Type         uint32
	Link         []byte // Symlink
	Major, Minor uint32 // Block, Char
	Name         string
	Attrs        Attrs
}

func (b *CreateArgs) code(c *coder) {
	c.group("objtype", refTypes)
	c.enum("type", &b.Type, ftypeName)
	switch b.Type {
	case Symlink:
		c.opaque("linkdata", &b.Link, MaxPath)
		text := b.Link
		c.say(func() string { return strconv.Quote(string(text)) })
	case Block, Char:
		c.u32("specdata1", &b.Major)
		c.u32("specdata2", &b.Minor)
	}
	c.end()
	c.component("objname", &b.Name)
	c.attrs("createattrs", &b.Attrs)
}

// CreateRes is CREATE4resok.
type CreateRes struct {
	Cinfo ChangeInfo
	Set   Bitmap
}

func (b *CreateRes) code(c *coder) {
	c.cinfo("cinfo", &b.Cinfo)
	c.bitmap("attrset", &b.Set, attrNames)
}

// RenameArgs is RENAME4args: from the saved directory to the current one.
type RenameArgs struct{ Old, New string }

func (b *RenameArgs) code(c *coder) {
	c.component("oldname", &b.Old)
	c.component("newname", &b.New)
}

// RenameRes is RENAME4resok.
type RenameRes struct{ Source, Target ChangeInfo }

func (b *RenameRes) code(c *coder) {
	c.cinfo("source_cinfo", &b.Source)
	c.cinfo("target_cinfo", &b.Target)
}

// ReaddirArgs is READDIR4args.
type ReaddirArgs struct {
	Cookie             uint64
	Verf               Verifier
	Dircount, Maxcount uint32 // bytes
	Request            Bitmap
}

func (b *ReaddirArgs) code(c *coder) {
	c.u64("cookie", &b.Cookie)
	c.fixed("cookieverf", b.Verf[:])
	c.u32("dircount", &b.Dircount)
	c.u32("maxcount", &b.Maxcount)
	c.bitmap("attr_request", &b.Request, attrNames)
}

// Entry is entry4.
type Entry struct {
	Cookie uint64
	Name   string
	Attrs  Attrs
}

func (b *Entry) code(c *coder) {
	c.group("entry", "")
	c.u64("cookie", &b.Cookie)
	c.component("name", &b.Name)
	c.attrs("attrs", &b.Attrs)
	if c.d != nil {
		c.d.EndSay(b.Name)
	}
}

// ReaddirRes is READDIR4resok.
type ReaddirRes struct {
	Verf    Verifier
	Entries []Entry
	EOF     bool
}

func (b *ReaddirRes) code(c *coder) {
	c.fixed("cookieverf", b.Verf[:])
	chain(c, "entries", &b.Entries, func(c *coder, t *Entry) { t.code(c) })
	c.bool("eof", &b.EOF)
}

// ReadlinkRes is READLINK4resok.
type ReadlinkRes struct{ Link string }

func (b *ReadlinkRes) code(c *coder) { c.string("link", &b.Link, MaxPath) }

// Secinfo is secinfo4.
type Secinfo struct {
	Flavor       uint32
	OID          []byte // RPCSEC_GSS
	QOP, Service uint32 // RPCSEC_GSS
}

// SecinfoRes is SECINFO4resok.
type SecinfoRes struct{ Flavors []Secinfo }

func (b *SecinfoRes) code(c *coder) {
	list(c, "flavors", &b.Flavors, maxList, 4, func(c *coder, t *Secinfo) {
		c.group("secinfo", "")
		c.enum("flavor", &t.Flavor, flavorName)
		if t.Flavor == rpcsecGSS {
			c.opaque("oid", &t.OID, MaxOwner)
			c.u32("qop", &t.QOP)
			c.u32("service", &t.Service)
		}
		c.end()
	})
}

// SecinfoNoNameArgs is SECINFO_NO_NAME4args.
type SecinfoNoNameArgs struct{ Style uint32 }

func (b *SecinfoNoNameArgs) code(c *coder) {
	c.enum("style", &b.Style, func(v uint32) string {
		return nameIn(v, "SECINFO_STYLE4_CURRENT_FH", "SECINFO_STYLE4_PARENT")
	})
}

// entrySize is an entry's length on the wire, in bytes.
func entrySize(t *Entry) int {
	var e xdr.Encoder
	t.code(&coder{e: &e})
	return e.Len()
}
