package stage

import (
	"sunscope/core/fsm"
	"sunscope/core/story"
)

// levelKind is what a word says of the state: one of levelNames, or the length of a queue, or the tasks in a state.
type levelKind uint8

const (
	levelTasks levelKind = iota
	levelPackets
	levelEvents
	levelCalls
	levelRetrans
	levelRefresh
	levelSlots
	levelMaxSlots
	levelCwnd
	levelCong
	levelSends
	levelRecvs
	levelBadXIDs
	levelCount
	levelQueue
	levelState
)

// levelNames are the counters: live tasks, packets on their way, events; those of /proc/net/rpc; and of a transport, its
// slots in use and their most, congestion window, sends, receives, replies that nobody waited for.
var levelNames = [levelCount]string{"tasks", "packets", "events", "rpc_cnt", "rpc_retrans", "rpc_authrefresh", "slots", "max_slots", "cwnd",
	"cong", "sends", "recvs", "bad_xids"}

// level is a word that speaks of the state.
type level struct {
	what  levelKind
	name  string
	state fsm.State
	op    op
	num   int64
}

// holds reports whether the word is true of a state. What nobody knows is true of nothing.
func (l *level) holds(st *story.State) bool {
	if l.what >= levelSlots && l.what <= levelBadXIDs {
		for i := range st.Xprts {
			if n, ok := l.ofXprt(&st.Xprts[i]); ok && l.op.holds(n, l.num) {
				return true
			}
		}
		return false
	}
	return l.op.holds(l.of(st), l.num)
}

func (l *level) of(st *story.State) int64 {
	switch l.what {
	case levelPackets:
		return int64(len(st.Packets))
	case levelEvents:
		return int64(st.Counters.Events)
	case levelCalls:
		return int64(st.Counters.RPCCnt)
	case levelRetrans:
		return int64(st.Counters.RPCRetrans)
	case levelRefresh:
		return int64(st.Counters.RPCAuthRefresh)
	}
	n := int64(0)
	for i := range st.Tasks {
		t := &st.Tasks[i]
		switch {
		case t.Finished:
		case l.what == levelTasks,
			l.what == levelQueue && t.Asleep && string(t.Queue) == l.name,
			l.what == levelState && t.Action == l.state:
			n++
		}
	}
	return n
}

func (l *level) ofXprt(x *story.Xprt) (n int64, known bool) {
	switch l.what {
	case levelSlots:
		for i := range x.Slots {
			if x.Slots[i].Task != 0 {
				n++
			}
		}
		return n, true
	case levelMaxSlots:
		return int64(x.MaxSlots.Value), x.MaxSlots.How != story.Unknown
	case levelCwnd:
		return int64(x.Cwnd.Value), x.Cwnd.How != story.Unknown
	case levelCong:
		return int64(x.Cong.Value), x.Cong.How != story.Unknown
	case levelSends:
		return int64(x.Sends), true
	case levelRecvs:
		return int64(x.Recvs), true
	}
	return int64(x.BadXIDs), true
}
