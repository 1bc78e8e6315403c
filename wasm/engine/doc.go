// Command engine is the engine alone as a WebAssembly module, for any host: it takes a scenario in its compact text
// form and a seed, and gives the run's events in the binary form of core/trace.
//
// Built for js it sets globalThis.sunscopeEngine with one function, run(scenario, seed): the seed is a decimal string, and it returns {events: Uint8Array}
// or {error: one line}. Built for wasip1 (-buildmode=c-shared, a reactor whose start function is _initialize)
// it exports the same in pieces: the host asks input(n) for a buffer, writes the scenario there, calls run(seed), and
// reads outputLen() bytes at output(). run returns 0, or 1 if the output is an error's text.
//
// The module is downloaded, so its size counts (tests/size). Functions of the core that stand in many places, and that no
// run spends its time in, are marked go:noinline for that reason: a call is smaller than a copy, and so are its tables.
package main
