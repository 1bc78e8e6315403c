package story

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
)

func marked(s *Story) (kinds []MarkerKind) {
	for _, m := range s.Markers() {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

func TestAConnectionThatBreaksAndACallThatIsSentAgainAreMarked(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc")
	n := len(marked(s.story()))
	s.by("dd-11", "xprt_disconnect_force: peer=[10.99.1.1]:2049 state=LOCKED|CONNECTED|BOUND")
	s.by("dd-11", "xprt_retransmit: task:"+task1+" xid=0x01aabbcc nfsv3 NULL ntrans=2 timeout=60000")
	s.by("dd-11", "rpc_timeout_status: task:"+task1+" status=-110")
	story := s.story()
	require.Equal(t, []MarkerKind{MarkDisconnect, MarkRetransmit, MarkTimeout}, marked(story)[n:])
	last := story.Markers()[len(story.Markers())-1]
	require.Equal(t, TaskID(1), last.Task)
	require.Equal(t, int32(story.Len()-1), last.Ord)
	require.Equal(t, []TickKind{TickRetrans}, []TickKind{story.Lane(1).Ticks[0].Kind})
	require.NotZero(t, story.Seen().Marks[MarkTimeout])
	require.Zero(t, story.Seen().Marks[MarkCallback])
}

func TestEveryRetransmissionOfARecordingIsAMarkerAndATick(t *testing.T) {
	log := recording(t, "07-reconnect")
	s := New(log)
	events, marks, ticks := 0, 0, 0
	for i := range log.Len() {
		if log.KindAt(i) == trace.XprtRetransmit {
			events++
		}
	}
	for i, m := range s.Markers() {
		if m.Kind == MarkRetransmit {
			marks++
		}
		require.Equal(t, log.TimeAt(int(m.Ord)), m.Time)
		require.NotZero(t, s.MarkersIn(i, i+1)&(1<<m.Kind))
	}
	for i := range s.Lanes() {
		for _, k := range s.Lanes()[i].Ticks {
			if k.Kind == TickRetrans {
				ticks++
			}
		}
	}
	require.Positive(t, events)
	require.Equal(t, events, marks)
	require.Equal(t, events, ticks)
}

func TestNextAndPreviousMarkersAreThoseAround(t *testing.T) {
	s := New(recording(t, "07-reconnect"))
	all := uint16(1<<MarkerKinds - 1)
	seen := 0
	for i := s.NextMarker(-1, 1, all); i >= 0; i = s.NextMarker(int(s.Markers()[i].Ord), 1, all) {
		require.Equal(t, seen, i)
		if seen > 0 {
			require.Equal(t, seen-1, s.NextMarker(int(s.Markers()[i].Ord), -1, all))
		}
		seen++
	}
	require.Equal(t, len(s.Markers()), seen)
	i := s.NextMarker(s.Len(), -1, 1<<MarkRetransmit)
	require.Equal(t, MarkRetransmit, s.Markers()[i].Kind)
}

func TestTheLanesOfAWindowAreThoseThatAreAliveInIt(t *testing.T) {
	s := New(recording(t, "06-slot-contention"))
	log, lanes := s.Log(), s.Lanes()
	for i := 0; i+500 < s.Len(); i += 1733 {
		begin, end := log.TimeAt(i), log.TimeAt(i+500)
		var want, got, back []TaskID
		for k := range lanes {
			if lanes[k].Start <= end && (!lanes[k].Ended || lanes[k].End >= begin) {
				want = append(want, lanes[k].Task)
			}
		}
		for id := s.NextLane(1, 1, begin, end); id != 0; id = s.NextLane(id+1, 1, begin, end) {
			got = append(got, id)
		}
		for id := s.NextLane(TaskID(len(lanes)), -1, begin, end); id != 0; id = s.NextLane(id-1, -1, begin, end) {
			back = append([]TaskID{id}, back...)
		}
		require.Equal(t, want, got)
		require.Equal(t, want, back)
	}
}

func TestSoManyTasksWereAliveAsTheStatesHold(t *testing.T) {
	s := New(recording(t, "06-slot-contention"))
	most := 0
	for i := 9000; i < 9400; i++ {
		n := 0
		for _, task := range s.At(i).Tasks {
			if !task.Finished {
				n++
			}
		}
		most = max(most, n)
		require.LessOrEqual(t, n, s.MostLive(i, i+1))
	}
	require.Positive(t, most)
	require.InDelta(t, most, s.MostLive(9000, 9400), 1, "counted in blocks")
}

func TestAWriteLocksLaneHoldsOneOwnerAfterAnother(t *testing.T) {
	s := New(recording(t, "06-slot-contention"))
	spans, n := s.LockSpans(), 0
	for _, l := range s.LockLanes() {
		was := time.Duration(0)
		for _, i := range l.Spans {
			require.Equal(t, l.Xprt, spans[i].Xprt)
			require.GreaterOrEqual(t, spans[i].Start, was)
			was = spans[i].End
			n++
		}
	}
	require.Equal(t, len(spans), n)
	require.Positive(t, n)
}

func TestPacketsAreFoundByDirectionAndTime(t *testing.T) {
	s := New(recording(t, "07-reconnect"))
	n, again := 0, 0
	for _, dir := range []Direction{ToServer, ToClient} {
		w := s.Ways(dir)
		for i := range w.Len() {
			p := w.At(i)
			require.Equal(t, dir, p.Dir)
			require.NotZero(t, w.Kinds(i, i+1)&(1<<p.Class()))
			require.LessOrEqual(t, w.From(p.Start), i)
			if p.Retrans {
				again++
			}
		}
		n += w.Len()
	}
	require.Equal(t, len(s.WireSpans()), n)
	require.Positive(t, again)
	require.GreaterOrEqual(t, s.Ways(ToServer).First(0, 1<<WireRetrans), 0)
}
