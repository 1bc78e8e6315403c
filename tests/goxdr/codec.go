package goxdr

import (
	"bytes"
	"fmt"
	"io"

	"github.com/buildbarn/go-xdr/pkg/protocols/mount"
	"github.com/buildbarn/go-xdr/pkg/protocols/nfsv3"
	"github.com/buildbarn/go-xdr/pkg/protocols/nfsv4"
	"github.com/buildbarn/go-xdr/pkg/protocols/nlm"
	"github.com/buildbarn/go-xdr/pkg/protocols/rpcv2"
)

// codec reads one value and writes it again.
type codec func(r io.Reader, w io.Writer) error

// record is the codec of a struct.
func record[T any, P interface {
	*T
	io.ReaderFrom
	io.WriterTo
}](r io.Reader, w io.Writer) error {
	var v T
	if _, err := P(&v).ReadFrom(r); err != nil {
		return err
	}
	_, err := P(&v).WriteTo(w)
	return err
}

// union is the codec of a discriminated union.
func union[T io.WriterTo](read func(io.Reader) (T, int64, error)) codec {
	return func(r io.Reader, w io.Writer) error {
		v, _, err := read(r)
		if err == nil {
			_, err = v.WriteTo(w)
		}
		return err
	}
}

// nothing is the codec of no arguments or results.
func nothing(io.Reader, io.Writer) error { return nil }

// signature is what a procedure takes and gives.
type signature struct{ args, res codec }

// procedure is a program, a version and a procedure.
type procedure struct{ prog, vers, proc uint32 }

var nfs3 = [...]signature{
	{nothing, nothing},
	{record[nfsv3.Getattr3args], union(nfsv3.ReadGetattr3res)},
	{record[nfsv3.Setattr3args], union(nfsv3.ReadSetattr3res)},
	{record[nfsv3.Lookup3args], union(nfsv3.ReadLookup3res)},
	{record[nfsv3.Access3args], union(nfsv3.ReadAccess3res)},
	{record[nfsv3.Readlink3args], union(nfsv3.ReadReadlink3res)},
	{record[nfsv3.Read3args], union(nfsv3.ReadRead3res)},
	{record[nfsv3.Write3args], union(nfsv3.ReadWrite3res)},
	{record[nfsv3.Create3args], union(nfsv3.ReadCreate3res)},
	{record[nfsv3.Mkdir3args], union(nfsv3.ReadMkdir3res)},
	{record[nfsv3.Symlink3args], union(nfsv3.ReadSymlink3res)},
	{record[nfsv3.Mknod3args], union(nfsv3.ReadMknod3res)},
	{record[nfsv3.Remove3args], union(nfsv3.ReadRemove3res)},
	{record[nfsv3.Rmdir3args], union(nfsv3.ReadRmdir3res)},
	{record[nfsv3.Rename3args], union(nfsv3.ReadRename3res)},
	{record[nfsv3.Link3args], union(nfsv3.ReadLink3res)},
	{record[nfsv3.Readdir3args], union(nfsv3.ReadReaddir3res)},
	{record[nfsv3.Readdirplus3args], union(nfsv3.ReadReaddirplus3res)},
	{record[nfsv3.Fsstat3args], union(nfsv3.ReadFsstat3res)},
	{record[nfsv3.Fsinfo3args], union(nfsv3.ReadFsinfo3res)},
	{record[nfsv3.Pathconf3args], union(nfsv3.ReadPathconf3res)},
	{record[nfsv3.Commit3args], union(nfsv3.ReadCommit3res)},
}

var mount3 = [...]signature{
	{nothing, nothing},
	{dirpath, union(mount.ReadMountres3)},
	{nothing, list(mount.ReadMountlist, mount.WriteMountlist)},
	{dirpath, nothing},
	{nothing, nothing},
	{nothing, list(mount.ReadExports, mount.WriteExports)},
}

// dirpath is a value whose codec is two functions.
var dirpath = list(mount.ReadDirpath, mount.WriteDirpath)

func list[T any](read func(io.Reader) (T, int64, error), write func(io.Writer, T) (int64, error)) codec {
	return func(r io.Reader, w io.Writer) error {
		v, _, err := read(r)
		if err == nil {
			_, err = write(w, v)
		}
		return err
	}
}

