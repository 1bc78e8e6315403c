package main

import (
	"strconv"
	"syscall/js"
)

func main() {
	js.Global().Set("sunscopeEngine", map[string]any{"run": js.FuncOf(jsRun)})
	select {}
}

// jsRun is run(scenario, seed): it returns {events} or {error}, because a Go function cannot throw.
func jsRun(_ js.Value, args []js.Value) any {
	if len(args) != 2 || args[0].Type() != js.TypeString || args[1].Type() != js.TypeString {
		return map[string]any{"error": "run(scenario, seed): expected the scenario's text, and the seed as a decimal string"}
	}
	seed, err := strconv.ParseUint(args[1].String(), 10, 64)
	if err != nil {
		return map[string]any{"error": "run(scenario, seed): the seed must be a whole number of at most 64 bits"}
	}
	events, err := run(args[0].String(), seed)
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	a := js.Global().Get("Uint8Array").New(len(events))
	js.CopyBytesToJS(a, events)
	return map[string]any{"events": a}
}
