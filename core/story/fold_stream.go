package story

import "encoding/binary"

// stream follows the records in the bytes of one direction of a connection. A record is one fragment or several; each
// begins with a marker of four bytes that says how long it is and whether it is the last (RFC 5531 §11).
type stream struct {
	src, dst string
	arriving bool // the receiver's end: bytes that have arrived
	marker   [4]byte
	marked   int // bytes of the fragment's marker that are there
	left     int // bytes of the fragment that are still to come
	last     bool
	first    uint32  // the record's first marker
	head     [8]byte // the message's first two words: XID and direction
	got      int     // bytes of head that are there
	off      int     // bytes of the record that went by, markers included
	length   int     // of the record as far as its markers tell, markers included
}

func (f *fold) stream(src, dst string, arriving bool) *stream {
	for i := range f.streams {
		s := &f.streams[i]
		if s.arriving == arriving && s.src == src && s.dst == dst {
			return s
		}
	}
	f.streams = append(f.streams, stream{src: src, dst: dst, arriving: arriving})
	return &f.streams[len(f.streams)-1]
}

// endStream forgets one direction of a connection: its FIN has arrived, and nothing that was lost is still to come.
func (f *fold) endStream(src, dst string) {
	for _, p := range f.missing {
		if p.Src == src && p.Dst == dst {
			return
		}
	}
	kept := f.streams[:0]
	for _, s := range f.streams {
		if s.src != src || s.dst != dst {
			kept = append(kept, s)
		}
	}
	f.streams = kept
}

// dropStreams forgets what an earlier connection between the two addresses was in the middle of.
func (f *fold) dropStreams(a, b string) {
	kept := f.streams[:0]
	for _, s := range f.streams {
		if s.src == a && s.dst == b || s.src == b && s.dst == a {
			continue
		}
		kept = append(kept, s)
	}
	f.streams = kept
	lost := f.missing[:0]
	for _, p := range f.missing {
		if p.Src == a && p.Dst == b || p.Src == b && p.Dst == a {
			continue
		}
		lost = append(lost, p)
	}
	f.missing = lost
}

// ended says that the record is complete, and the next byte begins another.
func (s *stream) ended() bool { return s.marked == 4 && s.last && s.left == 0 }

// xid is that of the record's message; 0 while it is not there.
func (s *stream) xid() uint32 {
	if s.got < 4 {
		return 0
	}
	return binary.BigEndian.Uint32(s.head[:])
}

// kind is what the record's message is; "" while its direction is not there.
func (s *stream) kind() string {
	if s.got < 8 {
		return ""
	}
	return messageKind(s.direction())
}

func (s *stream) direction() uint32 { return binary.BigEndian.Uint32(s.head[4:]) }

func messageKind(direction uint32) string {
	if direction == 0 {
		return "CALL"
	}
	return "REPLY"
}

// feed takes the next bytes of the stream, at most up to the end of a record, and reports how many it took.
func (s *stream) feed(b string) (n int) {
	if s.ended() {
		*s = stream{src: s.src, dst: s.dst, arriving: s.arriving}
	}
	for n < len(b) && !s.ended() {
		if s.marked < 4 || s.left == 0 {
			n += s.mark(b[n:])
			continue
		}
		more := min(len(b)-n, s.left)
		s.got += copy(s.head[s.got:], b[n:n+more])
		s.left -= more
		s.off += more
		n += more
	}
	return n
}

// mark takes bytes of the marker of a fragment, the first or the one that follows.
func (s *stream) mark(b string) (n int) {
	if s.marked == 4 {
		s.marked = 0
	}
	n = copy(s.marker[s.marked:], b)
	s.marked += n
	s.off += n
	if s.marked == 4 {
		m := binary.BigEndian.Uint32(s.marker[:])
		s.left, s.last = int(m&0x7fffffff), m>>31 == 1
		if s.length == 0 {
			s.first = m
		}
		s.length += 4 + s.left
	}
	return n
}
