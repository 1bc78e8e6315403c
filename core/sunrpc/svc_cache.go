package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/wire"
)

// The duplicate reply cache of nfsd: a call that comes twice is not done twice. It knows calls by more than their XID, by
// where they come from above all, port included.
const (
	dupExpire = 120 * HZ // RC_EXPIRE
	dupSum    = 256      // RC_CSUMLEN: bytes that the checksum is made of
	dupReply  = 256      // larger replies are not kept
	dupMost   = 1024     // entries
)

type dupKey struct {
	xid, prog, vers, proc, sum uint32
	length                     int
	datagram                   bool
	from                       wire.Addr
}

// dupEntry is a call that is being done (RC_INPROG), or its reply (RC_DONE).
type dupEntry struct {
	key   dupKey
	reply []byte
	done  bool
	at    time.Duration
}

// dupCache keeps the newest entries, oldest first.
type dupCache []*dupEntry

func (d dupCache) find(key *dupKey) *dupEntry {
	for i := len(d) - 1; i >= 0; i-- {
		if d[i].key == *key {
			return d[i]
		}
	}
	return nil
}

// ReplyCache is the line rc of /proc/net/rpc/nfsd: calls that were answered from the cache or dropped for one that is being
// done, calls that went into it, and calls of procedures that may be done twice.
type ReplyCache struct{ Hits, Misses, NoCache int }

// lookup is nfsd_cache_lookup; it is for calls with nothing wrong. What is being done already is dropped,
// by NFSv4 with its connection.
func (srv *Server) lookup(c *svcCall, x *SvcXprt, from wire.Addr) {
	if c.service.Cached == nil || !c.service.Cached(c.Proc, c.args) {
		srv.RC.NoCache++
		return
	}
	now := srv.k.m.Now()
	for len(srv.dup) > 0 && srv.dup[0].done && (len(srv.dup) >= dupMost || now-srv.dup[0].at > dupExpire) {
		srv.dup = srv.dup[1:]
	}
	key := dupKey{c.XID, c.Prog, c.Vers, c.Proc, checksum(c.args[:min(len(c.args), dupSum)]), len(c.args), x.datagrams, from}
	if e := srv.dup.find(&key); e != nil {
		srv.RC.Hits++
		if c.cached, c.drop = e.reply, !e.done; c.drop && c.service.CongCtrl {
			x.hangUp() // a client of NFSv4 does not call again on this connection: no answer without its end (RFC 7530 §3.1.1)
		}
		return
	}
	srv.RC.Misses++
	if len(srv.dup) >= dupMost {
		return
	}
	c.dup = &dupEntry{key: key, at: now}
	srv.dup = append(srv.dup, c.dup)
}

// update is nfsd_cache_update: the reply is kept, unless it is long, or no success: then the entry stands for no call.
func (e *dupEntry) update(c *svcCall, reply []byte) {
	if e.done = true; len(reply) > dupReply || c.reply.Accept != rpcmsg.Success {
		e.key = dupKey{}
		return
	}
	e.reply = append([]byte(nil), reply...)
}

// checksum is FNV-1a.
func checksum(p []byte) uint32 {
	h := uint32(2166136261)
	for _, b := range p {
		h = (h ^ uint32(b)) * 16777619
	}
	return h
}
