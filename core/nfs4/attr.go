package nfs4

import (
	"strconv"
)

// The attributes that Linux asks for, RFC 8881 section 5 (and 7862 section 12 for those above 76).
const (
	AttrSupported      = 0
	AttrType           = 1
	AttrFHExpire       = 2
	AttrChange         = 3
	AttrSize           = 4
	AttrLinkSupport    = 5
	AttrSymlinkSupport = 6
	AttrFSID           = 8
	AttrUniqueHandles  = 9
	AttrLeaseTime      = 10
	AttrRdattrError    = 11
	AttrACLSupport     = 13
	AttrCanSetTime     = 15
	AttrCaseInsens     = 16
	AttrCasePreserving = 17
	AttrFilehandle     = 19
	AttrFileID         = 20
	AttrFilesAvail     = 21
	AttrFilesFree      = 22
	AttrFilesTotal     = 23
	AttrMaxFileSize    = 27
	AttrMaxLink        = 28
	AttrMaxName        = 29
	AttrMaxRead        = 30
	AttrMaxWrite       = 31
	AttrMode           = 33
	AttrNumlinks       = 35
	AttrOwner          = 36
	AttrOwnerGroup     = 37
	AttrRawdev         = 41
	AttrSpaceAvail     = 42
	AttrSpaceFree      = 43
	AttrSpaceTotal     = 44
	AttrSpaceUsed      = 45
	AttrTimeAccess     = 47
	AttrTimeAccessSet  = 48
	AttrTimeDelta      = 51
	AttrTimeMetadata   = 52
	AttrTimeModify     = 53
	AttrTimeModifySet  = 54
	AttrMountedOn      = 55
	AttrLayoutTypes    = 62
	AttrSuppExclcreat  = 75
)

// How an attribute is coded.
const (
	unknownKind = iota
	boolKind
	wordKind  // uint32: N
	hyperKind // uint64: N
	pairKind  // two uint32: N, M
	hypersKind
	timeKind // N seconds, M nanoseconds
	setTimeKind
	bytesKind // opaque or string: B
	maskKind  // bitmap: Bits
	listKind  // array of uint32: Bits
)

var attrs = [...]struct {
	name string
	kind uint8
}{
	{"supported_attrs", maskKind}, {"type", wordKind}, {"fh_expire_type", wordKind}, {"change", hyperKind},
	{"size", hyperKind}, {"link_support", boolKind}, {"symlink_support", boolKind}, {"named_attr", boolKind},
	{"fsid", hypersKind}, {"unique_handles", boolKind}, {"lease_time", wordKind}, {"rdattr_error", wordKind},
	{"acl", unknownKind}, {"aclsupport", wordKind}, {"archive", boolKind}, {"cansettime", boolKind},
	{"case_insensitive", boolKind}, {"case_preserving", boolKind}, {"chown_restricted", boolKind}, {"filehandle", bytesKind},
	{"fileid", hyperKind}, {"files_avail", hyperKind}, {"files_free", hyperKind}, {"files_total", hyperKind},
	{"fs_locations", unknownKind}, {"hidden", boolKind}, {"homogeneous", boolKind}, {"maxfilesize", hyperKind},
	{"maxlink", wordKind}, {"maxname", wordKind}, {"maxread", hyperKind}, {"maxwrite", hyperKind},
	{"mimetype", bytesKind}, {"mode", wordKind}, {"no_trunc", boolKind}, {"numlinks", wordKind},
	{"owner", bytesKind}, {"owner_group", bytesKind}, {"quota_avail_hard", hyperKind}, {"quota_avail_soft", hyperKind},
	{"quota_used", hyperKind}, {"rawdev", pairKind}, {"space_avail", hyperKind}, {"space_free", hyperKind},
	{"space_total", hyperKind}, {"space_used", hyperKind}, {"system", boolKind}, {"time_access", timeKind},
	{"time_access_set", setTimeKind}, {"time_backup", timeKind}, {"time_create", timeKind}, {"time_delta", timeKind},
	{"time_metadata", timeKind}, {"time_modify", timeKind}, {"time_modify_set", setTimeKind}, {"mounted_on_fileid", hyperKind},
	{"dir_notif_delay", timeKind}, {"dirent_notif_delay", timeKind}, {"dacl", unknownKind}, {"sacl", unknownKind},
	{"change_policy", hypersKind}, {"fs_status", unknownKind}, {"fs_layout_types", listKind}, {"layout_hint", unknownKind},
	{"layout_types", listKind}, {"layout_blksize", wordKind}, {"layout_alignment", wordKind}, {"fs_locations_info", unknownKind},
	{"mdsthreshold", unknownKind}, {"retention_get", unknownKind}, {"retention_set", unknownKind}, {"retentevt_get", unknownKind},
	{"retentevt_set", unknownKind}, {"retention_hold", hyperKind}, {"mode_set_masked", pairKind}, {"suppattr_exclcreat", maskKind},
	{"fs_charset_cap", wordKind}, {"clone_blksize", wordKind}, {"space_freed", hyperKind}, {"change_attr_type", wordKind},
	{"sec_label", unknownKind}, {"mode_umask", pairKind}, {"xattr_support", boolKind},
}

// AttrName is the RFC's name of attribute bit, or "".
func AttrName(bit int) string {
	if bit < len(attrs) {
		return attrs[bit].name
	}
	return ""
}

func attrNames(b Bitmap) string {
	text := ""
	for bit := range 32 * len(b) {
		if b.Has(bit) {
			name := AttrName(bit)
			if name == "" {
				name = strconv.Itoa(bit)
			}
			text += " " + name
		}
	}
	if text == "" {
		return "none"
	}
	return text[1:]
}

