package scenario

import (
	"errors"
	"strconv"

	"sunscope/core/time"
)

// checkThreads reads a fault of the server's threads: slow TIME, upcall TIME or dead THREADS.
func checkThreads(words []string) error {
	n, want := 0, "a time such as 2s"
	if words[0] == "dead" {
		want = "a number of threads from 1 to 64"
	}
	switch {
	case len(words) != 2:
		return errors.New("expected " + want + " after " + words[0])
	case words[0] == "dead" && within(&n, words[1], 1, 64):
		return nil
	case words[0] != "dead":
		if d, err := time.ParseDuration(words[1]); err == nil && d >= 0 {
			return nil
		}
	}
	return errors.New(strconv.Quote(words[1]) + ": expected " + want + " after " + words[0])
}
