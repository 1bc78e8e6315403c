package world_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

func TestNamesLinksAndSizesAreChangedOverNFSv3(t *testing.T) {
	l := run(t, alone(t, "mount mountport=20048; create a; write a 1 100; rename a b; getattr b; link b c; remove b; getattr c; symlink c s; readlink s; chmod c; truncate c 10; readlink c"), 42)
	status := map[string][]int64{}
	procs := map[[2]int64]string{}
	each(l, func(_ int, e *trace.Event) {
		id := [2]int64{e.Int("task"), e.Int("client")}
		switch e.Kind {
		case trace.RPCRequest:
			procs[id] = e.Text(l, "proc")
		case trace.RPCTaskEnd:
			status[procs[id]] = append(status[procs[id]], e.Int("status"))
		}
	})
	for _, proc := range []string{"RENAME", "LINK", "SYMLINK", "REMOVE"} {
		require.Equal(t, []int64{0}, status[proc], proc)
	}
	require.Equal(t, []int64{0, 0}, status["SETATTR"])
	require.Equal(t, []int64{0, -22}, status["READLINK"], "a file is no link")
}
