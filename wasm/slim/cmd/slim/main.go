// Command slim writes a slim copy of a WebAssembly module of Go 1.26, for a page or a host of one's own:
//
//	GOOS=js GOARCH=wasm go build -trimpath -ldflags='-s -w' -o engine.wasm ./wasm/engine
//	go run ./wasm/slim/cmd/slim engine.wasm small.wasm
package main

import (
	"fmt"
	"os"

	"sunscope/wasm/slim"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./wasm/slim/cmd/slim MODULE.wasm SLIM.wasm")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "slim:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	module, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	small, err := slim.Slim(module)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, small, 0o644)
}
