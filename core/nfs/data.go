package nfs

import (
	"strconv"

	"sunscope/core/xdr"
)

// ReadArgs is READ3args.
type ReadArgs struct {
	FH     FH
	Offset uint64 // bytes
	Count  uint32 // bytes
}

// Encode appends the arguments.
func (a *ReadArgs) Encode(e *xdr.Encoder) {
	a.FH.encode(e)
	e.Uint64(a.Offset)
	e.Uint32(a.Count)
}

// Decode reads the arguments.
func (a *ReadArgs) Decode(d *xdr.Decoder) {
	a.FH = decodeFH(d, "file")
	a.Offset = d.Uint64("offset")
	a.Count = d.Uint32("count")
}

// ReadRes is READ3res.
type ReadRes struct {
	Status Status
	Attr   PostOpAttr
	Count  uint32 // OK: of the bytes read, which is len(Data)
	EOF    bool   // OK: the last byte read is the file's last
	Data   []byte // OK: after Decode a part of the decoder's input
}

// Encode appends the results.
func (r *ReadRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	if r.Status == OK {
		e.Uint32(r.Count)
		e.Bool(r.EOF)
		e.Opaque(r.Data)
	}
}

// Decode reads the results. Like the kernel's client it does not accept a count that differs from the data's length.
func (r *ReadRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "file_attributes")
	if r.Status != OK {
		return
	}
	off := d.Off()
	r.Count = d.Uint32("count")
	r.EOF = d.Bool("eof")
	r.Data = d.Opaque("data", MaxData)
	checkCount(d, off, r.Count, len(r.Data))
}

// checkCount fails at the field count, which began at byte off, unless it is the data's length.
func checkCount(d *xdr.Decoder, off int, count uint32, length int) {
	if d.Err() == nil && int64(count) != int64(length) {
		d.Fail("count", off, "the length of the data, "+strconv.Itoa(length), strconv.FormatUint(uint64(count), 10))
	}
}

// Stable is stable_how: how far a server must have brought written data before it answers.
type Stable uint32

// The stable_how values.
const (
	Unstable Stable = 0
	DataSync Stable = 1
	FileSync Stable = 2
)

func stableName(v uint32) string {
	switch Stable(v) {
	case Unstable:
		return "UNSTABLE"
	case DataSync:
		return "DATA_SYNC"
	case FileSync:
		return "FILE_SYNC"
	}
	return ""
}

// WriteArgs is WRITE3args.
type WriteArgs struct {
	FH     FH
	Offset uint64 // bytes
	Count  uint32 // bytes
	Stable Stable
	Data   []byte // after Decode a part of the decoder's input
}

// EncodeHead appends the arguments up to the data's length word: what the kernel keeps in the head of its send buffer,
// with the data in pages behind it.
func (a *WriteArgs) EncodeHead(e *xdr.Encoder) {
	a.FH.encode(e)
	e.Uint64(a.Offset)
	e.Uint32(a.Count)
	e.Uint32(uint32(a.Stable))
	e.Uint32(uint32(len(a.Data)))
}

// Encode appends the arguments.
func (a *WriteArgs) Encode(e *xdr.Encoder) {
	a.EncodeHead(e)
	e.FixedOpaque(a.Data)
}

// Decode reads the arguments. As for the kernel's server, a count that differs from the data's length is garbage.
func (a *WriteArgs) Decode(d *xdr.Decoder) {
	a.FH = decodeFH(d, "file")
	a.Offset = d.Uint64("offset")
	off := d.Off()
	a.Count = d.Uint32("count")
	a.Stable = Stable(d.Enum("stable", stableName))
	a.Data = d.Opaque("data", MaxData)
	checkCount(d, off, a.Count, len(a.Data))
}

// Verf is writeverf3: it changes when a server forgets what it has not committed.
type Verf [writeVerf]byte

// WriteRes is WRITE3res.
type WriteRes struct {
	Status    Status
	Wcc       WccData
	Count     uint32 // OK
	Committed Stable // OK
	Verf      Verf   // OK
}

// Encode appends the results.
func (r *WriteRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Wcc.encode(e)
	if r.Status == OK {
		e.Uint32(r.Count)
		e.Uint32(uint32(r.Committed))
		e.FixedOpaque(r.Verf[:])
	}
}

// Decode reads the results.
func (r *WriteRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Wcc = decodeWcc(d, "file_wcc")
	if r.Status == OK {
		r.Count = d.Uint32("count")
		r.Committed = Stable(d.Enum("committed", stableName))
		decodeFixed(d, "verf", r.Verf[:])
	}
}

// CommitArgs is COMMIT3args. Count 0 means to the end of the file.
type CommitArgs struct {
	FH     FH
	Offset uint64 // bytes
	Count  uint32 // bytes
}

// Encode appends the arguments.
func (a *CommitArgs) Encode(e *xdr.Encoder) {
	a.FH.encode(e)
	e.Uint64(a.Offset)
	e.Uint32(a.Count)
}

// Decode reads the arguments.
func (a *CommitArgs) Decode(d *xdr.Decoder) {
	a.FH = decodeFH(d, "file")
	a.Offset = d.Uint64("offset")
	a.Count = d.Uint32("count")
}

// CommitRes is COMMIT3res.
type CommitRes struct {
	Status Status
	Wcc    WccData
	Verf   Verf // OK
}

// Encode appends the results.
func (r *CommitRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Wcc.encode(e)
	if r.Status == OK {
		e.FixedOpaque(r.Verf[:])
	}
}

// Decode reads the results.
func (r *CommitRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Wcc = decodeWcc(d, "file_wcc")
	if r.Status == OK {
		decodeFixed(d, "verf", r.Verf[:])
	}
}
