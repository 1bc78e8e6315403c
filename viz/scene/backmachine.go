package scene

import (
	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/viz/scene/face"
)

// loop are the states that a task of the server's callback client walks through, as they lie on its little map: the upper
// row from left to right, the lower one back. call_bind and call_connect are for NFSv4.0 only, which has a connection of
// its own for callbacks.
var loop = [2][8]fsm.State{
	{fsm.RPCPrepareTask, fsm.CallStart, fsm.CallReserve, fsm.CallReserveResult, fsm.CallRefresh, fsm.CallRefreshResult, fsm.CallAllocate, fsm.CallEncode},
	{fsm.RPCExitTask, fsm.CallDecode, fsm.CallStatus, fsm.CallTransmitStatus, fsm.CallTransmit, fsm.CallConnectStatus, fsm.CallConnect, fsm.CallBind},
}

// loopPlace is where a state lies on the little map; states that have no place of their own lie where they lead to.
func loopPlace(s fsm.State) (row, col int, ok bool) {
	switch s {
	case fsm.CallRetryReserve:
		s = fsm.CallReserveResult
	case fsm.CallBindStatus:
		s = fsm.CallBind
	}
	for row := range loop {
		for col, at := range loop[row] {
			if at == s {
				return row, col, true
			}
		}
	}
	return 0, 0, false
}

// callsBack says whether a task is a call of the server's to its client.
func (b *builder) callsBack(t *story.Task) bool {
	for i := range b.st.Clients {
		if c := &b.st.Clients[i]; c.ID == t.Client {
			return c.Program == "nfs4_cb"
		}
	}
	return false
}

// callersBack are the live tasks of the server's callback clients, as indexes into Tasks.
func (b *builder) callersBack() []int32 {
	list := b.l.scratch.tasks[:0]
	for i := range b.st.Tasks {
		if t := &b.st.Tasks[i]; !t.Finished && b.callsBack(t) {
			list = append(list, int32(i))
		}
	}
	b.l.scratch.tasks = list
	return list
}

// hasBackChannel says whether the server was seen to have, or to have had, a way back to a client.
func (b *builder) hasBackChannel() bool {
	if len(b.st.BackChannels) > 0 {
		return true
	}
	for i := range b.st.Clients {
		if b.st.Clients[i].Program == "nfs4_cb" {
			return true
		}
	}
	return false
}

// backMachine draws the server's end of the back channel: what nfsd thinks of the way to each client, and the rpc_clnt's
// own little map with its tasks.
func (b *builder) backMachine(r box) {
	b.line(InsetEdge, 1, 0, Point{r.x, r.y}, Point{r.right(), r.y})
	b.say().s(b.tw().backClient).fit(boldDim, r.w).put(r.x, r.y+14, boldDim)
	b.say().s(b.tw().backClient).phrase(2, Ref{})
	r.cutTop(20)
	tasks := b.callersBack()
	for _, i := range tasks {
		t := &b.st.Tasks[i]
		b.say()
		b.sayTask(t)
		b.phrase(0, taskRef(t))
	}
	rows := len(b.st.BackChannels)
	if most := int((r.h - littleMap) / 19); rows > most {
		rows = max(1, most)
	}
	for i := len(b.st.BackChannels) - 1; i >= 0; i-- {
		c := &b.st.BackChannels[i]
		if rows > 0 && r.h >= 18 {
			b.channelRow(r.cutTop(19), c)
			rows--
		}
		b.channelSaid(c)
	}
	if r.h < littleMap {
		return
	}
	b.littleMap(r.cutTop(littleMap), tasks)
	for _, i := range tasks {
		if r.h < 15 {
			return
		}
		b.callerRow(r.cutTop(16), &b.st.Tasks[i])
	}
}

var boldDim = style{SansBold, small, InkDim, Left}

const littleMap = 84

// channelRow says what nfsd thinks of the way to one client: the state as a badge, and whose it is.
func (b *builder) channelRow(r box, c *story.BackChannel) {
	ref := backRef(c)
	b.hit(r, ref)
	b.ring(r, 4, ref)
	name := c.State.Value
	if c.State.How == story.Unknown {
		name = "?"
	}
	fill, edge, ink := channelLivery(c)
	b.say().s(name)
	w := face.AdvanceBytes(packetText.font, packetText.size, b.said()) + 10
	badge := box{r.x, r.y + 1, w, 16}
	b.frame(badge, 8, fill, edge, 1.25)
	b.put(badge.midX(), middle(badge.midY(), small), packetText.in(ink).to(Center))
	at := badge.right() + 6
	b.say().s(hostOf(c.Addr))
	if r.right()-at > 150 {
		b.s(" · ").s(c.Event)
	}
	b.fit(plain, r.right()-at).put(at, middle(badge.midY(), small), plain)
}

