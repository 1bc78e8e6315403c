package stage

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestASnapshotReturnsToTheMomentInAnotherPlayer(t *testing.T) {
	p := predicting(t)
	do(t, p, "theme", "value=projector")
	do(t, p, "lang", "value=zh")
	do(t, p, "motion", "value=reduced")
	do(t, p, "speed", "value=max")
	do(t, p, "answer", "id=next", "choice=read[2]")
	do(t, p, "select", "kind=queue", "name=RPCSEC_GSS upcall waitq & more=%")
	do(t, p, "end")
	do(t, p, "seek", "time=1000007000")
	do(t, p, "zoom", "by=4")
	snap := p.Snapshot()
	require.Regexp(t, `^[!-~]+$`, snap, "printable, without a space")

	q := predicting(t)
	require.NoError(t, q.Restore(snap))
	require.Equal(t, snap, q.Snapshot())
	require.Equal(t, p.Time(), q.Time())
	require.Equal(t, p.Selected(), q.Selected())
	require.Nil(t, q.openBetween(-1, q.Story().Len()), "the answer came along")
}

func TestARestoredMomentIsPaused(t *testing.T) {
	p := playerOf(t)
	do(t, p, "play")
	p.Advance(50 * time.Millisecond)
	snap := p.Snapshot()
	require.NoError(t, p.Restore(snap))
	require.False(t, p.Playing())
}

func TestABadSnapshotIsRefusedAndNothingChanges(t *testing.T) {
	good := playerOf(t).Snapshot()
	for name, bad := range map[string]string{
		"empty":           "",
		"other version":   strings.Replace(good, "v=1", "v=2", 1),
		"no number":       strings.Replace(good, "instant=-1", "instant=x", 1),
		"no speed":        strings.Replace(good, "speed=", "spend=", 1),
		"no theme":        strings.Replace(good, "theme=light", "theme=beige", 1),
		"another length":  strings.Replace(good, "count=", "count=9", 1),
		"another run":     strings.Replace(good, "source=simulation", "source=recording", 1),
		"a strange kind":  strings.Replace(good, "source=simulation", "source=dream", 1),
		"broken escape":   good + "&name=%4",
		"cut in the half": good[:len(good)/2],
	} {
		p := playerOf(t)
		do(t, p, "seek", "instant=4")
		before := p.Snapshot()
		err := p.Restore(bad)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, before, p.Snapshot(), name)
	}
}

func FuzzRestoreNeverPanics(f *testing.F) {
	f.Add(playerOf(f).Snapshot())
	f.Add("v=1&answer=a,b")
	f.Fuzz(func(t *testing.T, text string) {
		p := playerOf(t)
		if p.Restore(text) == nil {
			require.GreaterOrEqual(t, p.Instant(), -1)
			require.Less(t, p.Instant(), p.Story().Len())
		}
	})
}
