package nfs

import (
	"strings"

	"sunscope/core/time"
	"sunscope/core/xdr"
)

// Epoch is when a file system begins, in seconds since 1970: the first of January 2026. Nothing reads a clock here;
// [FS.Now] is handed in.
const Epoch = 1767225600

// Sizes that the server states in FSINFO, in bytes.
const (
	maxTransfer = MaxData
	maxFileSize = 1 << 43
	blockSize   = 4096
)

// FS is a file system in memory and the server's end of NFSv3 and MOUNT over it. Everything about it follows from the
// calls made: file ids count up, times are Epoch plus Now, and what a file holds before somebody writes to it is made
// from its name, so that every READ can be checked without the file. Directories, regular files and symbolic links
// exist, no other types; permissions are not checked beyond what ACCESS answers, as if the caller were the owner.
type FS struct {
	// Now is the time since Epoch at which the next call happens.
	Now time.Duration
	// Exports are the paths that MNT grants; none means every directory.
	Exports []string
	// Space is how many bytes may be written in all; 0 means 64 MiB.
	Space int64
	// Boot tells one life of the server from the next, in writeverf3.
	Boot uint32

	nodes []*node // by file id - rootID
	used  int64   // bytes of written pages
}

const rootID = 2

// node is a file or directory.
type node struct {
	id       uint64
	gen      uint32
	kind     FType
	mode     uint32
	uid, gid uint32
	nlink    uint32
	size     uint64
	made     uint64 // bytes that were there from the beginning, which pattern gives
	name     string // for pattern
	target   string // Symlink: what it holds
	pages    map[uint64][]byte
	mtime    Time
	ctime    Time
	parent   *node      // of a directory
	entries  []dirEntry // in the order of creation, which is that of READDIR
	cookie   uint64     // last one given
	verf     [createVerf]byte
}

type dirEntry struct {
	name   string
	cookie uint64
	node   *node
}

// NewFS is a file system with an empty root directory.
func NewFS() *FS {
	fs := new(FS)
	root := fs.make(Directory, 0o755, "/")
	root.parent = root
	return fs
}

func (fs *FS) make(kind FType, mode uint32, name string) *node {
	n := &node{id: rootID + uint64(len(fs.nodes)), gen: 1, kind: kind, mode: mode, nlink: 1, name: name}
	if kind == Directory {
		n.nlink, n.size = 2, blockSize
	}
	n.mtime, n.ctime = fs.time(), fs.time()
	fs.nodes = append(fs.nodes, n)
	return n
}

//go:noinline
func (fs *FS) time() Time {
	return Time{Epoch + uint32(fs.Now/time.Second), uint32(fs.Now % time.Second)}
}

// MakeDir makes the directory path and those above it, unless they exist. It panics when a file is in the way, which is
// a mistake of the program that sets a world up.
func (fs *FS) MakeDir(path string) { fs.dir(path) }

func (fs *FS) dir(path string) *node {
	at := fs.nodes[0]
	for _, name := range strings.Split(path, "/") {
		if name == "" {
			continue
		}
		next := at.find(name)
		if next == nil {
			next = fs.make(Directory, 0o755, name)
			at.nlink++
			fs.enter(at, name, next)
		}
		if next.kind != Directory {
			panic("nfs: " + name + " in " + path + " is not a directory")
		}
		at = next
	}
	return at
}

// WriteFile makes the file path with size bytes of its own pattern (see [Pattern]), and the directories above it. A file
// that is there already gets that size.
func (fs *FS) WriteFile(path string, size int) {
	cut := strings.LastIndexByte(path, '/')
	dir, name := fs.dir(path[:max(cut, 0)]), path[cut+1:]
	n := dir.find(name)
	if n == nil {
		n = fs.make(Regular, 0o644, name)
		fs.enter(dir, name, n)
	}
	n.size, n.made = uint64(size), uint64(size)
}

// Handle is the file handle of path, or nil if there is nothing of that name.
func (fs *FS) Handle(path string) FH {
	if n := fs.walk(path); n != nil {
		return n.handle()
	}
	return nil
}

