//go:build !linux

package main

import "io"

func (c *calling) run(_, errs io.Writer) int {
	return usageError(errs, "call: real sockets work on Linux only")
}

func (s *serving) run(_, errs io.Writer) int {
	return usageError(errs, "serve: real sockets work on Linux only")
}
