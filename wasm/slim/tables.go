package slim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

var le = binary.LittleEndian

// What a runtime.pcHeader of Go 1.20 to 1.26 begins with on wasm: the magic, two zero bytes, the smallest instruction, the
// size of a pointer.
var magic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

const (
	headerSize = 9 * 8 // runtime.pcHeader
	funcSize   = 11 * 4
	none       = 1<<32 - 1 // "no such funcdata"
	maxTables  = 8         // of either kind; Go 1.26 has five and eight
)

// tables is the pclntab of a module's memory: where its parts begin, as addresses. Each ends where the next begins.
type tables struct {
	mem                                                    []byte
	header, names, units, files, pcs, funcs, funcdata, end int
	records                                                []record
	text, find, findEnd                                    int // where functions begin, as PC; findfunctab, if there is one
}

// record is a runtime._func by address.
type record struct {
	at       int
	pcdata   int // how many
	funcdata int
	name     string
	id       byte // internal/abi.FuncID
}

// The fields of a runtime._func by offset.
const (
	fieldName      = 4
	fieldPCSP      = 16
	fieldFile      = 20
	fieldLine      = 24
	fieldPCData    = 28
	fieldUnit      = 32
	fieldStartLine = 36
	fieldID        = 40
	fieldFuncData  = 43
)

func (t *tables) word(at int) uint32   { return le.Uint32(t.mem[at:]) }
func (t *tables) put(at int, v uint32) { le.PutUint32(t.mem[at:], v) }
func (r record) pcdataAt(i int) int    { return r.at + funcSize + 4*i }
func (r record) funcdataAt(i int) int  { return r.at + funcSize + 4*(r.pcdata+i) }
func (r record) end() int              { return r.funcdataAt(r.funcdata) }

// find looks for the one pclntab that the one runtime.moduledata points to, and checks that each says of the other's
// parts what the linker of Go 1.26 writes.
func find(mem []byte) (*tables, error) {
	var found *tables
	why := errors.New("no pclntab")
	for at := 0; ; at++ {
		i := bytes.Index(mem[at:], magic)
		if i < 0 {
			break
		}
		at += i
		t, err := tablesAt(mem, at)
		switch {
		case err != nil:
			why = fmt.Errorf("address %d: %w", at, err)
		case found != nil:
			return nil, fmt.Errorf("two pclntabs, at addresses %d and %d", found.header, at)
		default:
			found = t
		}
	}
	if found == nil {
		return nil, why
	}
	if err := found.readRecords(); err != nil {
		return nil, fmt.Errorf("the pclntab at address %d: %w", found.header, err)
	}
	return found, nil
}

// tablesAt reads a runtime.pcHeader and the runtime.moduledata that points to it.
func tablesAt(mem []byte, at int) (*tables, error) {
	if at%8 != 0 || at+headerSize > len(mem) {
		return nil, errors.New("a pclntab's magic where no pclntab can be")
	}
	t := &tables{mem: mem, header: at}
	var offsets [5]uint64
	last := uint64(headerSize)
	for i := range offsets {
		offsets[i] = le.Uint64(mem[at+32+8*i:])
		if offsets[i] < last || offsets[i] > uint64(len(mem)-at) {
			return nil, fmt.Errorf("part %d of the pclntab at offset %d, expected %d to %d", i, offsets[i], last, len(mem)-at)
		}
		last = offsets[i]
	}
	t.names, t.units, t.files = at+int(offsets[0]), at+int(offsets[1]), at+int(offsets[2])
	t.pcs, t.funcs = at+int(offsets[3]), at+int(offsets[4])
	if t.pcs == t.funcs {
		return nil, errors.New("an empty pctab, expected at least its padding")
	}
	count := le.Uint64(mem[at+8:])
	if count == 0 || count > uint64(len(mem))/funcSize {
		return nil, fmt.Errorf("%d functions", count)
	}
	module, err := t.moduledata(count)
	if err != nil {
		return nil, err
	}
	if module(40) < uint64(t.funcs) || module(41) < module(40) || module(41) > uint64(len(mem)) {
		return nil, fmt.Errorf("function data at %d to %d, expected them between %d and %d", module(40), module(41), t.funcs, len(mem))
	}
	t.funcdata, t.end = int(module(40)), int(module(41))
	if find := module(19); module(40) <= find && find < module(41) {
		t.find, t.findEnd, t.end = int(find), t.end, int(find) // findfunctab is the last part of the section
	}
	t.text = int(uint32(module(22)))
	t.records = make([]record, count)
	return t, nil
}

