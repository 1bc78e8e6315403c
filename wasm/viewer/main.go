//go:build js

// The viewer is the stage as a WebAssembly module, for an iframe of a page. It shows an empty stage until the page around
// it says what to play, and fetches nothing; viz/stage/bridge.go is the contract between the two.
package main

import "sunscope/viz/stage"

func main() {
	if err := stage.RunInPage(stage.NewPlayer()); err != nil {
		panic(err)
	}
}
