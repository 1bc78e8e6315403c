package rpcmsg

import (
	"strconv"

	"sunscope/core/xdr"
)

// Record marking, RFC 5531 section 11: before each fragment stands its length, with the top bit set on the last one.
const (
	LastFragment = 0x80000000
	MarkerLen    = 4
)

// DefaultMax is the largest record that Records takes when Max is not set: the largest NFS transfer of Linux and room
// for headers.
const DefaultMax = 1<<20 + 4096

// MaxFragments is how many fragments a record may have: one of DefaultMax bytes that comes in pieces of 65 bytes just has
// so many. Smaller pieces, or empty ones without end, only keep the receiver busy.
const MaxFragments = 1 << 14

// AppendRecord appends msg as a record of a single fragment, as Linux sends every record.
//
//go:noinline
func AppendRecord(dst, msg []byte) []byte {
	dst = xdr.AppendWord(dst, LastFragment|uint32(len(msg)))
	return append(dst, msg...)
}

// Marker reads the fragment header at the start of b, which must have MarkerLen bytes.
//
//go:noinline
func Marker(b []byte) (length int, last bool) {
	v := xdr.Word(b)
	return int(v &^ LastFragment), v&LastFragment != 0
}

// Recv is where a stream stands, in the words of the kernel's sock_xprt.recv.
type Recv struct {
	FragHdr uint32 // header of the fragment being read
	XID     uint32 // first word of the record
	CallDir uint32 // second word: Call, Reply, or NoDir once the record is being skipped
	Offset  int    // while the header is read, its bytes so far; then the fragment's bytes so far, XID and direction included
	Len     int    // of the fragment; 0 while its header is being read
	Copied  int    // bytes of the record kept so far; 0 until XID and direction are known; -1 when it is being skipped
}

// NoDir is the direction that the kernel puts in place of that of a record which it skips.
const NoDir = 0xffffffff

// Progress is why Feed stopped.
type Progress uint8

// Feed stops for these reasons.
const (
	More   Progress = iota // all bytes were used, and the record is not complete
	Header                 // XID and direction have just become known: the moment to call Limit or Skip
	Record                 // the record is complete: Data holds it until the next Feed
)

// Records puts records together again from a stream that comes in pieces of any size. It keeps what has come, never
// more: a marker that promises much allocates nothing. The zero value is ready for use.
type Records struct {
	Max  int  // largest record in bytes; 0 means DefaultMax
	Min  int  // smallest first fragment; the Linux client and server cannot do with less than 8
	Recv Recv // to look at

	marker [MarkerLen]byte
	marked int     // bytes of the marker that have come
	length int     // of the fragment, once the marker is complete
	frag   int     // bytes of the fragment that have come
	word   [8]byte // XID and direction, also when nothing is kept
	total  int     // bytes of the record that have come, kept or not
	frags  int     // fragments of the record that have begun
	limit  int     // bytes to keep, once limited
	capped bool    // limit counts
	done   bool    // the record in buf was handed out
	buf    []byte  // what is kept
}

// RecordError says why a stream cannot be cut into records. The stream is of no use any more.
type RecordError struct {
	FragHdr uint32
	Why     string
}

func (e *RecordError) Error() string {
	return "record marker 0x" + strconv.FormatUint(uint64(e.FragHdr), 16) + ": " + e.Why
}

// Feed takes bytes from the front of p and says how many and why it stopped. Call it again with the rest until it says
// More. After an error the stream should be closed.
func (r *Records) Feed(p []byte) (n int, what Progress, err error) {
	if r.done {
		r.next()
	}
	defer r.show()
	for {
		m, err := r.readMarker(p[n:])
		n += m
		if err != nil || r.marked < MarkerLen {
			return n, More, err
		}
		m, header := r.readData(p[n:])
		n += m
		switch {
		case header:
			return n, Header, nil
		case r.frag < r.length:
			return n, More, nil
		case r.marker[0]&0x80 != 0:
			r.done = true
			return n, Record, nil
		}
		r.marked = 0
	}
}

// Next takes from the front of *p until a record is complete, and returns it, or nil when *p is used up. It is for
// receivers that want whole records only. The record is valid until the next call. An empty record is not nil.
func (r *Records) Next(p *[]byte) ([]byte, error) {
	for {
		n, what, err := r.Feed(*p)
		*p = (*p)[n:]
		if err != nil {
			return nil, err
		}
		switch what {
		case More:
			return nil, nil
		case Record:
			if r.buf == nil {
				r.buf = []byte{}
			}
			return r.buf, nil
		}
	}
}

