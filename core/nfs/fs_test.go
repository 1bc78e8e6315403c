package nfs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/xdr"
)

// server is a file system under test with a client's view of it.
type server struct {
	*FS
	t testing.TB
}

func newServer(t testing.TB) *server {
	s := &server{NewFS(), t}
	s.WriteFile("/export/file1", 10000)
	return s
}

// call does a procedure as a client would: arguments and results go through their bytes.
func (s *server) call(proc uint32, args Args, res Res) {
	var a, r xdr.Encoder
	args.Encode(&a)
	stat, _ := s.Serve(proc, xdr.NewDecoder(a.B), &r)
	require.Equal(s.t, rpcmsg.Success, stat)
	d := xdr.NewDecoder(r.B)
	res.Decode(d)
	require.NoError(s.t, d.Err())
	require.Zero(s.t, d.Len(), "results are read to the end")
}

func (s *server) read(fh FH, off uint64, count uint32) (r ReadRes) {
	s.call(ProcRead, &ReadArgs{fh, off, count}, &r)
	return r
}

func (s *server) wantRead(fh FH, off uint64, want string) {
	s.t.Helper()
	r := s.read(fh, off, uint32(len(want)))
	require.Equal(s.t, OK, r.Status)
	require.Equal(s.t, want, string(r.Data))
}

func (s *server) lookup(dir FH, name string) (r LookupRes) {
	s.call(ProcLookup, &DirOpArgs{DirOp{dir, name}}, &r)
	return r
}

func TestAClientFindsAFileByMountAndLookup(t *testing.T) {
	s := newServer(t)
	var a, r xdr.Encoder
	(&PathArgs{"/export"}).Encode(&a)
	require.Equal(t, rpcmsg.Success, s.ServeMount(MountMnt, xdr.NewDecoder(a.B), &r))
	var m MntRes
	m.Decode(xdr.NewDecoder(r.B))
	require.Equal(t, MntRes{OK, s.Handle("/export"), []rpcmsg.Flavor{rpcmsg.AuthUnix}}, m)

	l := s.lookup(m.FH, "file1")
	require.Equal(t, OK, l.Status)
	require.Equal(t, s.Handle("/export/file1"), l.FH)
	require.Equal(t, Regular, l.Attr.Attr.Type)
	require.EqualValues(t, 10000, l.Attr.Attr.Size)
	require.Equal(t, Directory, l.DirAttr.Attr.Type)
	require.Equal(t, ErrNoEnt, s.lookup(m.FH, "file2").Status)
	require.Equal(t, ErrNotDir, s.lookup(l.FH, "file2").Status)
	require.Equal(t, s.Handle("/"), s.lookup(m.FH, "..").FH)
}

func TestAFileSaysInItsContentsWhereItIs(t *testing.T) {
	s := newServer(t)
	fh := s.Handle("/export/file1")
	s.wantRead(fh, 0, "file1 at 0 "+strings.Repeat("-", 20)+"\nfile1 at 32 -")
	s.wantRead(fh, 4096, "file1 at 4096 "+strings.Repeat("-", 17)+"\n")
	s.wantRead(fh, 4101, " at 4096 -")
	s.WriteFile("/export/a long name", 1<<20)
	s.wantRead(s.Handle("/export/a long name"), 1<<20-32, "a long n at 1048544 -----------\n")
}

func TestEOFIsTrueExactlyWhenTheLastByteIsRead(t *testing.T) {
	s := newServer(t)
	fh := s.Handle("/export/file1")
	for _, c := range []struct {
		off   uint64
		count uint32
		want  int
		eof   bool
	}{
		{0, 4096, 4096, false},
		{8192, 4096, 1808, true},
		{0, 10000, 10000, true},
		{0, 9999, 9999, false},
		{10000, 1, 0, true},
		{1 << 63, 4096, 0, true},
		{5000, 0, 0, false},
		{0, 1<<32 - 1, 10000, true},
	} {
		r := s.read(fh, c.off, c.count)
		require.Equal(t, OK, r.Status)
		require.Len(t, r.Data, c.want, "%+v", c)
		require.Equal(t, c.eof, r.EOF, "%+v", c)
		require.EqualValues(t, 10000, r.Attr.Attr.Size)
	}
}

