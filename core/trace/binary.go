package trace

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
)

// The binary form: magic, version, fingerprint of the kinds (8 bytes), then two counted parts, each with its length
// as 8 bytes before it: the strings (each a uvarint length and its bytes), and the records as they stand in memory.
const (
	binaryMagic   = "sunscope"
	binaryVersion = 2
)

// ErrNotBinary says that what was read does not begin as a log in binary form does.
var ErrNotBinary = errors.New("not a sunscope log: the magic word is missing")

// WriteTo writes the log in its binary form; ReadLog reads it back.
func (l *Log) WriteTo(w io.Writer) (int64, error) {
	head := append([]byte(binaryMagic), binaryVersion)
	head = binary.LittleEndian.AppendUint64(head, kindsFingerprint())
	var strs []byte
	for _, s := range l.strs[min(1, len(l.strs)):] {
		strs = append(binary.AppendUvarint(strs, uint64(len(s))), s...)
	}
	head = binary.LittleEndian.AppendUint64(head, uint64(len(strs)))
	head = append(head, strs...)
	head = binary.LittleEndian.AppendUint64(head, uint64(l.size()))
	n, err := w.Write(head)
	if err != nil {
		return int64(n), err
	}
	for _, c := range l.chunks {
		m, err := w.Write(c)
		if n += m; err != nil {
			return int64(n), err
		}
	}
	return int64(n), nil
}

// ReadLog reads a log in its binary form. It fails with [ErrNotBinary] for anything else, and with a sentence for
// another version, another list of kinds, or damage.
func ReadLog(r io.Reader) (*Log, error) {
	head := make([]byte, len(binaryMagic)+1+8)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:len(binaryMagic)]) != binaryMagic {
		return nil, ErrNotBinary
	}
	if v := head[len(binaryMagic)]; v != binaryVersion {
		return nil, wrong("sunscope log of version " + strconv.Itoa(int(v)) + ": this program reads version " +
			strconv.Itoa(binaryVersion))
	}
	if binary.LittleEndian.Uint64(head[len(binaryMagic)+1:]) != kindsFingerprint() {
		return nil, wrong("sunscope log with another list of events: it was written by another build")
	}
	strs, err := readPart(r, "strings")
	if err != nil {
		return nil, err
	}
	l := &Log{}
	if err := l.loadStrings(strs); err != nil {
		return nil, err
	}
	records, err := readPart(r, "records")
	if err != nil {
		return nil, err
	}
	return l, l.loadRecords(records)
}

// readPart reads a length and as many bytes. Memory grows with what is really there, not with what the length says.
func readPart(r io.Reader, what string) ([]byte, error) {
	var size [8]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, wrong("sunscope log ends before its " + what)
	}
	want := binary.LittleEndian.Uint64(size[:])
	if want > 1<<32 {
		return nil, wrong("sunscope log claims " + strconv.FormatUint(want, 10) + " bytes of " + what + ": more than 4 GiB")
	}
	var b bytes.Buffer
	if n, err := io.CopyN(&b, r, int64(want)); err != nil {
		return nil, wrong("sunscope log ends after " + strconv.FormatInt(n, 10) + " of " +
			strconv.FormatUint(want, 10) + " bytes of " + what)
	}
	return b.Bytes(), nil
}

func (l *Log) loadStrings(b []byte) error {
	for len(b) > 0 {
		size, n := binary.Uvarint(b)
		if n <= 0 || size == 0 || size > uint64(len(b)-n) {
			return wrong("sunscope log: string " + strconv.Itoa(len(l.strs)) + " is damaged")
		}
		b = b[n:]
		text := string(b[:size])
		id := l.add(text)
		if _, twice := l.ids[text]; !twice {
			l.ids[text] = id
		}
		b = b[size:]
	}
	return nil
}

// loadRecords takes the records one by one, and with that checks that they are whole.
func (l *Log) loadRecords(b []byte) error {
	for len(b) > 0 {
		size := headBytes
		if len(b) >= headBytes {
			k := Kind(b[21])
			if k == None || k >= kindCount {
				return wrong("sunscope log: record " + strconv.Itoa(l.n) + " is of an unknown kind")
			}
			if b[22] != narrow && b[22] != wide {
				return wrong("sunscope log: record " + strconv.Itoa(l.n) + " has fields of an unknown size")
			}
			size += int(b[22]) * layouts[k].slots
		}
		if len(b) < size {
			return wrong("sunscope log: record " + strconv.Itoa(l.n) + " is cut off")
		}
		copy(l.room(size), b[:size])
		b = b[size:]
	}
	return nil
}

// kindsFingerprint is the FNV-1a hash of all names and texts: two builds with the same hash agree on every record.
//
//go:noinline
func kindsFingerprint() uint64 {
	h := uint64(14695981039346656037)
	for _, s := range specs {
		for _, part := range [...]string{s.name, "\x00", s.text, "\x00"} {
			for i := range len(part) {
				h = (h ^ uint64(part[i])) * 1099511628211
			}
		}
	}
	return h
}