var nlm4 = [...]signature{
	{nothing, nothing},
	{record[nlm.Nlm4Testargs], record[nlm.Nlm4Testres]},
	{record[nlm.Nlm4Lockargs], record[nlm.Nlm4Res]},
	{record[nlm.Nlm4Cancargs], record[nlm.Nlm4Res]},
	{record[nlm.Nlm4Unlockargs], record[nlm.Nlm4Res]},
	{record[nlm.Nlm4Testargs], record[nlm.Nlm4Res]},
	{record[nlm.Nlm4Testargs], nothing},
	{record[nlm.Nlm4Lockargs], nothing},
	{record[nlm.Nlm4Cancargs], nothing},
	{record[nlm.Nlm4Unlockargs], nothing},
	{record[nlm.Nlm4Testargs], nothing},
	{record[nlm.Nlm4Testres], nothing},
	{record[nlm.Nlm4Res], nothing},
	{record[nlm.Nlm4Res], nothing},
	{record[nlm.Nlm4Res], nothing},
	{record[nlm.Nlm4Res], nothing},
}

// signatureOf finds a procedure's; false if go-xdr has no codec for its program.
func signatureOf(p procedure) (s signature, ok bool) {
	switch {
	case p.prog == 100003 && p.vers == 3 && int(p.proc) < len(nfs3):
		return nfs3[p.proc], true
	case p.prog == 100005 && p.vers == 3 && int(p.proc) < len(mount3):
		return mount3[p.proc], true
	case p.prog == 100021 && p.vers == 4 && int(p.proc) < len(nlm4):
		return nlm4[p.proc], true
	case (p.prog == 100003 && p.vers == 4 || p.prog >= 0x40000000 && p.vers == 1) && p.proc == 0:
		return signature{nothing, nothing}, true
	case p.prog == 100003 && p.vers == 4 && p.proc == 1:
		return signature{record[nfsv4.Compound4args], record[nfsv4.Compound4res]}, true
	case p.prog >= 0x40000000 && p.vers == 1 && p.proc == 1:
		return signature{record[nfsv4.CbCompound4args], record[nfsv4.CbCompound4res]}, true
	}
	return signature{}, false
}

// disagreement has go-xdr read a message, header and body, and write it again; it says what is not the same. body says
// that there are arguments or results to read, and that go-xdr knows them.
func disagreement(b []byte, body codec) error {
	r := bytes.NewReader(b)
	var w bytes.Buffer
	if err := record[rpcv2.RpcMsg](r, &w); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if body == nil {
		_, err := io.Copy(&w, r)
		return same(b, w.Bytes(), err)
	}
	if err := body(r, &w); err != nil {
		return fmt.Errorf("body, at byte %d: %w", len(b)-r.Len(), err)
	}
	if r.Len() > 0 {
		return fmt.Errorf("%d bytes are left over", r.Len())
	}
	return same(b, w.Bytes(), nil)
}

func same(b, again []byte, err error) error {
	if err == nil && !bytes.Equal(b, again) {
		return fmt.Errorf("written again it is %x", again)
	}
	return err
}

// Body has go-xdr read the arguments of a procedure, or with reply its results, and write them again. It says what is not
// the same, or that go-xdr does not know the procedure.
func Body(prog, vers, proc uint32, reply bool, b []byte) error {
	s, known := signatureOf(procedure{prog, vers, proc})
	if !known {
		return fmt.Errorf("go-xdr has no procedure %d of program %d version %d", proc, prog, vers)
	}
	body := s.args
	if reply {
		body = s.res
	}
	r := bytes.NewReader(b)
	var w bytes.Buffer
	if err := body(r, &w); err != nil {
		return fmt.Errorf("at byte %d: %w", len(b)-r.Len(), err)
	}
	if r.Len() > 0 {
		return fmt.Errorf("%d bytes are left over", r.Len())
	}
	return same(b, w.Bytes(), nil)
}

// Header has go-xdr read the header of a message, and write it again with what follows it.
func Header(b []byte) error { return disagreement(b, nil) }