func TestOneReadCarriesOneMebibyteAtMost(t *testing.T) {
	s := newServer(t)
	s.WriteFile("/export/big", 3<<20)
	r := s.read(s.Handle("/export/big"), 0, 1<<21)
	require.EqualValues(t, 1<<20, r.Count)
	require.False(t, r.EOF)
}

func TestWhatTheServerSaysOfPagesIsWhereTheDataBegin(t *testing.T) {
	s := newServer(t)
	var a, r xdr.Encoder
	(&ReadArgs{s.Handle("/export/file1"), 0, 4096}).Encode(&a)
	_, pages := s.Serve(ProcRead, xdr.NewDecoder(a.B), &r)
	require.Equal(t, 4096, pages)
	require.Equal(t, 128-24, r.Len()-pages, "with the reply's header of 24 bytes the head is 128, as in the recordings")
	require.Len(t, a.B, 104-68, "a call to a file is as long as in the recordings: header and credential took 68")
}

func TestHandlesThatAreWrongAreToldFromThoseThatWereRight(t *testing.T) {
	s := newServer(t)
	fh := s.Handle("/export/file1")
	require.True(t, s.Remove("/export/file1"))
	require.Equal(t, ErrStale, s.read(fh, 0, 1).Status)
	require.Equal(t, ErrBadHandle, s.read(FH("no handle of ours"), 0, 1).Status)
	require.Equal(t, ErrBadHandle, s.read(nil, 0, 1).Status)
	unborn := append(FH(nil), fh...)
	unborn[19] = 200
	require.Equal(t, ErrStale, s.read(unborn, 0, 1).Status)
	require.Equal(t, ErrIsDir, s.read(s.Handle("/export"), 0, 1).Status)
	require.Nil(t, s.Handle("/export/file1"))
}

func TestArgumentsThatCannotBeReadAreGarbageAndChangeNothing(t *testing.T) {
	s := newServer(t)
	for proc := range uint32(22) {
		if proc == ProcNull {
			continue
		}
		r := xdr.Encoder{B: []byte("kept")}
		stat, pages := s.Serve(proc, xdr.NewDecoder([]byte{0, 0, 0, 9, 1}), &r)
		require.Equal(t, rpcmsg.GarbageArgs, stat, V3[proc].Name)
		require.Zero(t, pages)
		require.Equal(t, "kept", string(r.B), V3[proc].Name)
	}
	stat, _ := s.Serve(22, xdr.NewDecoder(nil), new(xdr.Encoder))
	require.Equal(t, rpcmsg.ProcUnavail, stat)
	require.Equal(t, rpcmsg.ProcUnavail, s.ServeMount(6, xdr.NewDecoder(nil), new(xdr.Encoder)))
	require.Equal(t, rpcmsg.GarbageArgs, s.ServeMount(MountMnt, xdr.NewDecoder([]byte{1}), new(xdr.Encoder)))
}

func TestMountRefusesWhatIsNotExported(t *testing.T) {
	s := newServer(t)
	s.Exports = []string{"/export"}
	s.MakeDir("/secret")
	for path, want := range map[string]Status{
		"/export": OK, "/secret": ErrAcces, "/nothing": ErrNoEnt, "/export/file1": ErrNotDir, "export": ErrInval, "": ErrInval,
	} {
		require.Equal(t, want, s.mount(path).Status, path)
	}
}

func TestWhatIsWrittenIsReadBackAndTheTimesTell(t *testing.T) {
	s := newServer(t)
	fh := s.Handle("/export/file1")
	s.Now = 90*time.Second + 5
	var w WriteRes
	s.call(ProcWrite, &WriteArgs{FH: fh, Offset: 4090, Count: 10, Stable: FileSync, Data: []byte("0123456789")}, &w)
	require.Equal(t, OK, w.Status)
	require.Equal(t, FileSync, w.Committed)
	require.EqualValues(t, 10, w.Count)
	require.Equal(t, Time{Epoch, 0}, w.Wcc.Before.Mtime)
	require.Equal(t, Time{Epoch + 90, 5}, w.Wcc.After.Attr.Mtime)
	require.EqualValues(t, 10000, w.Wcc.After.Attr.Size)
	s.wantRead(fh, 4090, "0123456789")
	s.wantRead(fh, 4064, "file1 at 4064 ------------0123456789")

	s.call(ProcWrite, &WriteArgs{FH: fh, Offset: 20000, Count: 3, Data: []byte("end")}, &w)
	require.EqualValues(t, 20003, w.Wcc.After.Attr.Size)
	s.wantRead(fh, 19990, strings.Repeat("\x00", 10)+"end")
	before := w.Verf
	s.Boot++
	var c CommitRes
	s.call(ProcCommit, &CommitArgs{FH: fh}, &c)
	require.NotEqual(t, before, c.Verf, "after a restart of the server the client must write again")
}

