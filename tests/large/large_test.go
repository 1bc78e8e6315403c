package large

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/trace"
)

func TestALongLogHasSoManyEventsAndItsTasksEnd(t *testing.T) {
	log, err := Long(30_000)
	require.NoError(t, err)
	require.Equal(t, 30_000, log.Len())
	s := story.New(log)
	require.True(t, s.Recording())
	ended := 0
	for _, l := range s.Lanes() {
		if l.Ended {
			ended++
		}
	}
	require.Greater(t, ended, 400)
	require.LessOrEqual(t, len(s.Lanes())-ended, readers+1, "only those of the last round are alive")
	var e trace.Event
	xids := map[uint32]int{}
	for i := range log.Len() {
		require.True(t, i == 0 || log.TimeAt(i) >= log.TimeAt(i-1))
		if log.KindAt(i) == trace.XprtReserve {
			log.At(i, &e)
			xid, _ := e.XID()
			xids[xid]++
			require.Equal(t, 1, xids[xid], "each call has an xid of its own")
		}
	}
	require.LessOrEqual(t, s.MostLive(0, s.Len()), readers+1)
	require.GreaterOrEqual(t, s.MostLive(0, s.Len()), readers)
}

func TestABusyRunHasSoManyTasksAliveAtOnce(t *testing.T) {
	for _, tasks := range []int{100, 2500} {
		log, err := Busy(tasks)
		require.NoError(t, err)
		alive := 0
		for _, task := range story.New(log).At(log.Len() - 1).Tasks {
			if !task.Finished {
				alive++
			}
		}
		require.GreaterOrEqual(t, alive, tasks)
		require.Less(t, alive, tasks+crowd)
	}
}
