package trace

import (
	"encoding/binary"

	"sunscope/core/time"
)

// Log is a sequence of events in a few large buffers, with its strings. An event's ordinal, its place in the log, is
// what the whole project calls an instant. The zero Log is empty and ready for use.
type Log struct {
	chunks [][]byte   // the records, one after another; none crosses from one chunk to the next
	at     [][]uint32 // where each record begins: the chunk's number, and the byte in it. These do not move either
	n      int
	strTable
}

const (
	headBytes = 8 + 4 + 4 + 4 + 3 // time, pid, comm, ctx, cpu, kind, bytes of a field
	narrow    = 4                 // bytes of a field: enough for nearly all records
	wide      = 8
	lowest    = 1 << 20 // of a narrow field, negative: error numbers are small, XIDs are not
	chunkBits = 16
	chunkSize = 1 << chunkBits
	indexBits = 10
	indexSize = 1 << indexBits
)

// Len is the number of events.
func (l *Log) Len() int { return l.n }

// Bytes are all records in one piece: what must be equal when two runs are the same.
func (l *Log) Bytes() []byte {
	b := make([]byte, 0, l.size())
	for _, c := range l.chunks {
		b = append(b, c...)
	}
	return b
}

func (l *Log) size() int {
	n := 0
	for _, c := range l.chunks {
		n += len(c)
	}
	return n
}

// room is the place for a record of n bytes. Chunks never move: a long log is never copied to make it longer.
func (l *Log) room(n int) []byte {
	last := len(l.chunks) - 1
	if last < 0 || len(l.chunks[last])+n > chunkSize {
		l.chunks = append(l.chunks, make([]byte, 0, chunkSize))
		last++
	}
	c := l.chunks[last]
	l.chunks[last] = c[:len(c)+n]
	if l.n&(indexSize-1) == 0 {
		l.at = append(l.at, make([]uint32, indexSize))
	}
	l.at[l.n>>indexBits][l.n&(indexSize-1)] = uint32(last<<chunkBits | len(c))
	l.n++
	return c[len(c) : len(c)+n]
}

func (l *Log) record(i int) []byte {
	at := l.at[i>>indexBits][i&(indexSize-1)]
	return l.chunks[at>>chunkBits][at&(chunkSize-1):]
}

// Append adds e and returns its ordinal. Only the fields of e's kind are kept.
func (l *Log) Append(e *Event) int { return l.Put(e, e.F[:]) }

// Put is Append for an event whose fields stand elsewhere; those that are missing are 0.
func (l *Log) Put(e *Event, fields []int64) int {
	n := min(layouts[e.Kind].slots, len(fields))
	fields = fields[:n]
	size := narrow
	for _, v := range fields {
		if uint64(v+lowest) > 1<<32-1 {
			size = wide
			break
		}
	}
	b := l.room(headBytes + layouts[e.Kind].slots*size)
	binary.LittleEndian.PutUint64(b, uint64(e.Time))
	binary.LittleEndian.PutUint32(b[8:], uint32(e.PID))
	binary.LittleEndian.PutUint32(b[12:], uint32(e.Comm))
	binary.LittleEndian.PutUint32(b[16:], uint32(e.Ctx))
	b[20], b[21], b[22] = e.CPU, byte(e.Kind), byte(size)
	b = b[headBytes:]
	if size == wide {
		for i, v := range fields {
			binary.LittleEndian.PutUint64(b[wide*i:], uint64(v))
		}
		return l.n - 1
	}
	for i, v := range fields {
		binary.LittleEndian.PutUint32(b[narrow*i:], uint32(v+lowest))
	}
	return l.n - 1
}

// At reads event i into e. It panics if i is not an ordinal of the log, as an index does.
func (l *Log) At(i int, e *Event) {
	b := l.record(i)
	e.Time = time.Duration(binary.LittleEndian.Uint64(b))
	e.PID = int32(binary.LittleEndian.Uint32(b[8:]))
	e.Comm = Str(binary.LittleEndian.Uint32(b[12:]))
	e.Ctx = Str(binary.LittleEndian.Uint32(b[16:]))
	e.CPU, e.Kind = b[20], Kind(b[21])
	n, size := layouts[e.Kind].slots, b[22]
	b = b[headBytes:]
	for j := range n {
		if size == wide {
			e.F[j] = int64(binary.LittleEndian.Uint64(b[wide*j:]))
		} else {
			e.F[j] = int64(binary.LittleEndian.Uint32(b[narrow*j:])) - lowest
		}
	}
	clear(e.F[n:])
}

// TimeAt is the time of event i.
func (l *Log) TimeAt(i int) time.Duration {
	return time.Duration(binary.LittleEndian.Uint64(l.record(i)))
}

// KindAt is the kind of event i.
func (l *Log) KindAt(i int) Kind { return Kind(l.record(i)[21]) }
