// Command engine is the engine alone as a WebAssembly module, for any host: it takes a scenario in its compact text
// form and a seed, and gives the run's events in the binary form of core/trace.
//
// It exports four functions: the host asks input(n) for a buffer, writes the scenario there, calls simulate(seed), and
// reads outputLen() bytes at output(). simulate returns 0, or 1 if the output is an error's text. Built for wasip1
// (-buildmode=c-shared) it is a reactor, whose start function is _initialize and whose memory is exported as "memory". Built
// for js it is started by Go's wasm_exec.js, go.run(instance), and its memory is "mem"; the seed is a BigInt.
//
// The module is downloaded, so its size counts (tests/size). Functions of the core that stand in many places, and that no
// run spends its time in, are marked go:noinline for that reason: a call is smaller than a copy, and so are its tables.
package main
