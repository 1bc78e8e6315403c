package procfs_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/procfs"
	"sunscope/core/story"
	"sunscope/core/trace"
)

// lineOf is the line of the task that event i is about, as debugfs shows it just before; ok is false if it has none.
func lineOf(s *story.Story, i int, e *trace.Event) (line procfs.Task, ok bool) {
	pid, clid, _ := e.Task()
	for _, t := range procfs.Tasks(s.Log(), s.At(i-1), e.Time) {
		if t.PID == pid && t.Clid == clid && t.Queue != "none" {
			return t, true
		}
	}
	return line, false
}

// stateAfter is the state that a task runs next after event i; "" if it runs none.
func stateAfter(s *story.Story, i int) string {
	id := s.TaskAt(i)
	var e trace.Event
	for {
		j, ok := s.TaskStep(id, i, 1)
		if !ok {
			return ""
		}
		s.Log().At(j, &e)
		if name := e.Text(s.Log(), "action"); name != "" {
			if _, is := fsm.StateNamed(name); is { // and no callback of its sleep
				return name
			}
		}
		i = j
	}
}

// Snapshots are few. But what each task of a recording did when it woke says what debugfs would have shown while it slept.
func TestWhatASleepingTaskDoesNextIsShownWhileItSleeps(t *testing.T) {
	folders, err := filepath.Glob(recordings + "[0-9]*")
	require.NoError(t, err)
	sleeps, killed := 0, map[string]int{}
	for _, folder := range folders {
		s := story.New(read(t, folder).Log)
		var e trace.Event
		for i := 1; i < s.Len(); i++ {
			if s.Log().KindAt(i) != trace.RPCTaskWakeup {
				continue
			}
			s.Log().At(i, &e)
			line, ok := lineOf(s, i, &e)
			if !ok {
				continue
			}
			sleeps++
			require.Equal(t, trace.TaskFlags(e.Int("flags")), line.Flags, "%s, event %d: %v", folder, i, line)
			if next := stateAfter(s, i); next == "rpc_exit_task" && line.Action != next {
				killed[filepath.Base(folder)]++ // in its sleep: no event tells before
			} else {
				require.Equal(t, next, line.Action, "%s, event %d: %v", folder, i, line)
			}
		}
	}
	require.Greater(t, sleeps, 3000)
	require.Equal(t, map[string]int{"11-signal-kill": 8, "22-conn-close-loop": 2, "24-killall": 40}, killed)
}