// Limit makes the reassembler keep no more than n bytes of the current record, as large as the buffer that waits for
// it; the rest is read and dropped.
func (r *Records) Limit(n int) {
	r.limit, r.capped = n, true
	if len(r.buf) > n {
		r.buf = r.buf[:n]
	}
	r.Recv.Copied = len(r.buf)
}

// Skip makes the reassembler drop the current record: nobody waits for it.
func (r *Records) Skip() {
	r.Limit(0)
	r.Recv.CallDir, r.Recv.Copied = NoDir, -1
}

// Data is what is kept of the current record, from its XID on.
func (r *Records) Data() []byte { return r.buf }

// Take is Data for a caller who wants to keep it: the next record gets a buffer of its own.
func (r *Records) Take() []byte {
	b := r.buf
	r.buf = nil
	return b
}

// Truncated reports whether bytes of the current record were dropped.
func (r *Records) Truncated() bool { return r.total > len(r.buf) }

// Begun reports whether a part of a record has come, were it only of its first marker, and not all of it.
func (r *Records) Begun() bool { return !r.done && (r.marked > 0 || r.frags > 0) }

// Want is how many bytes are missing from the marker that is being read, or from the fragment.
func (r *Records) Want() int {
	switch {
	case r.done:
		return MarkerLen
	case r.marked < MarkerLen:
		return MarkerLen - r.marked
	}
	return r.length - r.frag
}

// next makes ready for another record.
func (r *Records) next() {
	r.done, r.capped = false, false
	r.marked, r.frag, r.length, r.total, r.frags = 0, 0, 0, 0, 0
	r.buf = r.buf[:0]
	r.Recv = Recv{}
}

// readMarker completes the fragment's marker unless it is complete, and checks what it promises.
func (r *Records) readMarker(p []byte) (int, error) {
	if r.marked == MarkerLen {
		return 0, nil
	}
	n := copy(r.marker[r.marked:], p)
	r.marked += n
	if r.marked < MarkerLen {
		return n, nil
	}
	first := r.total == 0 && r.frag == 0
	r.length, _ = Marker(r.marker[:])
	r.frag = 0
	r.Recv.FragHdr = xdr.Word(r.marker[:])
	if limit := r.max(); r.length > limit-r.total {
		return n, r.refuse("the record would have " + strconv.Itoa(r.total+r.length) + " bytes, at most " +
			strconv.Itoa(limit) + " are accepted")
	}
	if r.frags++; r.frags > MaxFragments {
		return n, r.refuse("the record would have more than " + strconv.Itoa(MaxFragments) + " fragments")
	}
	if first && r.length < r.Min {
		return n, r.refuse("expected a fragment of at least " + strconv.Itoa(r.Min) + " bytes")
	}
	return n, nil
}

func (r *Records) refuse(why string) error {
	return &RecordError{FragHdr: r.Recv.FragHdr, Why: why}
}

func (r *Records) max() int {
	if r.Max > 0 {
		return r.Max
	}
	return DefaultMax
}

// readData takes bytes of the fragment. It stops after XID and direction, and then reports header.
func (r *Records) readData(p []byte) (n int, header bool) {
	n = min(len(p), r.length-r.frag)
	if r.buf == nil {
		r.buf = make([]byte, 0, n) // for all that has come, though it may be kept in two pieces
	}
	if r.total < len(r.word) {
		n = copy(r.word[r.total:], p[:n])
		header = n > 0 && r.total+n == len(r.word)
	}
	r.keep(p[:n])
	r.frag += n
	r.total += n
	if header {
		r.Recv.XID, r.Recv.CallDir = xdr.Word(r.word[:]), xdr.Word(r.word[4:])
	}
	return n, header
}

func (r *Records) keep(p []byte) {
	if r.capped {
		p = p[:min(len(p), r.limit-len(r.buf))]
	}
	r.buf = append(r.buf, p...)
}

// show brings Recv up to date. The kernel reads marker, XID and direction as one header of 12 bytes, and a later
// fragment's marker as a header of 4; while it does, Len is 0 and Offset counts the header's bytes.
func (r *Records) show() {
	v := &r.Recv
	switch {
	case r.marked < MarkerLen:
		v.Len, v.Offset = 0, r.marked
	case r.total < len(r.word):
		v.Len, v.Offset = 0, MarkerLen+r.total
	default:
		v.Len, v.Offset = r.length, r.frag
	}
	if v.Copied >= 0 && r.total >= len(r.word) {
		v.Copied = len(r.buf)
	}
}
