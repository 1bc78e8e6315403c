package slim

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// The sections of a module that slimming reads (WebAssembly core specification 1.0, section 5.5).
const (
	sectionCustom = 0
	sectionMemory = 5
	sectionCode   = 10
	sectionData   = 11
)

// headerBytes is the length of a module's magic and version.
const headerBytes = 8

// pageSize is the unit of a linear memory.
const pageSize = 64 << 10

// maxImage bounds the memory that a module may ask for its data, whatever its header says.
const maxImage = 512 << 20

// section is one section: its id and what follows its length.
type section struct {
	id    byte
	whole []byte // with its id and length
	at    int    // of the body, in the file
	body  []byte
}

// reader reads a module's numbers. After an error every read gives nothing, and err says where it was.
type reader struct {
	data []byte
	at   int
	base int // what offset 0 is in the file
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("offset %d: %s", r.base+r.at, what)
	}
}

func (r *reader) byte() byte {
	if r.err != nil || r.at >= len(r.data) {
		r.fail("the module ends here, expected a byte")
		return 0
	}
	r.at++
	return r.data[r.at-1]
}

func (r *reader) take(n uint64) []byte {
	if r.err != nil || n > uint64(len(r.data)-r.at) {
		r.fail(fmt.Sprintf("the module ends before %d more bytes", n))
		return nil
	}
	r.at += int(n)
	return r.data[r.at-int(n) : r.at]
}

// u32 is an unsigned LEB128 number.
func (r *reader) u32() uint64 {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		c := r.byte()
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if v > 1<<32-1 {
				break
			}
			return v
		}
	}
	r.fail("expected a number of at most 32 bits")
	return 0
}

// s32 is a signed LEB128 number; as an address it is taken as unsigned.
func (r *reader) s32() uint32 {
	var v int64
	for shift := 0; shift < 35; {
		c := r.byte()
		v |= int64(c&0x7f) << shift
		shift += 7
		if c < 0x80 {
			if c&0x40 != 0 {
				v |= -1 << shift
			}
			return uint32(v)
		}
	}
	r.fail("expected a signed number of at most 32 bits")
	return 0
}

// sections cuts a module into its sections.
func sections(module []byte) ([]section, error) {
	if !bytes.HasPrefix(module, []byte("\x00asm\x01\x00\x00\x00")) {
		return nil, fmt.Errorf("offset 0: expected a WebAssembly module of version 1")
	}
	r := &reader{data: module, at: headerBytes}
	var all []section
	for r.err == nil && r.at < len(module) {
		start := r.at
		s := section{id: r.byte()}
		n := r.u32()
		s.at = r.at
		s.body = r.take(n)
		s.whole = module[start:r.at]
		all = append(all, s)
	}
	return all, r.err
}

// image puts the data segments where instantiation would put them, and returns the memory up to the last of their bytes.
func image(s section, limit uint64) ([]byte, error) {
	r := &reader{data: s.body, base: s.at}
	type piece struct {
		at   uint32
		data []byte
	}
	var pieces []piece
	var top uint64
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		if kind, op := r.byte(), r.byte(); kind != 0 || op != 0x41 {
			r.fail("expected an active data segment with an i32.const for its address")
		}
		p := piece{at: r.s32()}
		if r.byte() != 0x0b {
			r.fail("expected the end of a data segment's address")
		}
		p.data = r.take(r.u32())
		end := uint64(p.at) + uint64(len(p.data))
		if end > limit {
			r.fail(fmt.Sprintf("a data segment ends at %d, expected at most %d", end, limit))
		}
		top = max(top, end)
		pieces = append(pieces, p)
	}
	if r.err == nil && r.at != len(s.body) {
		r.fail("bytes after the last data segment")
	}
	if r.err != nil {
		return nil, r.err
	}
	mem := make([]byte, top)
	for _, p := range pieces {
		copy(mem[p.at:], p.data)
	}
	return mem, nil
}

// memoryLimit is the size of the memory that a module starts with, in bytes.
func memoryLimit(s section) (uint64, error) {
	r := &reader{data: s.body, base: s.at}
	if r.u32() != 1 {
		r.fail("expected one memory")
	}
	r.byte() // whether there is a maximum
	pages := r.u32()
	return min(pages*pageSize, maxImage), r.err
}

// appendData writes a data section for a memory. Runs of fewer zeros than gap stay inside a segment.
func appendData(out, mem []byte) []byte {
	var segments []byte
	n := uint64(0)
	for at := skipZeros(mem, 0); at < len(mem); {
		end, next := at, at
		for next < len(mem) {
			for end = next; end < len(mem) && mem[end] != 0; end++ {
			}
			if next = skipZeros(mem, end); next-end >= gap {
				break
			}
		}
		segments = append(segments, 0, 0x41)
		segments = appendS32(segments, int32(uint32(at)))
		segments = append(segments, 0x0b)
		segments = binary.AppendUvarint(segments, uint64(end-at))
		segments = append(segments, mem[at:end]...)
		n, at = n+1, next
	}
	return appendSection(out, sectionData, append(binary.AppendUvarint(nil, n), segments...))
}

// producer is the version of Go that a "producers" section names (WebAssembly tool conventions), or nothing.
func producer(s section) string {
	r := &reader{data: s.body, base: s.at}
	if string(r.take(r.u32())) != "producers" {
		return ""
	}
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		field := string(r.take(r.u32()))
		for m := r.u32(); m > 0 && r.err == nil; m-- {
			name, version := string(r.take(r.u32())), string(r.take(r.u32()))
			if field == "language" && name == "Go" {
				return version
			}
		}
	}
	return ""
}

func skipZeros(mem []byte, at int) int {
	for at < len(mem) && mem[at] == 0 {
		at++
	}
	return at
}

func appendSection(out []byte, id byte, body []byte) []byte {
	return append(binary.AppendUvarint(append(out, id), uint64(len(body))), body...)
}

func appendS32(out []byte, v int32) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(out, c)
		}
		out = append(out, c|0x80)
	}
}
