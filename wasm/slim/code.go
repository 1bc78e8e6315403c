package slim

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// functionBase is what the runtime's number of a function is above its place in the code section (funcValueOffset in cmd/link).
const functionBase = 0x1000

// Bodies in place of those that no page needs. A Go function has its return address on Go's own stack, whose pointer is global
// 0: whoever returns takes it off, and says by 0 that the goroutine goes on. One that nobody can call any more has no body.
var (
	returns = []byte{0, 0x23, 0, 0x41, 8, 0x6a, 0x24, 0, 0x41, 0, 0x0b} // SP += 8; return 0
	absent  = []byte{0, 0, 0x0b}                                        // unreachable
)

// quiet are functions of the runtime without results that only print: on the way down, or when GODEBUG asks for it.
var quiet = map[string]bool{
	"runtime.traceback1": true, "runtime.tracebackothers": true, "runtime.tracebacksomeothers": true, "runtime.goroutineheader": true,
	"runtime.printArgs": true, "runtime.printAncestorTraceback": true, "runtime.printAncestorTracebackFuncInfo": true,
	"runtime.printCgoTraceback": true, "runtime.tracebackHexdump": true, "runtime.hexdumpWords": true, "runtime.gcDumpObject": true,
	"runtime.dumpgstatus": true, "runtime.schedtrace": true, "runtime.printScavTrace": true, "runtime.checkFinalizersAndCleanups": true,
}

// underQuiet are called by those alone.
var underQuiet = []string{
	"runtime.traceback2", "runtime.traceback1.func", "runtime.tracebacksomeothers.func", "runtime.tracebackHexdump.func",
	"runtime.printOneCgoTraceback", "runtime.printCgoTraceback.func", "runtime.(*hexdumper).", "runtime.schedtrace.func",
	"runtime.checkFinalizersAndCleanups.func",
}

// tracing are functions that are called only while the execution tracer is on, and it is turned on by runtime/trace alone.
var tracing = []string{
	"runtime.traceLocker.", "runtime.traceAdvance", "runtime.traceReadCPU", "runtime.traceStopReadCPU", "runtime.traceCPUFlush",
	"runtime.traceSyncBatch", "runtime.traceWriter.", "runtime.traceEventWriter.", "runtime.traceBufFlush", "runtime.(*traceBuf).",
	"runtime.traceStack", "runtime.(*traceStackTable).", "runtime.(*traceStringTable).", "runtime.(*traceTypeTable).",
	"runtime.(*traceMap).", "runtime.(*traceRegionAlloc).", "runtime.makeTraceFrame", "runtime.traceRegisterLabels",
	"runtime.traceThreadDestroy", "runtime.traceReader", "runtime.dumpStacksRec", "runtime.dumpTypesRec",
}

func anyPrefix(name string, all []string) bool {
	for _, p := range all {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// bodies says which functions of the code section get which body, by their place there.
func (t *tables) bodies() map[int][]byte {
	traced := false
	for _, r := range t.records {
		traced = traced || strings.HasPrefix(r.name, "runtime/trace.") || r.name == "runtime.StartTrace"
	}
	all := map[int][]byte{}
	for _, r := range t.records {
		at := t.text>>16 - functionBase + int(t.word(r.at))
		switch {
		case quiet[r.name]:
			all[at] = returns
		case anyPrefix(r.name, underQuiet), !traced && r.name != "runtime.traceLocker.ok" && anyPrefix(r.name, tracing):
			all[at] = absent
		}
	}
	return all
}

// appendCode writes the code section with some bodies replaced.
func appendCode(out []byte, s section, instead map[int][]byte) ([]byte, error) {
	r := &reader{data: s.body, base: s.at}
	n := r.u32()
	body := binary.AppendUvarint(nil, n)
	for i := range int(n) {
		code := r.take(r.u32())
		if r.err != nil {
			return nil, r.err
		}
		if b, ok := instead[i]; ok {
			code = b
			delete(instead, i)
		}
		body = append(binary.AppendUvarint(body, uint64(len(code))), code...)
	}
	if len(instead) > 0 || r.at != len(s.body) {
		return nil, fmt.Errorf("offset %d: %d functions, of which %d are not there, and %d more bytes", s.at, n, len(instead), len(s.body)-r.at)
	}
	return appendSection(out, sectionCode, body), nil
}

// The table by which the runtime finds the function of a PC (runtime.findfuncbucket): a first function for each 4 KiB, which a
// search upwards begins with.
const (
	bucket  = 20
	already = 16 // functions that begin at the same one: the search is that much longer, and the table that much emptier
)

// cutFind lets the searches begin earlier.
func (t *tables) cutFind() error {
	last := uint32(0)
	for at := t.find; at+bucket <= t.findEnd; at += bucket {
		i := t.word(at)
		if i < last || int(i) >= len(t.records) {
			return fmt.Errorf("address %d: the search for a function begins with %d, after %d of %d", at, i, last, len(t.records))
		}
		last = i
		t.put(at, i-i%already)
	}
	return nil
}
