package procfs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/procfs"
	"sunscope/core/story"
)

// shown is everything that the files show at a moment.
func shown(m *procfs.Moment) string {
	return m.Client() + m.NFSD() + m.MountStats() + m.Clients() + m.Transports()
}

func TestAWatchTellsAtAnyInstantWhatCountingFromTheBeginningTells(t *testing.T) {
	for _, folder := range []string{"07-reconnect", "02-mount-udp-loss", "12-server-restart", "20-rpc-error-replies", "05-v40-callback"} {
		log := read(t, recordings+folder).Log
		s := story.New(log)
		w := procfs.NewWatch(story.New(log))
		for w.Counted() < log.Len() {
			was := w.Counted()
			done := w.Read(1000)
			require.LessOrEqual(t, w.Counted(), was+1000)
			require.Equal(t, w.Counted() == log.Len(), done)
		}
		n := log.Len()
		for _, ord := range []int{n - 1, n / 2, 0, n / 3, n / 3 * 2, -1, n/2 + 1} {
			now := log.TimeAt(max(ord, 0))
			require.Equal(t, shown(procfs.At(s, ord, now)), shown(w.At(ord, now)), "%s after event %d", folder, ord)
		}
	}
}

func TestAWatchLeavesTheStorysStateAlone(t *testing.T) {
	s := story.New(read(t, recordings+"06-slot-contention").Log)
	st := s.At(9000)
	at, tasks := st.Instant, len(st.Tasks)
	procfs.NewWatch(s).Read(2000)
	require.Equal(t, at, st.Instant)
	require.Len(t, st.Tasks, tasks)
	require.Equal(t, at, s.At(9000).Instant)
}

// What a moment costs does not grow with the recording: it looks numbers up.
func BenchmarkAMomentOfALongRecording(b *testing.B) {
	log := read(b, recordings+"06-slot-contention").Log
	s := story.New(log)
	w := procfs.NewWatch(s)
	w.Read(log.Len())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		ord := 9000 + i%50
		shown(w.At(ord, log.TimeAt(ord)))
	}
}