// channelLivery is how the badge looks: filled while the way is good, an outline while it is not.
func channelLivery(c *story.BackChannel) (fill, edge, ink Color) {
	switch c.State.Value {
	case "UP":
		return Reply, NoColor, OnMessage
	case "DOWN", "FAULT":
		return Panel, Trouble, TroubleText
	}
	return Panel, StationEdge, InkDim
}

func backRef(c *story.BackChannel) Ref { return Ref{Kind: RefBackChannel, Name: c.Client} }

func (b *builder) channelSaid(c *story.BackChannel) {
	b.say().s(c.State.Value).s(" ").s(c.Addr)
	if x := b.channelXprt(c); x != nil {
		b.s(", ").s(b.overWhat(x))
	}
	if c.Recalls > 0 {
		b.s(", CB_RECALL ").n(c.Recalled).s("/").n(c.Recalls)
	}
	b.phrase(0, backRef(c))
}

// channelXprt is the transport of a way back, nil if it is not known.
func (b *builder) channelXprt(c *story.BackChannel) *story.Xprt {
	clnt := b.st.Client(c.Clnt.Value)
	if clnt == nil {
		return nil
	}
	return b.st.Xprt(clnt.Xprt.Value)
}

// overWhat says whether a callback client uses the client's own connection or one that the server made.
func (b *builder) overWhat(x *story.Xprt) string {
	if x.Port == "0" {
		return b.tw().sameConn
	}
	return b.tw().ownConn
}

// hostOf is an address without its port.
func hostOf(addr string) string {
	for i := len(addr) - 1; i >= 0; i-- {
		if addr[i] == ':' {
			return addr[:i]
		}
	}
	return addr
}

// littleMap draws the loop of states as two rows of stops, and the tasks at theirs.
func (b *builder) littleMap(r box, tasks []int32) {
	pitch := (r.w - 16) / float32(len(loop[0])-1)
	top, low := r.y+30, r.y+54
	left, right := r.x+8, r.right()-8
	b.line(Rail, 3, 0, Point{left, top}, Point{right, top}, Point{right, low}, Point{left, low})
	var ends [2]float32
	ends[0], ends[1] = r.x, r.x
	for row := range loop {
		for col, s := range loop[row] {
			x, y := left+float32(col)*pitch, top
			if row == 1 {
				y = low
			}
			b.stop(x, y, s, tasks)
		}
	}
	for _, i := range tasks {
		t := &b.st.Tasks[i]
		row, col, ok := loopPlace(whereabouts(t))
		if !ok {
			continue
		}
		y := top - 15
		if row == 1 {
			y = low + 15
		}
		w := b.pillWidth(t)
		x := max(left+float32(col)*pitch-w/2, ends[row])
		if x+w > r.right() {
			x = r.right() - w
			if x < ends[row] {
				continue // it is in the list below
			}
		}
		b.pill(t, x, y, inBack)
		ends[row] = x + w + 2
	}
}

// stop draws a state of the little map, bright while a task is in it.
func (b *builder) stop(x, y float32, s fsm.State, tasks []int32) {
	ref := Ref{Kind: RefState, Num: int64(s)}
	here := false
	for _, i := range tasks {
		row, col, ok := loopPlace(whereabouts(&b.st.Tasks[i]))
		here = here || ok && loop[row][col] == s
	}
	d := float32(7)
	if here {
		d = 10
	}
	dot := box{x - d/2, y - d/2, d, d}
	b.frame(dot, d/2, pick(here, RailLit, Panel), StationEdge, 1.5)
	b.ring(dot, d/2, ref)
	b.hit(box{x - 8, y - 9, 16, 18}, ref)
}

// callerRow says in a line what a callback task does: what it calls, its state, and where it sleeps.
func (b *builder) callerRow(r box, t *story.Task) {
	b.hit(r, taskRef(t))
	b.ring(r, 3, taskRef(t))
	b.say()
	if t.Proc != 0 {
		b.s(b.log.Text(t.Proc)).s(" ")
	} else {
		b.name(t).s(" ")
	}
	if t.Asleep {
		b.s(string(t.Queue)).s(" ").d(b.now - t.SleptAt)
	} else if at := whereabouts(t); at != fsm.None {
		b.s(at.String())
	}
	b.fit(plain, r.w).put(r.x, r.y+12, plain)
}