// moduledata finds runtime.firstmoduledata, whose first words point to the pclntab's parts, and returns its words.
func (t *tables) moduledata(count uint64) (word func(i int) uint64, err error) {
	begins := le.AppendUint64(le.AppendUint64(nil, uint64(t.header)), uint64(t.names))
	at := bytes.Index(t.mem, begins)
	if at < 0 || at%8 != 0 || at+42*8 > len(t.mem) {
		return nil, errors.New("no moduledata points to the pclntab")
	}
	word = func(i int) uint64 { return le.Uint64(t.mem[at+8*i:]) }
	for _, w := range []struct{ i, want int }{{4, t.units}, {7, t.files}, {10, t.pcs}, {13, t.funcs}, {16, t.funcs}, {17, int(count) + 1}} {
		if word(w.i) != uint64(w.want) {
			return nil, fmt.Errorf("word %d of the moduledata is %d, expected %d", w.i, word(w.i), w.want)
		}
	}
	return word, nil
}

// readRecords reads every _func, and checks that they lie one after another between the table of their addresses and the
// function data, and that their names end.
func (t *tables) readRecords() error {
	next := 8*len(t.records) + 4
	if next > t.funcdata-t.funcs {
		return fmt.Errorf("%d functions in %d bytes", len(t.records), t.funcdata-t.funcs)
	}
	for i := range t.records {
		next = (next + 7) &^ 7
		at := t.funcs + int(t.word(t.funcs+8*i+4))
		if at != t.funcs+next || at+funcSize > t.funcdata {
			return fmt.Errorf("function %d of %d is said to be at %d, expected it at %d", i, len(t.records), at, t.funcs+next)
		}
		if entry := t.word(t.funcs + 8*i); t.word(at) != entry {
			return fmt.Errorf("function %d of %d begins at %d and at %d", i, len(t.records), t.word(at), entry)
		}
		r := record{at: at, id: t.mem[at+fieldID], pcdata: int(t.word(at + fieldPCData)), funcdata: int(t.mem[at+fieldFuncData])}
		if r.pcdata > maxTables || r.funcdata > maxTables || r.end() > t.funcdata {
			return fmt.Errorf("function %d has %d pcdata and %d funcdata tables", i, r.pcdata, r.funcdata)
		}
		name := min(t.names+int(t.word(at+fieldName)), t.units)
		n := bytes.IndexByte(t.mem[name:t.units], 0)
		if n < 0 {
			return fmt.Errorf("function %d has no name", i)
		}
		r.name = string(t.mem[name : name+n])
		next = r.end() - t.funcs
		t.records[i] = r
	}
	return nil
}

// table walks a table of pctab, which is a list of pairs (change of the value, length), each a varint, ended by a zero
// where a change would be (runtime.step), and returns where it ends and the largest value.
func (t *tables) table(offset uint32) (end int, largest int32, err error) {
	at := t.pcs + int(offset)
	value := int32(-1)
	for first := true; ; first = false {
		change, n := uvarint(t.mem[min(at, t.funcs):t.funcs])
		if n > 0 && change == 0 && !first {
			return at + n, largest, nil
		}
		_, m := uvarint(t.mem[min(at+n, t.funcs):t.funcs])
		if n <= 0 || m <= 0 {
			return 0, 0, fmt.Errorf("the table at offset %d of pctab does not end", offset)
		}
		value += int32(-(change & 1) ^ (change >> 1))
		largest = max(largest, value)
		at += n + m
	}
}

func uvarint(b []byte) (uint32, int) {
	v, n := binary.Uvarint(b[:min(len(b), 5)])
	return uint32(v), n
}
