package procfs

import (
	"slices"
	"strconv"

	"sunscope/core/record"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Tables are the slots that transports make in advance, which no event tells: the settings tcp_slot_table_entries and
// udp_slot_table_entries of sunrpc. 0 is unknown.
type Tables struct{ TCP, UDP int }

// nfsProgram is the number of the program "nfs".
const nfsProgram = "100003"

// MountStats is the RPC part of /proc/self/mountstats, for each client of the program nfs.
func (m *Moment) MountStats() string {
	counts := m.counts()
	st := m.Story.At(m.Ord)
	var b text
	b.add("== /proc/self/mountstats\n")
	n, guessed, twins := 0, false, false
	for i := range st.Clients {
		c := &st.Clients[i]
		v, called := counts.version[c.Clid]
		if c.Gone || !called || c.Program != "nfs" && c.Program != "" {
			continue
		}
		n++
		b.add("# client ", hex(c.Clid), " of ", c.Server, ":\n\tRPC iostats version: 1.1  p/v: ", nfsProgram, "/", strconv.FormatInt(v, 10), " (nfs)\n")
		twins = twins || counts.Xprt(c.Xprt.Value).Twin
		guessed = m.xprtLine(&b, counts, st.Xprt(c.Xprt.Value)) || guessed
		counts.perOp(&b, c.Clid, int(v))
	}
	b.note(n > 0, "which mount has which client, and mountstats' other lines, are in no event of sunrpc; the kernel adds to a client's operations those of the clients that it was cloned from")
	b.note(guessed, "the source port is shown by REUSEPORT transports alone, and the most slots of all count those made in advance: no event tells of either, nor of a transport's kind before it connects or sends")
	b.note(twins, "transports that connect to the same peer at the same time cannot be told apart: connect_count and connect_time")
	return b.String()
}

// xprtLine adds the line xprt. It reports whether something in it is unknown.
func (m *Moment) xprtLine(b *text, c *Counts, x *story.Xprt) bool {
	if x == nil {
		return false
	}
	n, kind := c.Xprt(x.ID), netid(x)
	if kind == unknown {
		b.add("\txprt:\t", unknown, "\n")
		return true
	}
	slots := unknown
	if most := n.MaxSlots(x, m.Tables); most >= 0 {
		slots = strconv.Itoa(most)
	}
	b.add("\txprt:\t", kind)
	if kind != "local" {
		b.add(" ", unknown)
	}
	b.numbers(n.Binds)
	switch {
	case x.Datagrams:
	case n.Twin:
		b.add(" ", unknown, " ", unknown).numbers(int64(m.idle(n, x) / time.Second))
	default:
		b.numbers(n.Connects, int64(n.ConnectTime/time.Second), int64(m.idle(n, x)/time.Second))
	}
	b.numbers(n.Sends, n.Recvs, int64(x.BadXIDs), n.ReqU, n.BacklogU).add(" ", slots)
	b.numbers(n.SendingU, n.PendingU).add("\n")
	return kind != "local" || slots == unknown
}

// idle is how long a connected transport has not been used.
func (m *Moment) idle(n *XprtStat, x *story.Xprt) time.Duration {
	if x.State.Value&trace.XprtConnected == 0 {
		return 0
	}
	return max(0, m.Time-n.LastUsed)
}

// MaxSlots is the most slots that there ever were, free ones included; -1 if that is unknown.
func (n *XprtStat) MaxSlots(x *story.Xprt, t Tables) int {
	least := t.TCP
	switch netid(x) {
	case unknown:
		least = 0
	case "udp", "udp6":
		least = t.UDP
	}
	switch {
	case n.InUse == 0:
		return 0 // it counts when one is taken
	case least > 0:
		return max(n.InUse, least)
	case x.MaxSlots.How == story.Inferred && x.MaxSlots.Rule == story.RuleBacklogFull:
		return x.MaxSlots.Value
	}
	return -1
}

// perOp adds the per-op statistics of a client: every procedure of its version, also those never called.
func (c *Counts) perOp(b *text, clid uint32, version int) {
	b.add("\tper-op statistics\n")
	for _, name := range record.Procedures(version) {
		o := c.ops[opKey{clid, name}]
		if o == nil {
			o = &Op{}
		}
		b.add("\t").right(12, name).add(":").numbers(o.Ops, o.Transmissions, o.Timeouts, o.Sent, o.Received,
			o.Queue.Milliseconds(), o.RTT.Milliseconds(), o.Execute.Milliseconds(), o.Errors).add("\n")
	}
	strange := false
	c.EachOp(func(of uint32, proc string, _ *Op) {
		strange = strange || of == clid && !slices.Contains(record.Procedures(version), proc)
	})
	b.note(strange, "a procedure that this version does not have was called")
}
