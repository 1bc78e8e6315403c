//go:build js || wasip1

package main

import (
	"sunscope/core/scenario"
	"sunscope/core/world"
)

// run simulates a scenario and returns the events.
func run(text string, seed uint64) ([]byte, error) {
	sc, err := scenario.Decode(text)
	if err != nil {
		return nil, err
	}
	log, err := world.Run(sc, seed)
	if err != nil {
		return nil, err
	}
	var out buffer
	if _, err := log.WriteTo(&out); err != nil {
		return nil, err
	}
	return out, nil
}

// buffer is the writer that bytes.Buffer would be, which is larger.
type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}
