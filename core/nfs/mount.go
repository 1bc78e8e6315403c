package nfs

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

// PathArgs is dirpath: the argument of MNT and UMNT.
type PathArgs struct{ Path string }

// Encode appends the arguments.
func (a *PathArgs) Encode(e *xdr.Encoder) { e.String(a.Path) }

// Decode reads the arguments.
//
//go:noinline
func (a *PathArgs) Decode(d *xdr.Decoder) { a.Path = d.String("dirpath", MaxPath) }

// MntRes is mountres3. Its status numbers (mountstat3) are a part of nfsstat3.
type MntRes struct {
	Status  Status
	FH      FH              // OK: of the directory mounted
	Flavors []rpcmsg.Flavor // OK: how its files may be asked for, best first
}

// Encode appends the results.
func (r *MntRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	if r.Status != OK {
		return
	}
	r.FH.encode(e)
	e.Uint32(uint32(len(r.Flavors)))
	for _, f := range r.Flavors {
		e.Uint32(uint32(f))
	}
}

// Decode reads the results.
func (r *MntRes) Decode(d *xdr.Decoder) {
	r.FH, r.Flavors = nil, nil
	if r.Status = Status(d.Enum("fhs_status", mountStatusName)); r.Status != OK {
		return
	}
	r.FH = decodeFH(d, "fhandle")
	n := d.Count("auth_flavors", maxFlavors, 4)
	for range n {
		r.Flavors = append(r.Flavors, rpcmsg.Flavor(d.Enum("flavor", func(v uint32) string { return rpcmsg.Flavor(v).Name() })))
	}
}
