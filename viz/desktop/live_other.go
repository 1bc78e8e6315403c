//go:build !linux

package main

import "errors"

func (l *live) run() error {
	return errors.New("-live: only Linux has the sockets that it uses; -open - shows what comes through a pipe")
}
