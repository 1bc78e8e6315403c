package nfs4

import "sunscope/core/xdr"

// Operation is one of a COMPOUND: the number with its arguments, or in a result with its status and what it brings. A
// nil Body means that there is nothing.
type Operation struct {
	Op     Op
	Status Status // in results; ErrBadXDR in arguments that could not be read
	Body   Body
}

// CompoundArgs is COMPOUND4args, or CB_COMPOUND4args when Callback is set (before Decode too).
type CompoundArgs struct {
	Callback bool
	Tag      string
	Minor    uint32
	Ident    uint32 // callback_ident, which only CB_COMPOUND has
	Ops      []Operation
	More     int    // operations behind the last of Ops, in Rest
	Rest     []byte // from the arguments of an operation that nobody knows to the end
}

// CompoundRes is COMPOUND4res, or CB_COMPOUND4res when Callback is set (before Decode too).
type CompoundRes struct {
	Callback bool
	Status   Status // that of the last operation
	Tag      string
	Ops      []Operation
	More     int
	Rest     []byte
}

// Encode appends the arguments.
func (a *CompoundArgs) Encode(e *xdr.Encoder) { a.code(&coder{e: e}) }

// Decode reads the arguments. On an error, those operations that could be read are there, and the one that could not has
// the status ErrBadXDR.
func (a *CompoundArgs) Decode(d *xdr.Decoder) { a.code(&coder{d: d}) }

// Encode appends the results.
func (r *CompoundRes) Encode(e *xdr.Encoder) { r.code(&coder{e: e}) }

// Decode reads the results.
func (r *CompoundRes) Decode(d *xdr.Decoder) { r.code(&coder{d: d}) }

// Result is what the kernel's client makes the status of the task.
func (r *CompoundRes) Result() int32 { return r.Status.Errno() }

func (a *CompoundArgs) code(c *coder) {
	c.string("tag", &a.Tag, MaxOwner)
	c.u32("minorversion", &a.Minor)
	if a.Callback {
		c.u32("callback_ident", &a.Ident)
	}
	c.operations("argarray", a.Callback, false, &a.Ops, &a.More, &a.Rest)
}

func (r *CompoundRes) code(c *coder) {
	c.enum("status", (*uint32)(&r.Status), statusName)
	c.string("tag", &r.Tag, MaxOwner)
	c.operations("resarray", r.Callback, true, &r.Ops, &r.More, &r.Rest)
}

func (c *coder) operations(name string, callback, reply bool, ops *[]Operation, more *int, rest *[]byte) {
	if c.d == nil {
		c.e.Uint32(uint32(len(*ops) + *more))
		for i := range *ops {
			o := &(*ops)[i]
			c.e.Uint32(uint32(o.Op))
			if reply {
				c.e.Uint32(uint32(o.Status))
			}
			if c.status = o.Status; o.Body != nil {
				o.Body.code(c)
			}
		}
		c.e.B = append(c.e.B, *rest...)
		return
	}
	c.d.Group(name, "")
	defer c.d.End()
	*ops, *more, *rest = nil, 0, nil
	n := c.d.Count("count", MaxOps, 4)
	for i := range n {
		o, known := c.operation(callback, reply)
		if *ops = append(*ops, o); c.d.Err() != nil {
			return
		}
		if !known && i+1 < n {
			*more, *rest = n-i-1, c.d.Rest()
			c.d.Skip("operations behind an unknown one", c.d.Len(), "their beginning is not known")
			return
		}
	}
}

// operation reads one. It is not known if there may be bytes of it that were not read.
func (c *coder) operation(callback, reply bool) (o Operation, known bool) {
	d := c.d
	d.Group("op", "")
	nameOf := opName
	if callback {
		nameOf = cbOpName
	}
	num := d.Enum("opnum", nameOf)
	o.Op = Op(num)
	def := o.Op.def(callback)
	known = def != nil
	if known {
		d.Group(def.name[3:], def.ref)
	}
	if reply {
		o.Status = Status(d.Enum("status", statusName))
	}
	if known {
		if o.Body = def.args.make(); reply {
			o.Body = def.results(o.Status)
		}
		if c.status = o.Status; o.Body != nil {
			o.Body.code(c)
		}
		d.End()
	}
	if d.Err() != nil && !reply {
		o.Status, o.Body = ErrBadXDR, nil
	}
	d.EndSay(nameOf(num))
	return o, known || reply && o.Status != OK
}

// opDef is a row of the tables of operations.
type opDef struct {
	name string // as in nfs_opnum4
	ref  string
	args maker
	res  maker // with the status OK
	// besides OK, the result has its body with this status too
	also Status
}

type maker func() Body

func (m maker) make() Body {
	if m == nil {
		return nil
	}
	return m()
}

// of makes a maker of *T.
func of[T any, P interface {
	*T
	Body
}]() Body {
	return P(new(T))
}

// anyStatus as opDef.also: the body is there always.
const anyStatus = ^Status(0)

func (def *opDef) results(s Status) Body {
	if s == OK || s == def.also || def.also == anyStatus {
		return def.res.make()
	}
	return nil
}

func (o Op) def(callback bool) *opDef {
	table := ops[:]
	if callback {
		table = cbOps[:]
	}
	if o < Op(len(table)) && table[o].name != "" {
		return &table[o]
	}
	if o == OpIllegal {
		return &illegal
	}
	return nil
}

var illegal = opDef{name: "OP_ILLEGAL", ref: "RFC 8881 §18.49"}

// Name is how the RFC writes the operation of COMPOUND, or of CB_COMPOUND, without OP_; "" if there is none.
func (o Op) Name(callback bool) string {
	if def := o.def(callback); def != nil {
		return def.name[3:]
	}
	return ""
}

func opName(v uint32) string {
	if def := Op(v).def(false); def != nil {
		return def.name
	}
	return ""
}

func cbOpName(v uint32) string {
	if def := Op(v).def(true); def != nil {
		return def.name
	}
	return ""
}