func TestAWriteFarAwayCostsNoMoreThanItsBytes(t *testing.T) {
	s := newServer(t)
	fh := s.Handle("/export/file1")
	var w WriteRes
	s.call(ProcWrite, &WriteArgs{FH: fh, Offset: 1 << 42, Count: 1, Data: []byte("x")}, &w)
	require.Equal(t, OK, w.Status)
	require.EqualValues(t, 4096, s.used)
	s.call(ProcWrite, &WriteArgs{FH: fh, Offset: 1<<64 - 1, Count: 1, Data: []byte("x")}, &w)
	require.Equal(t, ErrFBig, w.Status)
	s.Space = 8192
	s.call(ProcWrite, &WriteArgs{FH: fh, Offset: 0, Count: 8192, Data: make([]byte, 8192)}, &w)
	require.Equal(t, ErrNoSpc, w.Status)
	require.EqualValues(t, 4096, s.used)
}

func TestNamesAreMadeAndTakenAway(t *testing.T) {
	s := newServer(t)
	dir := s.Handle("/export")
	var c CreateRes
	s.call(ProcCreate, &CreateArgs{Where: DirOp{dir, "new"}, Mode: Guarded, Attr: SetAttr{Mode: Opt32{true, 0o600}}}, &c)
	require.Equal(t, OK, c.Status)
	require.EqualValues(t, 0o600, c.Attr.Attr.Mode)
	s.call(ProcCreate, &CreateArgs{Where: DirOp{dir, "new"}, Mode: Guarded}, &c)
	require.Equal(t, ErrExist, c.Status)
	excl := &CreateArgs{Where: DirOp{dir, "once"}, Mode: Exclusive, Verf: [8]byte{1}}
	s.call(ProcCreate, excl, &c)
	first := c.FH
	s.call(ProcCreate, excl, &c)
	require.Equal(t, OK, c.Status, "a repeated call finds its own file")
	require.Equal(t, first, c.FH)
	excl.Verf[0]++
	s.call(ProcCreate, excl, &c)
	require.Equal(t, ErrExist, c.Status)
	s.call(ProcMkdir, &MkdirArgs{Where: DirOp{dir, "sub"}}, &c)
	require.Equal(t, Directory, c.Attr.Attr.Type)

	var r WccRes
	for _, x := range []struct {
		proc uint32
		name string
		want Status
	}{
		{ProcRmdir, "new", ErrNotDir}, {ProcRemove, "sub", ErrIsDir}, {ProcRemove, "new", OK}, {ProcRemove, "new", ErrNoEnt},
		{ProcRmdir, "sub", OK}, {ProcRmdir, "..", ErrInval},
	} {
		s.call(x.proc, &DirOpArgs{DirOp{dir, x.name}}, &r)
		require.Equal(t, x.want, r.Status, x.name)
	}
	s.call(ProcRmdir, &DirOpArgs{DirOp{s.Handle("/"), "export"}}, &r)
	require.Equal(t, ErrNotEmpty, r.Status)
	s.call(ProcCreate, &CreateArgs{Where: DirOp{dir, "a/b"}}, &c)
	require.Equal(t, ErrInval, c.Status)
	s.call(ProcMkdir, &MkdirArgs{Where: DirOp{dir, ""}}, &c)
	require.Equal(t, ErrInval, c.Status)
}

