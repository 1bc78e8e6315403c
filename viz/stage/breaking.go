package stage

import (
	"strconv"

	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

// Break is something that may go wrong with a thing: the argument of the command fault, from which instant on, and words.
type Break struct {
	Do     string
	At     int // before the present instant where the thing must be broken earlier: a packet that has arrived
	En, Zh string
}

// Args are those of the command fault.
func (b Break) Args() Args { return Args{"do": b.Do, "at": strconv.Itoa(b.At)} }

// Faults lists what may go wrong with a thing at the present instant; of nothing, with the whole world. There are none in a
// recording.
func (p *Player) Faults(ref scene.Ref) []Break {
	if p.runs.now == nil || p.story.Len() == 0 {
		return nil
	}
	b := &breaks{p: p, at: max(p.instant, 0)}
	switch ref.Kind {
	case scene.RefPacket:
		b.packet(story.PacketID(ref.Num))
	case scene.RefTask, scene.RefSlot:
		if id := p.brokenTask(ref); id != 0 {
			b.task(id)
		}
	case scene.RefXprt, scene.RefSvcXprt, scene.RefRead:
		b.connection()
	case scene.RefThread:
		b.thread(ref.Num)
	case scene.RefHost:
		b.host(story.HostID(ref.Num))
	case scene.RefBackChannel, scene.RefCallback, scene.RefCallbackPool, scene.RefSession:
		b.callbacks()
	case scene.RefNone, scene.RefTimeline:
		b.world()
	}
	return b.list
}

// breaks puts such a list together.
type breaks struct {
	p    *Player
	at   int
	list []Break
}

func (b *breaks) add(at int, do, en, zh string) {
	b.list = append(b.list, Break{Do: do, At: at, En: en, Zh: zh})
}

// brokenTask is the task that a slot belongs to, or that is meant itself.
func (p *Player) brokenTask(r scene.Ref) story.TaskID {
	if r.Kind == scene.RefTask {
		return story.TaskID(r.Num)
	}
	if x := p.State().Xprt(story.XprtID(r.Num >> 16)); x != nil && int(r.Num&0xffff) < len(x.Slots) {
		return x.Slots[r.Num&0xffff].Task
	}
	return 0
}

// packet is for one on its way; one that has arrived is broken where it set out, in the past.
func (b *breaks) packet(id story.PacketID) {
	spans := b.p.story.WireSpans()
	i := int(id) - 1
	if i < 0 || i >= len(spans) || spans[i].How != story.Observed {
		return
	}
	s, log := &spans[i], b.p.log()
	if s.Kind == "ACK" || s.Kind == "RST" || log.KindAt(int(s.From)) != trace.WireSend {
		return // nobody misses these
	}
	at := b.at
	if at < int(s.From) || !s.Open && at >= int(s.To) {
		at = int(s.From)
	}
	var e trace.Event
	log.At(int(s.From), &e)
	number := "packet " + strconv.FormatInt(e.F[0], 10)
	b.add(at, number+" drop", "lose this packet", "丢弃这个数据包")
	b.add(at, number+" delay 20ms", "delay this packet by 20 ms", "把这个数据包推迟 20 ms")
	b.add(at, number+" delay 500ms", "delay this packet by 500 ms", "把这个数据包推迟 500 ms")
	if log.Text(trace.Str(e.F[3])) == "DGRAM" {
		b.add(at, number+" duplicate", "let this packet arrive twice", "让这个数据包到达两次")
	}
}

// task is for one that is alive: it is signalled, its process is killed, or its call finds no answer.
func (b *breaks) task(id story.TaskID) {
	st := b.p.State()
	for i := range st.Tasks {
		t := &st.Tasks[i]
		if t.ID != id || t.Finished {
			continue
		}
		if t.Clid == trace.NoID {
			return // a task that answers a callback has no client to name it by
		}
		ids := strconv.Itoa(int(t.PID)) + " " + strconv.Itoa(int(t.Clid))
		if t.Clid != trace.NoID { // a back-channel task's client has no number
			b.add(b.at, "signal "+ids, "give this task up (rpc_signal_task): a reply that comes later has a bad XID", "放弃这个任务（rpc_signal_task）：之后到达的应答成为 bad XID")
		}
		if owner := b.p.log().Text(t.Owner); !t.Async && b.hasProcess(owner) {
			b.add(b.at, "kill "+strconv.Itoa(int(t.OwnerPID)), "kill the process "+owner+" that waits for it", "杀死等待它的进程 "+owner)
		}
		if xid, at, ok := b.unanswered(id); ok {
			b.add(at, "unanswered 0x"+strconv.FormatUint(uint64(xid), 16), "the server does not answer its call (svc_drop)", "服务器不回答它的调用（svc_drop）")
		}
		return
	}
}

// hasProcess says whether a signal reaches a process of that name.
func (b *breaks) hasProcess(name string) bool {
	if name == "mount.nfs" {
		return true
	}
	sc := b.p.runs.now.scenario
	for _, pr := range sc.Processes {
		if pr.Name == name {
			return true
		}
	}
	return false
}

// unanswered is the XID of the call that a task has made last, or makes next, and an instant at which the server has not
// taken it up.
func (b *breaks) unanswered(id story.TaskID) (xid uint32, at int, ok bool) {
	log := b.p.log()
	var e trace.Event
	sent := -1
	for _, o := range b.p.story.TaskEvents(id) {
		if log.KindAt(int(o)) != trace.XprtTransmit {
			continue
		}
		if int(o) > b.at && sent >= 0 {
			break
		}
		sent = int(o)
	}
	if sent < 0 {
		return 0, 0, false
	}
	log.At(sent, &e)
	return uint32(e.F[2]), min(b.at, sent), true
}

// connection is for the transport to the server.
func (b *breaks) connection() {
	b.add(b.at, "reset", "reset the connection (RST): both ends hear ECONNRESET", "重置连接（RST）：两端都得到 ECONNRESET")
	b.add(b.at, "close", "the server closes the connection", "服务器关闭连接")
	b.add(b.at, "abort", "the client gives the connection up (ss -K)", "客户端放弃连接（ss -K）")
	b.add(b.at, "refuse", "the server's port is closed: who connects is refused", "服务器端口关闭：不接受新连接")
	b.add(b.at, "accept", "the server's port is open again", "服务器端口重新打开")
	b.net()
}

// net is for all that is on the wire.
func (b *breaks) net() {
	b.add(b.at, "drop", "from now on the network loses everything", "从现在起网络丢弃一切")
	b.add(b.at, "restore", "the network loses nothing any more", "网络恢复，不再丢弃")
}

// thread is for nfsd.
func (b *breaks) thread(pid int64) {
	st := b.p.State()
	for i := range st.Threads {
		if th := &st.Threads[i]; int64(th.PID) == pid && b.p.log().Text(th.Comm) != "nfsd" {
			return
		}
	}
	b.add(b.at, "dead 1", "one nfsd thread takes up one more call and never comes back", "一个 nfsd 线程再接一个调用后不再返回")
	b.add(b.at, "slow 20ms", "every procedure takes 20 ms longer", "每个过程多用 20 ms")
	b.add(b.at, "slow 0s", "procedures take no longer than usual", "过程恢复正常")
	b.machine()
}

// machine is for the server as a whole.
func (b *breaks) machine() {
	b.add(b.at, "freeze 1s", "the server's machine stands still for 1 s", "服务器停下 1 s")
	b.add(b.at, "restart 100ms", "nfsd stops, and starts again after 100 ms", "nfsd 停止，100 ms 后重新启动")
}

// world is for everything that needs no thing to point at.
func (b *breaks) world() {
	b.connection()
	b.machine()
	b.add(b.at, "dead 1", "one nfsd thread takes up one more call and never comes back", "一个 nfsd 线程再接一个调用后不再返回")
	b.callbacks()
}

// host is for one of the machines.
func (b *breaks) host(id story.HostID) {
	st := b.p.State()
	for i := range st.Hosts {
		if h := &st.Hosts[i]; h.ID == id && h.Server {
			b.machine()
			return
		}
	}
	b.add(b.at, "linkdown", "the client's network card is off", "客户端网络关闭")
	b.add(b.at, "linkup", "the client's network card is on again", "客户端网络重新打开")
	b.add(b.at, "unreachable", "the client has no route to the server", "客户端没有到服务器的路由")
	b.add(b.at, "reachable", "the client has a route again", "客户端重新有路由")
}

// callbacks are calls of the server's, while the client's slots are full or not.
func (b *breaks) callbacks() {
	sc := b.p.runs.now.scenario
	if callsBack(sc) {
		b.add(b.at, "callback 1", "the server calls its client once", "服务器回调客户端一次")
		b.add(b.at, "callback 8", "the server calls its client eight times at once", "服务器同时回调客户端八次")
	}
	if !v41(sc) {
		return
	}
	b.add(b.at, "recall-slots 1", "the server asks for the session's slots back (CB_RECALL_SLOT)", "服务器收回会话的槽（CB_RECALL_SLOT）")
	for _, f := range sc.Server.Files {
		b.add(b.at, "recall "+f.Name, "a program on the server uses "+f.Name+": delegations of it are recalled", "服务器上的程序使用 "+f.Name+"：收回 delegation")
	}
}

// breaking adds what may go wrong with the menu's thing.
func (m *menuList) breaking() {
	if m.ref.Kind == scene.RefTimeline {
		return // the whole world's faults have a panel
	}
	for _, b := range m.p.Faults(m.ref) {
		m.add("fault", b.Args(), b.En, b.Zh)
	}
}

// faultChoices are the lines of the palette for what may go wrong, with the selected thing first.
func (p *Player) faultChoices() []Entry {
	var list []Entry
	add := func(all []Break) {
		for i := range all {
			list = append(list, p.entry("fault", all[i].Args(), all[i].En, all[i].Zh))
		}
	}
	if p.view.Selected.Kind != scene.RefNone {
		add(p.Faults(p.view.Selected))
	}
	add(p.Faults(scene.Ref{}))
	return list
}

// knobChoices are those for the knobs: every value that is offered.
func (p *Player) knobChoices() []Entry {
	var list []Entry
	for _, k := range p.Knobs() {
		for _, v := range append(k.Choices, k.Try...) {
			e := p.entry("knob", Args{"name": k.Name, "value": v}, k.Name+"="+v+": "+k.En, k.Name+"="+v+"："+k.Zh)
			e.On = v == k.Value
			list = append(list, e)
		}
	}
	return list
}

// runChoices are those for the runs: to switch to one, to compare with one, and to forget one.
func (p *Player) runChoices(id, en, zh string) []Entry {
	var list []Entry
	for _, r := range p.Runs() {
		if r.Current {
			continue
		}
		n := strconv.Itoa(r.ID)
		e := p.entry(id, Args{"id": n}, en+" "+n+": "+r.Title, zh+" "+n+"："+r.Title)
		e.On = id == "compare" && r.Compared
		list = append(list, e)
	}
	return list
}

// canCompare is false for the commands that need two runs while there is one.
func (p *Player) canCompare(id string) bool {
	return id != "compare" && id != "diverge" || len(p.runs.all) > 1
}
