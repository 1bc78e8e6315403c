package main

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
)

func TestCheckAcceptsWhatRunPrints(t *testing.T) {
	for _, name := range yaml.Builtins() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, seed := range []int{42, 1, 2, 3} {
				status, text, errs := rpctrace("", "run", "-seed", strconv.Itoa(seed), name)
				require.Zero(t, status, errs)
				status, out, errs := rpctrace(text, "check", "-")
				require.Zero(t, status, "seed %d: %s%s", seed, out, errs)
			}
		})
	}
}