func TestADirectoryIsListedInPiecesOfAnySizeWithoutLossOrRepetition(t *testing.T) {
	s := newServer(t)
	want := []string{".", "..", "file1"}
	for _, n := range []string{"b", "a", "a name that is rather long", "c"} {
		s.WriteFile("/export/"+n, 1)
		want = append(want, n)
	}
	rapid.Check(t, func(t *rapid.T) {
		var names []string
		limit, plus := rapid.Uint32Range(370, 2000).Draw(t, "limit"), rapid.Bool().Draw(t, "plus")
		for cookie := uint64(0); ; {
			r := s.list(cookie, limit, plus)
			require.Equal(t, OK, r.Status)
			for _, e := range r.Entries {
				names, cookie = append(names, e.Name), e.Cookie
			}
			if r.EOF {
				break
			}
		}
		require.Equal(t, want, names)
	})
	require.Equal(t, ErrTooSmall, s.list(0, 100, true).Status)
}

func (s *server) list(cookie uint64, limit uint32, plus bool) ReaddirRes {
	dir := s.Handle("/export")
	if plus {
		r := ReaddirRes{Plus: true}
		s.call(ProcReaddirplus, &ReaddirplusArgs{Dir: dir, Cookie: cookie, MaxCount: limit}, &r)
		return r
	}
	var r ReaddirRes
	s.call(ProcReaddir, &ReaddirArgs{Dir: dir, Cookie: cookie, Count: limit}, &r)
	return r
}

func TestAFileIsCutAndWhatWasCutStaysAway(t *testing.T) {
	s := newServer(t)
	fh := s.Handle("/export/file1")
	var w WriteRes
	s.call(ProcWrite, &WriteArgs{FH: fh, Offset: 100, Count: 4, Data: []byte("here")}, &w)
	var r WccRes
	for _, size := range []uint64{102, 8192} {
		s.call(ProcSetattr, &SetattrArgs{FH: fh, Attr: SetAttr{Size: Opt64{true, size}}}, &r)
		require.Equal(t, OK, r.Status)
		require.Equal(t, size, r.Wcc.After.Attr.Size)
	}
	s.wantRead(fh, 100, "he\x00\x00\x00")
	s.wantRead(fh, 5000, "\x00\x00")
	s.call(ProcSetattr, &SetattrArgs{FH: fh, HasGuard: true, Guard: Time{1, 1}}, &r)
	require.Equal(t, ErrNotSync, r.Status)
}

func TestAccessGrantsNoMoreThanWasAskedFor(t *testing.T) {
	s := newServer(t)
	var r AccessRes
	s.call(ProcAccess, &AccessArgs{s.Handle("/export/file1"), AccessRead | AccessExecute}, &r)
	require.EqualValues(t, AccessRead, r.Access)
	s.call(ProcAccess, &AccessArgs{s.Handle("/export"), 0x3f}, &r)
	require.EqualValues(t, AccessRead|AccessLookup|AccessModify|AccessExtend|AccessDelete, r.Access)
}

func TestSizesAndLimitsOfTheFileSystemAreToldToClients(t *testing.T) {
	s := newServer(t)
	root := &FHArgs{s.Handle("/")}
	var i FsinfoRes
	s.call(ProcFsinfo, root, &i)
	require.EqualValues(t, 1<<20, i.Rtmax)
	var p PathconfRes
	s.call(ProcPathconf, root, &p)
	require.EqualValues(t, 255, p.NameMax)
	var f FsstatRes
	s.call(ProcFsstat, root, &f)
	require.EqualValues(t, 64<<20, f.Fbytes)
	var g GetattrRes
	s.call(ProcGetattr, root, &g)
	require.Equal(t, Directory, g.Attr.Type)
	require.EqualValues(t, 3, g.Attr.Nlink)
}

func TestWhatTheServerDoesNotDoItRefusesInTheRightForm(t *testing.T) {
	s := newServer(t)
	p := &V3[ProcMknod]
	res := p.Res()
	s.call(ProcMknod, p.Args(), res)
	require.EqualValues(t, -524, res.Result(), p.Name)
	var r ReadlinkRes
	s.call(ProcReadlink, &FHArgs{s.Handle("/export/file1")}, &r)
	require.Equal(t, ErrInval, r.Status)
}

func TestTwoFileSystemsWithTheSameHistoryAnswerTheSame(t *testing.T) {
	answer := func() string {
		s := newServer(t)
		s.Now = time.Second
		var a, r xdr.Encoder
		(&ReaddirplusArgs{Dir: s.Handle("/export"), MaxCount: 8192}).Encode(&a)
		s.Serve(ProcReaddirplus, xdr.NewDecoder(a.B), &r)
		return string(r.B)
	}
	require.Equal(t, answer(), answer())
}
