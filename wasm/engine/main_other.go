//go:build !js && !wasip1

package main

import (
	"fmt"
	"os"
)

// A machine's own processor has no use for a module: rpctrace run is the same engine as a program.
func main() {
	fmt.Fprintln(os.Stderr, "engine: this is a WebAssembly module: build it with GOOS=js or GOOS=wasip1 and GOARCH=wasm; here, use rpctrace run")
	os.Exit(2)
}
