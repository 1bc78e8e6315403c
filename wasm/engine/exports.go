//go:build js || wasip1

package main

import "unsafe"

// The buffers that the host writes to and reads from. They are the module's whole state.
var in, out []byte

//go:wasmexport input
func input(n uint32) unsafe.Pointer {
	in = make([]byte, n)
	return unsafe.Pointer(unsafe.SliceData(in))
}

//go:wasmexport simulate
func exportRun(seed uint64) int32 {
	events, err := run(string(in), seed)
	if err != nil {
		out = []byte(err.Error())
		return 1
	}
	out = events
	return 0
}

//go:wasmexport output
func output() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(out)) }

//go:wasmexport outputLen
func outputLen() uint32 { return uint32(len(out)) }
