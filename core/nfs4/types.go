package nfs4

import (
	"strconv"

	"sunscope/core/xdr"
)

const refTypes = "RFC 8881 §3.3"

// Small structures of RFC 8881 section 3.3 (in RFC 7530 section 2.2).
type (
	// FH is nfs_fh4.
	FH []byte
	// Verifier is verifier4.
	Verifier [8]byte
	// SessionID is sessionid4.
	SessionID [16]byte
	// DeviceID is deviceid4.
	DeviceID [16]byte

	// Stateid is stateid4: what the server calls an open, a lock, a delegation or a layout, and its version.
	Stateid struct {
		Seqid uint32
		Other [12]byte
	}
	// ChangeInfo is change_info4: a directory's change attribute before and after.
	ChangeInfo struct {
		Atomic        bool
		Before, After uint64
	}
	// Owner is state_owner4: open_owner4 or lock_owner4.
	Owner struct {
		Clientid uint64
		Owner    []byte
	}
	// Ace is nfsace4.
	Ace struct {
		Type, Flag, Mask uint32
		Who              string
	}
	// Time is nfstime4.
	Time struct {
		Sec  int64
		Nsec uint32
	}
	// NetAddr is netaddr4 (clientaddr4 in RFC 7530): a universal address.
	NetAddr struct{ Netid, Addr string }
)

func (c *coder) fh(name string, v *FH) { c.opaque(name, (*[]byte)(v), MaxFH) }

func (c *coder) clientid(name string, v *uint64) {
	c.u64(name, v)
	id := *v
	c.say(func() string { return xdr.Hex(id, 16) })
}

func (c *coder) stateid(name string, v *Stateid) {
	c.group(name, refTypes)
	c.u32("seqid", &v.Seqid)
	c.fixed("other", v.Other[:])
	c.end()
}

func (c *coder) cinfo(name string, v *ChangeInfo) {
	c.group(name, refTypes)
	c.bool("atomic", &v.Atomic)
	c.u64("before", &v.Before)
	c.u64("after", &v.After)
	c.end()
}

func (c *coder) owner(name string, v *Owner) {
	c.group(name, refTypes)
	c.clientid("clientid", &v.Clientid)
	c.opaque("owner", &v.Owner, MaxOwner)
	c.end()
}

func (c *coder) ace(name string, v *Ace) {
	c.group(name, "RFC 8881 §6.2.1")
	c.u32("type", &v.Type)
	c.hex("flag", &v.Flag)
	c.hex("access_mask", &v.Mask)
	c.string("who", &v.Who, MaxOwner)
	c.end()
}

func (c *coder) netaddr(name string, v *NetAddr) {
	c.group(name, refTypes)
	c.string("na_r_netid", &v.Netid, MaxOwner)
	c.string("na_r_addr", &v.Addr, MaxOwner)
	c.end()
}

// component codes the name of something in a directory.
func (c *coder) component(name string, v *string) { c.string(name, v, MaxName) }

func (c *coder) time(name string, v *Time) {
	c.group(name, refTypes)
	sec := uint64(v.Sec)
	c.u64("seconds", &sec)
	v.Sec = int64(sec)
	c.u32("nseconds", &v.Nsec)
	if c.d == nil {
		return
	}
	text := ""
	if c.d.Recording() {
		text = strconv.FormatUint(uint64(v.Nsec), 10)
		for len(text) < 9 {
			text = "0" + text
		}
		text = strconv.FormatInt(v.Sec, 10) + "." + text
	}
	c.d.EndSay(text)
}

// Bitmap is bitmap4: bit n of word n/32.
type Bitmap []uint32

// Bits is the bitmap with these bits set and no more words than they need.
func Bits(bits ...int) Bitmap {
	var b Bitmap
	for _, n := range bits {
		for len(b) <= n/32 {
			b = append(b, 0)
		}
		b[n/32] |= 1 << (n % 32)
	}
	return b
}

// Has reports whether bit n is set.
func (b Bitmap) Has(n int) bool { return n/32 < len(b) && b[n/32]&(1<<(n%32)) != 0 }

// And is the bits that both have.
func (b Bitmap) And(o Bitmap) Bitmap {
	r := make(Bitmap, min(len(b), len(o)))
	for i := range r {
		r[i] = b[i] & o[i]
	}
	for len(r) > 0 && r[len(r)-1] == 0 {
		r = r[:len(r)-1]
	}
	return r
}

func (c *coder) bitmap(name string, v *Bitmap, text func(Bitmap) string) {
	if c.d == nil {
		c.e.Uint32(uint32(len(*v)))
		for _, w := range *v {
			c.e.Uint32(w)
		}
		return
	}
	c.d.Group(name, "")
	*v = nil
	for range c.d.Count("words", maxWords, 4) {
		*v = append(*v, c.d.Hex32("word"))
	}
	say := ""
	if c.d.Recording() && text != nil {
		say = text(*v)
	}
	c.d.EndSay(say)
}
