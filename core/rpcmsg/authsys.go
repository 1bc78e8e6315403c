package rpcmsg

import "sunscope/core/xdr"

// Limits of AUTH_SYS, RFC 5531 appendix A.
const (
	MaxMachine = 255
	MaxGIDs    = 16
)

// AuthSys is the body of an AUTH_SYS credential (authsys_parms). The Linux client sends stamp 0 and the node name as
// machine name.
type AuthSys struct {
	Stamp    uint32
	Machine  string
	UID, GID uint32
	GIDs     []uint32 // at most MaxGIDs
}

// Auth is the credential that carries a.
func (a *AuthSys) Auth() Auth {
	e := xdr.Encoder{B: make([]byte, 0, 24+len(a.Machine)+4*len(a.GIDs))}
	EncodeAuthSys(&e, a)
	return Auth{Flavor: AuthUnix, Body: e.B}
}

// EncodeAuthSys appends the credential's body, without flavor and length.
func EncodeAuthSys(e *xdr.Encoder, a *AuthSys) {
	e.Uint32(a.Stamp)
	e.String(a.Machine)
	e.Uint32(a.UID)
	e.Uint32(a.GID)
	e.Uint32(uint32(len(a.GIDs)))
	for _, g := range a.GIDs {
		e.Uint32(g)
	}
}

// DecodeAuthSys reads the body of an AUTH_SYS credential. Bytes after it are not an error, as for the kernel's server.
func DecodeAuthSys(body []byte) (AuthSys, error) {
	d := xdr.NewDecoder(body)
	a := decodeAuthSys(d)
	return a, d.Err()
}

func decodeAuthSys(d *xdr.Decoder) AuthSys {
	var a AuthSys
	d.Group("authsys_parms", "RFC 5531 appendix A")
	defer d.End()
	a.Stamp = d.Uint32("stamp")
	a.Machine = d.String("machinename", MaxMachine)
	a.UID = d.Uint32("uid")
	a.GID = d.Uint32("gid")
	if n := d.Count("gids", MaxGIDs, 4); n > 0 {
		a.GIDs = make([]uint32, n)
		for i := range a.GIDs {
			a.GIDs[i] = d.Uint32("gids[]")
		}
	}
	return a
}
