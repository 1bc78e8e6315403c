package nlm

import "sunscope/core/xdr"

// MonArgs is struct mon of NSM: rpc.statd is to watch the host Mon, and to call My when it restarts, with Priv. UNMON has
// no Priv (struct mon_id).
type MonArgs struct {
	Mon  string
	My   MyID
	Priv [privLen]byte
}

// MyID is my_id: the program that is to be called, on this host.
type MyID struct {
	Name             string
	Prog, Vers, Proc uint32
}

func (m *MyID) encode(e *xdr.Encoder) {
	e.String(m.Name)
	e.Uint32(m.Prog)
	e.Uint32(m.Vers)
	e.Uint32(m.Proc)
}

func (m *MyID) decode(d *xdr.Decoder) {
	d.Group("my_id", "NSM")
	m.Name = d.String("my_name", maxName)
	m.Prog, m.Vers, m.Proc = d.Uint32("my_prog"), d.Uint32("my_vers"), d.Uint32("my_proc")
	d.End()
}

// Encode appends the arguments of MON.
func (a *MonArgs) Encode(e *xdr.Encoder) {
	e.String(a.Mon)
	a.My.encode(e)
	e.FixedOpaque(a.Priv[:])
}

// Decode reads the arguments of MON.
func (a *MonArgs) Decode(d *xdr.Decoder) {
	a.Mon = d.String("mon_name", maxName)
	a.My.decode(d)
	copy(a.Priv[:], d.FixedOpaque("priv", privLen))
}

// UnmonArgs is struct mon_id.
type UnmonArgs struct {
	Mon string
	My  MyID
}

// Encode appends the arguments of UNMON.
func (a *UnmonArgs) Encode(e *xdr.Encoder) {
	e.String(a.Mon)
	a.My.encode(e)
}

// Decode reads the arguments of UNMON.
func (a *UnmonArgs) Decode(d *xdr.Decoder) {
	a.Mon = d.String("mon_name", maxName)
	a.My.decode(d)
}

// MonRes is sm_stat_res: whether rpc.statd does it (0), and its own state.
type MonRes struct {
	Result uint32
	State  int32
}

// Encode appends the results of MON.
func (r *MonRes) Encode(e *xdr.Encoder) {
	e.Uint32(r.Result)
	e.Int32(r.State)
}

// Decode reads the results of MON.
func (r *MonRes) Decode(d *xdr.Decoder) {
	r.Result = d.Uint32("res_stat")
	r.State = d.Int32("state")
}

// UnmonRes is sm_stat.
type UnmonRes struct{ State int32 }

// Encode appends the results of UNMON.
func (r *UnmonRes) Encode(e *xdr.Encoder) { e.Int32(r.State) }

// Decode reads the results of UNMON.
func (r *UnmonRes) Decode(d *xdr.Decoder) { r.State = d.Int32("state") }