// Remove takes path out of its directory. Handles of what has no other name go stale.
func (fs *FS) Remove(path string) bool {
	cut := strings.LastIndexByte(path, '/')
	dir, name := fs.walk(path[:max(cut, 0)]), path[cut+1:]
	if dir == nil || name == "" || dir.find(name) == nil {
		return false
	}
	fs.unlink(dir, name)
	return true
}

func (fs *FS) walk(path string) *node {
	at := fs.nodes[0]
	for _, name := range strings.Split(path, "/") {
		if name == "" {
			continue
		}
		if at = at.find(name); at == nil {
			return nil
		}
	}
	return at
}

//go:noinline
func (n *node) find(name string) *node {
	switch name {
	case ".":
		return n
	case "..":
		return n.parent
	}
	for i := range n.entries {
		if n.entries[i].name == name {
			return n.entries[i].node
		}
	}
	return nil
}

//go:noinline
func (fs *FS) enter(dir *node, name string, n *node) {
	dir.cookie++
	dir.entries = append(dir.entries, dirEntry{name, firstCookie + dir.cookie, n})
	n.parent = dir
	dir.mtime, dir.ctime = fs.time(), fs.time()
}

func (fs *FS) unlink(dir *node, name string) {
	for i, e := range dir.entries {
		if e.name != name {
			continue
		}
		dir.entries = append(dir.entries[:i:i], dir.entries[i+1:]...)
		dir.mtime, dir.ctime = fs.time(), fs.time()
		n := e.node
		if n.kind == Directory {
			dir.nlink--
			n.nlink = 1
		}
		if n.nlink--; n.nlink > 0 {
			n.ctime = fs.time()
			return
		}
		fs.used -= int64(len(n.pages)) * blockSize
		n.gen, n.pages = 0, nil
		return
	}
}

// Handles look like those of the Linux server for an export with fsid=0: four bytes that say what follows, the fsid,
// and except for the root generation and inode number. Clients must not look inside.
const (
	rootHandle = "\x01\x00\x01\x00\x00\x00\x00\x00"
	fileHandle = "\x01\x00\x01\x01\x00\x00\x00\x00"
)

func (n *node) handle() FH {
	if n.id == rootID {
		return FH(rootHandle)
	}
	e := xdr.Encoder{B: []byte(fileHandle)}
	e.Uint32(n.gen)
	e.Uint64(n.id)
	return e.B
}

// node finds what a handle names. Something that is no handle of ours is BADHANDLE, a handle of something that is gone
// is STALE.
func (fs *FS) node(h FH) (*node, Status) {
	if string(h) == rootHandle {
		return fs.nodes[0], OK
	}
	if len(h) != len(fileHandle)+12 || string(h[:len(fileHandle)]) != fileHandle {
		return nil, ErrBadHandle
	}
	d := xdr.NewDecoder(h[len(fileHandle):])
	gen, id := d.Uint32("generation"), d.Uint64("inode")
	if id <= rootID || id-rootID >= uint64(len(fs.nodes)) {
		return nil, ErrStale
	}
	n := fs.nodes[id-rootID]
	if n.gen != gen || gen == 0 {
		return nil, ErrStale
	}
	return n, OK
}

//go:noinline
func (n *node) attr() Attr {
	used := (n.size + blockSize - 1) &^ (blockSize - 1)
	return Attr{
		Type: n.kind, Mode: n.mode, Nlink: n.nlink, UID: n.uid, GID: n.gid, Size: n.size, Used: used,
		FileID: n.id, Atime: n.ctime, Mtime: n.mtime, Ctime: n.ctime,
	}
}

// postOp is attr for results; nothing for nil.
//
//go:noinline
func (n *node) postOp() PostOpAttr {
	if n == nil {
		return PostOpAttr{}
	}
	return PostOpAttr{true, n.attr()}
}

// before remembers n for wcc_data; the After of the result is filled when the work is done.
func (n *node) before() WccData {
	if n == nil {
		return WccData{}
	}
	return WccData{HasBefore: true, Before: WccAttr{n.size, n.mtime, n.ctime}}
}
