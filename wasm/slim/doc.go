// Package slim makes a WebAssembly module of Go 1.26 smaller for its way to a browser: by a quarter, as brotli.
//
// The linker puts into every module what the runtime needs to print a stack trace: the name of each function, also of
// each inlined one, the source file and the line of each instruction, which calls were inlined where, and where the
// arguments lie. In a page nobody reads stack traces. It also leaves out every run of eight zeros from the data, which makes
// the module smaller and the compressed module larger: each gap costs an address, which no compressor can guess, and zeros
// cost nothing.
//
// [Slim] puts the data together as the module's memory would hold them, finds the pclntab (runtime.pcHeader, with the magic of
// Go 1.20 and later) and the runtime.moduledata that points to it, writes zeros where only traces look, and writes the data
// again with few gaps. Nothing moves: no address and no instruction of the module changes.
//
// Functions of the runtime that only print traces, or that run only while runtime/trace records, lose their bodies (code.go).
//
// What is lost: a panic that nobody recovers is reported by its message alone, without a trace; runtime.Stack says nothing;
// runtime.Caller and Callers count physical frames only, and say "?" for a file; log's Lshortfile too. Builder.Names of
// server/build, or -names of the server, keeps everything.
//
// What stays, because a running program reads it: the stack maps of the garbage collector, stack objects, the depth of each frame
// (pcsp), deferred calls, and the few names that the runtime compares or takes apart (names.go). recover asks how many
// functions lie between it and the panic (runtime.gorecover), wrappers not counted; since no function that calls recover is
// inlined, inlined calls matter there only in wrappers, and theirs stay. Go on wasm is never preempted between two
// instructions, so that nobody asks where that would be unsafe.
//
// A module of another Go version, or one whose tables do not fit together, is refused with what was found and what was
// expected. Builders then serve it as it is and say so.
//
// Rejected: cmd/link has no flag for this (-s -w drop only DWARF and wasm's own name section); wasm-opt knows nothing of Go's
// tables; TinyGo compiles neither the viewer nor all of the engine.
package slim
