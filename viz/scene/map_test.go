package scene

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
)

// maps are the map at the sizes that it can have.
func maps() map[string]geometry {
	return map[string]geometry{
		"wide":            plan(box{24, 44, 628, 300}, false),
		"wide, low":       plan(box{24, 44, 600, wideMapMin}, false),
		"wide, high":      plan(box{24, 44, 900, 600}, false),
		"narrow":          plan(box{24, 44, 342, narrowMapMin}, true),
		"narrow, smaller": plan(box{24, 44, 312, narrowMapMin}, true),
		"narrow, high":    plan(box{24, 44, 540, 640}, true),
	}
}

func TestEveryStateHasAPlaceOfItsOwnOnTheMap(t *testing.T) {
	for name, g := range maps() {
		for s := fsm.RPCPrepareTask; s < fsm.StateCount; s++ {
			b := g.at[s].box()
			require.Falsef(t, b.empty(), "%s: %s has no place", name, s)
			require.GreaterOrEqualf(t, b.x, g.area.x-1, "%s: %s", name, s)
			require.LessOrEqualf(t, b.right(), g.area.right()+1, "%s: %s", name, s)
			require.LessOrEqualf(t, b.bottom(), g.area.bottom(), "%s: %s", name, s)
			for z := fsm.RPCPrepareTask; z < s; z++ {
				require.Falsef(t, overlapsAny([]box{g.at[z].box()}, b), "%s: %s and %s", name, z, s)
			}
		}
	}
}

func TestEveryEdgeOfTheTableLeadsFromItsStateToItsState(t *testing.T) {
	for name, g := range maps() {
		for _, e := range edges() {
			rt := g.route(e.from, e.to)
			require.GreaterOrEqual(t, rt.n, 2)
			if rt.grade == hidden {
				continue
			}
			near := func(p Point, s *station) bool {
				b := s.box().inset(-4)
				return p.X >= b.x && p.X <= b.right() && p.Y >= b.y && p.Y <= b.bottom()
			}
			require.Truef(t, near(rt.pts[0], &g.at[e.from]), "%s: %s → %s begins elsewhere", name, e.from, e.to)
			require.Truef(t, near(rt.pts[rt.n-1], &g.at[e.to]), "%s: %s → %s ends elsewhere", name, e.from, e.to)
		}
	}
}

// The way of a call that meets no trouble is drawn as one line, without a gap.
func TestTheMainLineIsTheWayOfACallWithoutTrouble(t *testing.T) {
	walk := []fsm.State{
		fsm.RPCPrepareTask, fsm.CallStart, fsm.CallReserve, fsm.CallReserveResult, fsm.CallRefresh, fsm.CallRefreshResult, fsm.CallAllocate,
		fsm.CallEncode, fsm.CallTransmit, fsm.CallTransmitStatus, fsm.CallStatus, fsm.CallDecode, fsm.RPCExitTask,
	}
	for name, g := range maps() {
		main := map[edge]bool{}
		for _, e := range edges() {
			if rt := g.route(e.from, e.to); rt.grade == mainLine {
				main[e] = true
			}
		}
		for i := range walk[1:] {
			e := edge{walk[i], walk[i+1]}
			require.Truef(t, main[e], "%s: %s → %s", name, e.from, e.to)
			delete(main, e)
		}
		require.Emptyf(t, main, "%s: more on the main line than that", name)
	}
}

func TestARailIsDrawnOnlyForAnEdgeOfTheTable(t *testing.T) {
	s := simulated(t, 8)
	l := at(s, 100, 1060, 900, "en")
	rails := 0
	for _, it := range l.Back {
		if it.Op == OpLine && (it.Stroke == Rail || it.Stroke == RailThin || it.Stroke == Retrans) {
			rails++
		}
	}
	g := plan(box{0, 0, 600, 300}, false)
	want := 0
	for _, e := range edges() {
		if rt := g.route(e.from, e.to); rt.grade != hidden {
			want++
		}
	}
	require.Equal(t, want, rails)
}

func TestTheEdgeTakenLastIsLit(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "rpc_task_run_action action=call_refresh item=read[1]")
	lit := func(i int) (n int) {
		for _, it := range at(s, i, 1060, 900, "en").Front {
			if it.Op == OpLine && it.Stroke == RailLit {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, lit(i))
	require.Equal(t, 0, lit(-1), "nothing was taken yet")

	g := plan(divide(&View{W: 1060, H: 900}).stateMap, false)
	rt := g.route(fsm.CallReserveResult, fsm.CallRefresh)
	for _, it := range at(s, i, 1060, 900, "en").Front {
		if it.Op == OpLine && it.Stroke == RailLit {
			require.Equal(t, rt.path(), it.Pts)
		}
	}
}

func overlapsAny(taken []box, r box) bool {
	for _, t := range taken {
		if r.x < t.right()+2 && t.x < r.right()+2 && r.y < t.bottom() && t.y < r.bottom() {
			return true
		}
	}
	return false
}

func TestNewTasksStandClearOfTheNameOfTheBackChannel(t *testing.T) {
	for h := float32(wideMapMin); h < 400; h += 5 {
		g := plan(box{24, 44, 612, h}, false)
		require.GreaterOrEqual(t, g.fresh.h, float32(pillHeight))
		require.LessOrEqual(t, g.fresh.y+pillHeight, g.caption.Y-2*small, "a map %v high", h)
	}
}
