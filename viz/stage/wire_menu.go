package stage

import (
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/viz/scene"
)

// wiring adds what can be looked for about the things of the wire's and the server's rooms.
func (m *menuList) wiring() {
	st := m.p.State()
	find := func(text, en, zh string) {
		m.add("find", Args{"text": text}, "find "+en, "查找"+zh)
	}
	switch m.ref.Kind {
	case scene.RefRead:
		rd := st.ReadOf(story.XprtID(m.ref.Num))
		if rd == nil {
			return
		}
		m.add("select", refArgs(scene.Ref{Kind: scene.RefXprt, Num: m.ref.Num}), "select the transport", "选择该传输")
		find("xid:0x"+hex8(rd.XID), "what is about this XID", "与该 XID 有关的事件")
		if rd.Counts[story.ToNobody] > 0 {
			find("xprt_lookup_rqst status<0", "replies that nobody waited for", "没有人等的应答")
		}
	case scene.RefCallback, scene.RefServed:
		find("xid:0x"+hex8(uint32(m.ref.Num)), "what is about this XID", "与该 XID 有关的事件")
	case scene.RefCallbackPool:
		find("call_bc_encode", "answers to callbacks", "对回调的应答")
	case scene.RefBackChannel:
		find("nfsd_cb_state", "changes of the ways back", "反向通路的变化")
		find("nfsd_cb", "all that nfsd says of callbacks", "nfsd 对回调所说的一切")
	case scene.RefSvcXprt:
		for i := range st.SvcXprts {
			x := &st.SvcXprts[i]
			if x.Local == m.ref.Name && strings.HasSuffix(x.Remote, ":"+strconv.FormatInt(m.ref.Num, 10)) {
				find(x.Remote, "what is about this socket", "与该套接字有关的事件")
				return
			}
		}
	}
}

// wireTask is the task that a thing of those rooms belongs to; 0 without.
func wireTask(st *story.State, r scene.Ref) story.TaskID {
	switch r.Kind {
	case scene.RefRead:
		if rd := st.ReadOf(story.XprtID(r.Num)); rd != nil {
			return rd.Task
		}
	case scene.RefCallback:
		for i := range st.Callbacks {
			if c := &st.Callbacks[i]; int64(c.XID) == r.Num {
				return c.Task
			}
		}
	case scene.RefServed:
		for i := range st.Served {
			if s := &st.Served[i]; int64(s.XID) == r.Num {
				return s.Task
			}
		}
	}
	return 0
}

// hex8 is an XID as events print it.
func hex8(v uint32) string {
	s := strconv.FormatUint(uint64(v), 16)
	return "00000000"[len(s):] + s
}
