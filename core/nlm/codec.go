package nlm

import "sunscope/core/xdr"

const refNLM = "RFC 1813 appendix II"

// Cookie tells a caller's calls apart: an answer that comes as a call of its own carries it.
type Cookie []byte

// Message is what every argument and result can do.
type Message interface {
	Encode(*xdr.Encoder)
	Decode(*xdr.Decoder)
}

func decodeCookie(d *xdr.Decoder) Cookie { return d.Opaque("cookie", maxCookie) }

// Lock is nlm4_lock: a range of a file, and for whom. Len 0 reaches to the end of the file.
type Lock struct {
	Caller   string // the caller's node name
	FH       []byte
	Owner    []byte // oh
	Svid     int32  // which of the caller's owners; processes, once
	Off, Len uint64
}

func (l *Lock) encode(e *xdr.Encoder) {
	e.String(l.Caller)
	e.Opaque(l.FH)
	e.Opaque(l.Owner)
	e.Int32(l.Svid)
	e.Uint64(l.Off)
	e.Uint64(l.Len)
}

func (l *Lock) decode(d *xdr.Decoder) {
	d.Group("alock", refNLM)
	l.Caller = d.String("caller_name", maxName)
	l.FH = d.Opaque("fh", maxFH)
	l.Owner = d.Opaque("oh", maxOwner)
	l.Svid = d.Int32("svid")
	l.Off = d.Uint64("l_offset")
	l.Len = d.Uint64("l_len")
	d.End()
}

// LockArgs is nlm4_lockargs. Block says that the caller will wait; Reclaim that it held the lock before the server lost
// its memory; State is the caller's NSM state, which is odd while it is up.
type LockArgs struct {
	Cookie    Cookie
	Block     bool
	Exclusive bool
	Lock      Lock
	Reclaim   bool
	State     int32
}

// Encode appends the arguments.
func (a *LockArgs) Encode(e *xdr.Encoder) {
	e.Opaque(a.Cookie)
	e.Bool(a.Block)
	e.Bool(a.Exclusive)
	a.Lock.encode(e)
	e.Bool(a.Reclaim)
	e.Int32(a.State)
}

// Decode reads the arguments.
func (a *LockArgs) Decode(d *xdr.Decoder) {
	a.Cookie = decodeCookie(d)
	a.Block = d.Bool("block")
	a.Exclusive = d.Bool("exclusive")
	a.Lock.decode(d)
	a.Reclaim = d.Bool("reclaim")
	a.State = d.Int32("state")
}

// CancelArgs is nlm4_cancargs: a call that waits is to wait no longer.
type CancelArgs struct {
	Cookie    Cookie
	Block     bool
	Exclusive bool
	Lock      Lock
}

// Encode appends the arguments.
func (a *CancelArgs) Encode(e *xdr.Encoder) {
	e.Opaque(a.Cookie)
	e.Bool(a.Block)
	e.Bool(a.Exclusive)
	a.Lock.encode(e)
}

// Decode reads the arguments.
func (a *CancelArgs) Decode(d *xdr.Decoder) {
	a.Cookie = decodeCookie(d)
	a.Block = d.Bool("block")
	a.Exclusive = d.Bool("exclusive")
	a.Lock.decode(d)
}

// TestArgs is nlm4_testargs, the arguments of TEST and of GRANTED.
type TestArgs struct {
	Cookie    Cookie
	Exclusive bool
	Lock      Lock
}

// Encode appends the arguments.
func (a *TestArgs) Encode(e *xdr.Encoder) {
	e.Opaque(a.Cookie)
	e.Bool(a.Exclusive)
	a.Lock.encode(e)
}

// Decode reads the arguments.
func (a *TestArgs) Decode(d *xdr.Decoder) {
	a.Cookie = decodeCookie(d)
	a.Exclusive = d.Bool("exclusive")
	a.Lock.decode(d)
}

// UnlockArgs is nlm4_unlockargs.
type UnlockArgs struct {
	Cookie Cookie
	Lock   Lock
}

// Encode appends the arguments.
func (a *UnlockArgs) Encode(e *xdr.Encoder) {
	e.Opaque(a.Cookie)
	a.Lock.encode(e)
}

// Decode reads the arguments.
func (a *UnlockArgs) Decode(d *xdr.Decoder) {
	a.Cookie = decodeCookie(d)
	a.Lock.decode(d)
}

// Res is nlm4_res: the answer to everything but TEST, and the arguments of the _RES calls.
type Res struct {
	Cookie Cookie
	Status Status
}

// Encode appends the results.
func (r *Res) Encode(e *xdr.Encoder) {
	e.Opaque(r.Cookie)
	e.Uint32(uint32(r.Status))
}

// Decode reads the results.
func (r *Res) Decode(d *xdr.Decoder) {
	r.Cookie = decodeCookie(d)
	r.Status = Status(d.Enum("stat", statusName))
}

// TestRes is nlm4_testres. Denied comes with who is in the way.
type TestRes struct {
	Cookie Cookie
	Status Status
	Holder Holder
}

// Holder is nlm4_holder.
type Holder struct {
	Exclusive bool
	Svid      int32
	Owner     []byte
	Off, Len  uint64
}

// Encode appends the results.
func (r *TestRes) Encode(e *xdr.Encoder) {
	e.Opaque(r.Cookie)
	e.Uint32(uint32(r.Status))
	if r.Status == Denied {
		h := &r.Holder
		e.Bool(h.Exclusive)
		e.Int32(h.Svid)
		e.Opaque(h.Owner)
		e.Uint64(h.Off)
		e.Uint64(h.Len)
	}
}

// Decode reads the results.
func (r *TestRes) Decode(d *xdr.Decoder) {
	r.Cookie = decodeCookie(d)
	if r.Status = Status(d.Enum("stat", statusName)); r.Status != Denied {
		return
	}
	d.Group("holder", refNLM)
	r.Holder = Holder{Exclusive: d.Bool("exclusive"), Svid: d.Int32("svid"), Owner: d.Opaque("oh", maxOwner),
		Off: d.Uint64("l_offset"), Len: d.Uint64("l_len")}
	d.End()
}

// NotifyArgs is what rpc.statd calls lockd with when a host that was monitored has restarted (struct status of NSM).
type NotifyArgs struct {
	Mon   string // the host's name, as MON had it
	State int32
	Priv  [privLen]byte
}

// Encode appends the arguments.
func (a *NotifyArgs) Encode(e *xdr.Encoder) {
	e.String(a.Mon)
	e.Int32(a.State)
	e.FixedOpaque(a.Priv[:])
}

// Decode reads the arguments.
func (a *NotifyArgs) Decode(d *xdr.Decoder) {
	a.Mon = d.String("mon_name", maxName)
	a.State = d.Int32("state")
	copy(a.Priv[:], d.FixedOpaque("priv", privLen))
}
