package nfs4

import (
	"strconv"

	"sunscope/core/xdr"
)

// coder goes over a structure and writes its members to e, or reads them from d if there is one. Every type says once
// what it consists of, in its method code.
type coder struct {
	e      *xdr.Encoder
	d      *xdr.Decoder
	status Status // of the result whose body is coded
}

// Body is what an operation's arguments are, or what a result has behind its status. Bodies are of this package.
type Body interface{ code(*coder) }

func (c *coder) u32(name string, v *uint32) {
	if c.d != nil {
		*v = c.d.Uint32(name)
		return
	}
	c.e.Uint32(*v)
}

// hex is u32 for numbers that people write in hexadecimal.
func (c *coder) hex(name string, v *uint32) {
	if c.d != nil {
		*v = c.d.Hex32(name)
		return
	}
	c.e.Uint32(*v)
}

func (c *coder) enum(name string, v *uint32, nameOf func(uint32) string) {
	if c.d != nil {
		*v = c.d.Enum(name, nameOf)
		return
	}
	c.e.Uint32(*v)
}

func (c *coder) u64(name string, v *uint64) {
	if c.d != nil {
		*v = c.d.Uint64(name)
		return
	}
	c.e.Uint64(*v)
}

func (c *coder) bool(name string, v *bool) bool {
	if c.d != nil {
		*v = c.d.Bool(name)
	} else {
		c.e.Bool(*v)
	}
	return *v
}

func (c *coder) opaque(name string, v *[]byte, max int) {
	if c.d != nil {
		*v = c.d.Opaque(name, max)
		return
	}
	c.e.Opaque(*v)
}

func (c *coder) string(name string, v *string, max int) {
	if c.d != nil {
		*v = c.d.String(name, max)
		return
	}
	c.e.String(*v)
}

// fixed codes bytes whose number is that of v.
func (c *coder) fixed(name string, v []byte) {
	if c.d != nil {
		copy(v, c.d.FixedOpaque(name, len(v)))
		return
	}
	c.e.FixedOpaque(v)
}

func (c *coder) group(name, ref string) {
	if c.d != nil {
		c.d.Group(name, ref)
	}
}

func (c *coder) end() {
	if c.d != nil {
		c.d.End()
	}
}

// say gives the field read last a better text.
func (c *coder) say(text func() string) {
	if c.d != nil && c.d.Recording() {
		c.d.Say(text())
	}
}

// bad refuses the discriminant read last.
func (c *coder) bad(name string, v uint32, want string) {
	if c.d != nil {
		c.d.Fail(name, c.d.Off()-4, want, strconv.FormatUint(uint64(v), 10))
	}
}

// list codes an array of at most max elements, each at least size bytes long.
func list[T any](c *coder, name string, v *[]T, max, size int, each func(*coder, *T)) {
	if c.d == nil {
		c.e.Uint32(uint32(len(*v)))
		for i := range *v {
			each(c, &(*v)[i])
		}
		return
	}
	*v = nil
	c.d.Group(name, "")
	defer c.d.End()
	n := c.d.Count("count", max, size)
	for range n {
		var t T
		each(c, &t)
		if c.d.Err() != nil {
			return
		}
		*v = append(*v, t)
	}
}

// chain codes a list of XDR's other kind, in which each element has a bool before it.
func chain[T any](c *coder, name string, v *[]T, each func(*coder, *T)) {
	if c.d == nil {
		for i := range *v {
			c.e.Bool(true)
			each(c, &(*v)[i])
		}
		c.e.Bool(false)
		return
	}
	*v = nil
	c.d.Group(name, "")
	defer c.d.End()
	for c.d.Bool("value_follows") {
		var t T
		each(c, &t)
		if c.d.Err() != nil {
			return
		}
		*v = append(*v, t)
	}
}

// nameIn is a nameOf for values that count up from zero.
func nameIn(v uint32, names ...string) string {
	if v < uint32(len(names)) {
		return names[v]
	}
	return ""
}

// flagText names the bits of v, from the lowest on.
func flagText(v uint32, names ...string) string {
	text := ""
	for i, n := range names {
		if v&(1<<i) != 0 && n != "" {
			text += n + "|"
		}
	}
	if text == "" {
		return xdr.Hex(uint64(v), 2)
	}
	return text[:len(text)-1] + " (" + xdr.Hex(uint64(v), 2) + ")"
}
