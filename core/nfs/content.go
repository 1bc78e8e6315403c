package nfs

import "strconv"

// patternLine is the length of a line of pattern, in bytes.
const patternLine = 32

// Pattern fills p with what a file called name holds from byte off on until somebody writes to it: lines of 32 bytes
// that say whose they are and where they lie ("file3 at 4096 ------------------\n"), so that a reader of packets sees
// at once which part of which file travels.
func Pattern(p []byte, name string, off uint64) {
	var line [patternLine]byte
	for len(p) > 0 {
		at := off &^ (patternLine - 1)
		fillLine(&line, name, at)
		n := copy(p, line[off-at:])
		p = p[n:]
		off += uint64(n)
	}
}

func fillLine(line *[patternLine]byte, name string, at uint64) {
	b := append(line[:0], name[:min(len(name), 8)]...)
	b = append(b, " at "...)
	b = strconv.AppendUint(b, at, 10)
	b = b[:min(len(b), patternLine-2)]
	b = append(b, ' ')
	for len(b) < patternLine-1 {
		b = append(b, '-')
	}
	b = append(b, '\n')
	copy(line[:], b)
}

// read fills p with n's bytes from off on. The caller keeps within the file's size.
func (n *node) read(p []byte, off uint64) {
	for len(p) > 0 {
		page, in := off/blockSize, int(off%blockSize)
		part := p[:min(len(p), blockSize-in)]
		if b, ok := n.pages[page]; ok {
			copy(part, b[in:])
		} else {
			n.original(part, off)
		}
		p = p[len(part):]
		off += uint64(len(part))
	}
}

// original fills p with what was there before any write: the pattern, and a hole behind it.
func (n *node) original(p []byte, off uint64) {
	patterned := 0
	if off < n.made {
		patterned = int(min(uint64(len(p)), n.made-off))
		Pattern(p[:patterned], n.name, off)
	}
	clear(p[patterned:])
}

// write puts p at off. It makes pages for what is written only, and no more than the file system's space.
func (fs *FS) write(n *node, p []byte, off uint64) Status {
	if need := n.missing(len(p), off) * blockSize; fs.used+need > fs.space() {
		return ErrNoSpc
	}
	end := off + uint64(len(p))
	for len(p) > 0 {
		page, in := off/blockSize, int(off%blockSize)
		part := p[:min(len(p), blockSize-in)]
		copy(fs.page(n, page)[in:], part)
		p = p[len(part):]
		off += uint64(len(part))
	}
	n.size = max(n.size, end)
	n.mtime, n.ctime = fs.time(), fs.time()
	return OK
}

// missing is how many pages a write of length bytes at off would have to make.
func (n *node) missing(length int, off uint64) (pages int64) {
	if length == 0 {
		return 0
	}
	for page := off / blockSize; page <= (off+uint64(length)-1)/blockSize; page++ {
		if _, ok := n.pages[page]; !ok {
			pages++
		}
	}
	return pages
}

// page is n's page number i, with its original contents if it is new.
func (fs *FS) page(n *node, i uint64) []byte {
	if b, ok := n.pages[i]; ok {
		return b
	}
	b := make([]byte, blockSize)
	n.original(b, i*blockSize)
	if n.pages == nil {
		n.pages = map[uint64][]byte{}
	}
	n.pages[i] = b
	fs.used += blockSize
	return b
}

func (fs *FS) space() int64 {
	if fs.Space > 0 {
		return fs.Space
	}
	return 64 << 20
}

// truncate sets n's size. What is cut off does not come back when the file grows again.
func (fs *FS) truncate(n *node, size uint64) {
	if size < n.size {
		n.made = min(n.made, size)
		fs.cut(n, size)
	}
	n.size = size
	n.mtime, n.ctime = fs.time(), fs.time()
}

func (fs *FS) cut(n *node, size uint64) {
	for i, b := range n.pages { // the order does not matter: each page is treated by itself
		switch start := i * blockSize; {
		case start >= size:
			delete(n.pages, i)
			fs.used -= blockSize
		case start+blockSize > size:
			clear(b[size-start:])
		}
	}
}
