package nfs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func (s *server) link(old, dir, name string) LinkRes {
	var r LinkRes
	s.call(ProcLink, &LinkArgs{s.Handle(old), DirOp{s.Handle(dir), name}}, &r)
	return r
}

func (s *server) remove(dir, name string) Status {
	var r WccRes
	s.call(ProcRemove, &DirOpArgs{DirOp{s.Handle(dir), name}}, &r)
	return r.Status
}

func TestAFileStaysAsLongAsItHasAName(t *testing.T) {
	s := newServer(t)
	s.MakeDir("/export/sub")
	fh := s.Handle("/export/file1")
	var w WriteRes
	s.call(ProcWrite, &WriteArgs{FH: fh, Count: 5, Data: []byte("hello")}, &w)
	r := s.link("/export/file1", "/export/sub", "second")
	require.Equal(t, OK, r.Status)
	require.EqualValues(t, 2, r.Attr.Attr.Nlink)
	require.Equal(t, fh, s.Handle("/export/sub/second"), "one file under two names")
	require.Equal(t, OK, s.remove("/export", "file1"))
	s.wantRead(fh, 0, "hello")
	at, _ := s.Stat(fh)
	require.EqualValues(t, 1, at.Nlink)
	require.EqualValues(t, 4096, s.used)
	require.Equal(t, OK, s.remove("/export/sub", "second"))
	_, st := s.Stat(fh)
	require.Equal(t, ErrStale, st, "with its last name the file goes")
	require.Zero(t, s.used, "and its bytes")
}

func TestASecondNameIsRefusedToDirectoriesAndWhereOneIs(t *testing.T) {
	s := newServer(t)
	require.Equal(t, ErrPerm, s.link("/export", "/", "other").Status)
	require.Equal(t, ErrExist, s.link("/export/file1", "/export", "file1").Status)
	require.Equal(t, ErrNotDir, s.link("/export/file1", "/export/file1", "x").Status)
	for i := range linkMax - 1 {
		require.Equal(t, OK, s.link("/export/file1", "/export", strings.Repeat("x", i+1)).Status)
	}
	require.Equal(t, ErrMLink, s.link("/export/file1", "/export", "one too many").Status)
}

func TestASymbolicLinkHoldsWhatItWasGiven(t *testing.T) {
	s := newServer(t)
	dir := s.Handle("/export")
	var c CreateRes
	a := &SymlinkArgs{Where: DirOp{dir, "s"}, Path: "../no/such"}
	s.call(ProcSymlink, a, &c)
	require.Equal(t, OK, c.Status)
	require.Equal(t, Symlink, c.Attr.Attr.Type)
	require.EqualValues(t, len(a.Path), c.Attr.Attr.Size)
	require.EqualValues(t, 0o777, c.Attr.Attr.Mode)
	var r ReadlinkRes
	s.call(ProcReadlink, &FHArgs{c.FH.FH}, &r)
	require.Equal(t, a.Path, r.Path)
	s.call(ProcSymlink, a, &c)
	require.Equal(t, ErrExist, c.Status)
	s.call(ProcSymlink, &SymlinkArgs{Where: DirOp{dir, "empty"}}, &c)
	require.Equal(t, ErrNoEnt, c.Status)
	require.Equal(t, OK, s.remove("/export", "s"))
	s.call(ProcReadlink, &FHArgs{s.Handle("/export/file1")}, &r)
	require.Equal(t, ErrInval, r.Status, "a file holds no path")
}

func TestARenamedFileKeepsItsHandleAndDisplacesWhatHadTheName(t *testing.T) {
	s := newServer(t)
	s.WriteFile("/export/old", 7)
	fh, gone := s.Handle("/export/old"), s.Handle("/export/file1")
	dir := s.Handle("/export")
	var r RenameRes
	s.call(ProcRename, &RenameArgs{DirOp{dir, "old"}, DirOp{dir, "file1"}}, &r)
	require.Equal(t, OK, r.Status)
	require.Equal(t, fh, s.Handle("/export/file1"))
	require.Nil(t, s.Handle("/export/old"))
	_, st := s.Stat(gone)
	require.Equal(t, ErrStale, st)
	s.call(ProcRename, &RenameArgs{DirOp{dir, "old"}, DirOp{dir, "x"}}, &r)
	require.Equal(t, ErrNoEnt, r.Status)
}
