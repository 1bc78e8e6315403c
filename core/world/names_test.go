package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
)

// The same script over each version: the names that are there in the end, and no call that failed.
func TestNamesAreTheSameOverEachVersionOfNFS(t *testing.T) {
	for _, vers := range []string{"3", "4.0", "4.1"} {
		sc, err := yaml.Builtin("v41-mount-basic")
		require.NoError(t, err)
		sc.Processes = nil
		for _, kv := range [][2]string{{"mount.vers", vers}, {"process.1.name", "sh"}, {"process.1.do",
			"create a; write a 1 100; close a; mkdir d; rename a d/b; link d/b c; symlink d/b s; readlink s; chmod c; truncate d/b 10; readdir d; getattr c; remove d/b; rmdir d"}} {
			require.NoError(t, sc.Set(kv[0], kv[1]))
		}
		w, err := New(sc, 42)
		require.NoError(t, err)
		w.Watch(func(e *trace.Event) {
			if e.Kind == trace.RPCTaskEnd {
				require.GreaterOrEqual(t, e.Int("status"), int64(0), vers)
			}
		})
		for w.Step() {
		}
		require.NoError(t, w.Err())
		all, status := w.fs.List(w.fs.Handle(export), 0)
		require.Zero(t, status)
		var names []string
		for _, e := range all {
			names = append(names, e.Name)
		}
		require.Subset(t, names, []string{"c", "s"}, vers)
		require.NotContains(t, names, "a")
		require.NotContains(t, names, "d")
		a, _ := w.fs.Stat(w.fs.Handle(export + "/c"))
		require.EqualValues(t, 10, a.Size, vers)
		require.EqualValues(t, 0o600, a.Mode&0o777, vers)
		require.EqualValues(t, 1, a.Nlink, vers)
	}
}