// Attr is the value of one attribute. Which members count follows from Bit: numbers and bools are N; pairs N and M; times
// N seconds and M nanoseconds, and How is settime4's choice (1: the client's time); names and handles B; bitmaps and
// arrays Bits.
type Attr struct {
	Bit  int
	N, M uint64
	How  uint32
	B    []byte
	Bits Bitmap
}

// Attrs is fattr4: attributes in the order of their bits. An attribute that this package does not know, and all behind
// it, stay in Raw. Mask may say more than Vals and Raw hold only while somebody builds it.
type Attrs struct {
	Mask Bitmap
	Vals []Attr
	Raw  []byte
}

// Set appends an attribute; they must come in the order of their bits.
func (a *Attrs) Set(v Attr) {
	for len(a.Mask) <= v.Bit/32 {
		a.Mask = append(a.Mask, 0)
	}
	a.Mask[v.Bit/32] |= 1 << (v.Bit % 32)
	a.Vals = append(a.Vals, v)
}

// Get finds an attribute, nil if it is not there.
func (a *Attrs) Get(bit int) *Attr {
	for i := range a.Vals {
		if a.Vals[i].Bit == bit {
			return &a.Vals[i]
		}
	}
	return nil
}

const refAttrs = "RFC 8881 §5"

func (c *coder) attrs(name string, a *Attrs) {
	c.group(name, refAttrs)
	c.bitmap("attrmask", &a.Mask, attrNames)
	if c.d == nil {
		at := c.e.Len()
		c.e.Uint32(0)
		for i := range a.Vals {
			c.attr(&a.Vals[i])
		}
		c.e.FixedOpaque(a.Raw)
		c.e.Put(at, uint32(c.e.Len()-at-4))
		return
	}
	c.decodeAttrs(a)
	c.d.End()
}

func (c *coder) decodeAttrs(a *Attrs) {
	d := c.d
	a.Vals, a.Raw = nil, nil
	off := d.Off()
	n := d.Uint32("attrlist")
	if n&3 != 0 || int64(n) > int64(d.Len()) {
		d.Fail("attrlist", off, "a multiple of 4 bytes, at most "+strconv.Itoa(d.Len()), strconv.FormatUint(uint64(n), 10))
	}
	end := d.Off() + int(n)
	for bit := 0; bit < 32*len(a.Mask) && d.Err() == nil; bit++ {
		if !a.Mask.Has(bit) {
			continue
		}
		if bit >= len(attrs) || attrs[bit].kind == unknownKind {
			break
		}
		v, at := Attr{Bit: bit}, d.Off()
		c.attr(&v)
		if d.Err() == nil && d.Off() > end {
			d.Fail(attrs[bit].name, at, "to end within attrlist", strconv.Itoa(d.Off()-end)+" bytes beyond it")
			return
		}
		a.Vals = append(a.Vals, v)
	}
	if d.Err() == nil && d.Off() < end {
		a.Raw = d.FixedOpaque("attributes of unknown form", end-d.Off())
	}
}

func (c *coder) attr(v *Attr) {
	name, n, m := attrs[v.Bit].name, uint32(v.N), uint32(v.M)
	switch attrs[v.Bit].kind {
	case boolKind:
		b := v.N != 0
		c.bool(name, &b)
		if v.N = 0; b {
			v.N = 1
		}
	case wordKind:
		c.wordAttr(v.Bit, name, &n)
		v.N = uint64(n)
	case hyperKind:
		c.u64(name, &v.N)
	case pairKind, hypersKind:
		c.group(name, "")
		if attrs[v.Bit].kind == pairKind {
			c.u32("major", &n)
			c.u32("minor", &m)
			v.N, v.M = uint64(n), uint64(m)
		} else {
			c.u64("major", &v.N)
			c.u64("minor", &v.M)
		}
		c.end()
	case timeKind:
		c.timeAttr(name, v)
	case setTimeKind:
		c.group(name, "")
		c.enum("set_it", &v.How, func(v uint32) string { return nameIn(v, "SET_TO_SERVER_TIME4", "SET_TO_CLIENT_TIME4") })
		if v.How == 1 {
			c.timeAttr("time", v)
		} else if v.How > 1 {
			c.bad("set_it", v.How, "0 or 1")
		}
		c.end()
	case bytesKind:
		c.bytesAttr(name, v)
	case maskKind:
		c.bitmap(name, &v.Bits, attrNames)
	case listKind:
		list(c, name, (*[]uint32)(&v.Bits), maxList, 4, func(c *coder, t *uint32) { c.enum("type", t, layoutName) })
	}
}

func (c *coder) timeAttr(name string, v *Attr) {
	t := Time{int64(v.N), uint32(v.M)}
	c.time(name, &t)
	v.N, v.M = uint64(t.Sec), uint64(t.Nsec)
}

func (c *coder) wordAttr(bit int, name string, n *uint32) {
	switch bit {
	case AttrType:
		c.enum(name, n, ftypeName)
	case AttrRdattrError:
		c.enum(name, n, statusName)
	case AttrMode:
		c.u32(name, n)
		mode := *n
		c.say(func() string { return "0" + strconv.FormatUint(uint64(mode), 8) })
	default:
		c.u32(name, n)
	}
}

// bytesAttr shows names as text.
func (c *coder) bytesAttr(name string, v *Attr) {
	c.opaque(name, &v.B, MaxOwner)
	if v.Bit != AttrFilehandle {
		b := v.B
		c.say(func() string { return strconv.Quote(string(b)) })
	}
}
