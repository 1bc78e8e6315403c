// Package build makes the viewer's WebAssembly module for the server, once.
//
// [Builder.Viewer] computes a stamp of everything that goes into the module (go.mod, go.sum, the sources of the viewer and of
// every package of this project that it depends on, the Go version, the build flags, what package slim does to it), and builds only if the cache folder
// has no module with that stamp. What the cache holds is complete: files get their names when they are finished.
//
// A [Module] is served in the smallest form that a browser takes and that exists: plain and gzip at once, brotli after
// [Module.Compress] has run, which the server does in the background because it takes long.
package build
