package nfs

import (
	"testing"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

const readCount = 32768

func readReply() []byte {
	var e xdr.Encoder
	h := rpcmsg.AcceptedReply(1, rpcmsg.Success)
	rpcmsg.EncodeReply(&e, &h)
	(&ReadRes{Attr: PostOpAttr{Present: true}, Count: readCount, Data: make([]byte, readCount)}).Encode(&e)
	return e.B
}

func readCall(e *xdr.Encoder, cred rpcmsg.Auth, fh FH) {
	rpcmsg.EncodeCall(e, &rpcmsg.CallHeader{XID: 1, Prog: Program, Vers: Version3, Proc: ProcRead, Cred: cred})
	args := ReadArgs{fh, 0, readCount}
	args.Encode(e)
}

func BenchmarkEncodeReadCall(b *testing.B) {
	sys := rpcmsg.AuthSys{Machine: "client", GIDs: []uint32{0}}
	cred, fh := sys.Auth(), make(FH, 20)
	var e xdr.Encoder
	b.ReportAllocs()
	for b.Loop() {
		e.B = e.B[:0]
		readCall(&e, cred, fh)
	}
}

func BenchmarkDecodeReadReply(b *testing.B) {
	reply := readReply()
	b.SetBytes(int64(len(reply)))
	b.ReportAllocs()
	for b.Loop() {
		d := xdr.NewDecoder(reply)
		rpcmsg.DecodeReply(d)
		var r ReadRes
		if r.Decode(d); d.Err() != nil {
			b.Fatal(d.Err())
		}
	}
}

func BenchmarkServeRead(b *testing.B) {
	fs := NewFS()
	fs.WriteFile("/export/file1", 1<<20)
	var a, e xdr.Encoder
	(&ReadArgs{fs.Handle("/export/file1"), 0, readCount}).Encode(&a)
	b.SetBytes(readCount)
	b.ReportAllocs()
	for b.Loop() {
		e.B = e.B[:0]
		fs.Serve(ProcRead, xdr.NewDecoder(a.B), &e)
	}
}

func BenchmarkReassembleReadReply(b *testing.B) {
	record := rpcmsg.AppendRecord(nil, readReply())
	var r rpcmsg.Records
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		for p := record; len(p) > 0; {
			piece := p[:min(1448, len(p))]
			p = p[len(piece):]
			if _, err := r.Next(&piece); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkDissectReadReply(b *testing.B) {
	record := rpcmsg.AppendRecord(nil, readReply())
	h := rpcmsg.Hint{Known: true, Prog: Program, Vers: Version3, Proc: ProcRead, Body: DissectBody}
	b.ReportAllocs()
	for b.Loop() {
		rpcmsg.Dissect(record, h)
	}
}
