package scene

import (
	"sunscope/core/story"
)

// daemons are the programs of user space that answer calls at a server, by the name of the RPC program.
var daemons = [...]struct{ program, name string }{
	{"rpcbind", "rpcbind"}, {"mount", "rpc.mountd"}, {"statd", "rpc.statd"},
}

// asksDaemon is the name of the daemon at the server's that client c calls; "" if it is none.
func (b *builder) asksDaemon(c *story.Client) string {
	for _, d := range daemons {
		if c.Program != d.program || c.Gone || c.Addr == "" || c.Addr == "127.0.0.1" || c.Addr[0] == '/' {
			continue
		}
		return d.name
	}
	return ""
}

// userSpace draws the server's daemons that a client is connected to. No tracepoint sees them work: between sending a call
// and its reply they are taken to be asked.
func (b *builder) userSpace(r box) {
	for i := len(b.st.Clients) - 1; i >= 0 && r.h >= threadRow-4; i-- {
		c := &b.st.Clients[i]
		name, x := b.asksDaemon(c), b.st.Xprt(c.Xprt.Value)
		if name == "" || x == nil {
			continue
		}
		b.daemonRow(r.cutTop(threadRow), name, c, x)
	}
}

func (b *builder) daemonRow(r box, name string, c *story.Client, x *story.Xprt) {
	r.h -= 4
	ref := Ref{Kind: RefXprt, Num: int64(x.ID)}
	b.hit(r, ref)
	b.frame(r, 5, NoColor, Inferred, 1).Dash = 3
	b.ring(r, 5, ref)
	y := middle(r.midY(), small)
	at := r.x + 8 + b.say().s(name).fit(plain, 64).put(r.x+8, y, plain) + 8
	var asked *story.Task
	for _, id := range x.RecvQueue {
		if t := b.st.Task(id); t != nil && t.Ntrans > 0 {
			asked = t
		}
	}
	b.say().s(name).s(" ").s(c.Addr).s(":").s(x.Port)
	if asked != nil {
		b.s(", ≈ ").s(b.tr.serves).s(" ").name(asked)
	}
	b.phrase(0, ref)
	if asked == nil {
		b.say().s("≈ ").s(b.tr.idle).fit(faint, r.right()-6-at).put(at, y, faint)
		return
	}
	chip := box{at, r.midY() - 8, min(r.right()-6-at, 100), 16}
	b.frame(chip, 3, NoColor, Call, 1.25).Dash = 3
	t := packetText.in(CallText)
	b.say().s("≈ ").s(b.log.Text(asked.Proc)).s(" ").short(asked).fit(t, chip.w-8).put(chip.midX(), y, t.to(Center))
}
