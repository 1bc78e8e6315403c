package procfs

import (
	"slices"

	"sunscope/core/record"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Server is what nfsd counts in /proc/net/rpc/nfsd that events tell.
type Server struct {
	Net, UDP, TCP, Conns       int64 // the line net
	Calls, BadFormat, BadCreds int64 // the line rpc
	Procs                      [5][]int64
	RC                         ReplyCache
}

// server counts what the threads of nfsd do.
type server struct {
	log     *trace.Log
	sum     Server
	threads map[int32]*serving
	cache   replyCache
	last    [2]int // version and number of the procedure that the last event counted; -1: none
}

// serving is what is known of a thread of nfsd.
type serving struct {
	whole  bool // it has read a piece from a stream, the last of its record unless the next event says otherwise
	answer bool // it has read a call of which no event says what becomes of it
}

// nfsdProcs are the procedures of nfsd by version.
func nfsdProcs(version int) []string {
	if version == 4 {
		return []string{"NULL", "COMPOUND"}
	}
	return record.Procedures(version)
}

// CountServer counts what nfsd did in the first n events.
func CountServer(log *trace.Log, n int) Server {
	s := newServer(log)
	var e trace.Event
	for i := range min(n, log.Len()) {
		if s.counts(log.KindAt(i)) {
			log.At(i, &e)
			s.take(&e)
		}
	}
	return s.result()
}

func newServer(log *trace.Log) *server {
	s := &server{log: log, threads: map[int32]*serving{}, cache: replyCache{
		kept: map[seenCall]time.Duration{}, tasks: map[[2]int64]string{}, calls: map[int64]string{}}}
	for v := range s.sum.Procs {
		s.sum.Procs[v] = make([]int64, len(nfsdProcs(v)))
	}
	return s
}

// counts says whether such events count.
func (s *server) counts(k trace.Kind) bool {
	switch k {
	case trace.SvcsockTCPRecv, trace.SvcsockTCPRecvShort, trace.SvcsockUDPRecv, trace.SvcXDRRecvfrom, trace.SvcProcess,
		trace.SvcAuthenticate, trace.SvcDrop, trace.SvcXprtAccept, trace.SvcXprtDequeue, trace.SvcXDRSendto,
		trace.RPCRequest, trace.XprtReserve:
		return true
	}
	return false
}

// take counts the next event.
func (s *server) take(e *trace.Event) {
	s.last[0] = -1
	switch e.Kind {
	case trace.RPCRequest, trace.XprtReserve:
		s.cache.client(s.log, e)
	default:
		if s.log.Text(e.Comm) == "nfsd" {
			s.event(e)
		}
	}
}

func (s *server) result() Server {
	s.sum.RC = s.cache.sum
	s.sum.RC.Unsure = s.cache.doubted
	return s.sum
}

func (s *server) event(e *trace.Event) {
	th := s.threads[e.PID]
	if th == nil {
		th = &serving{}
		s.threads[e.PID] = th
	}
	switch e.Kind {
	case trace.SvcXprtAccept:
		s.sum.Conns++
	case trace.SvcsockUDPRecv:
		s.sum.UDP++
	case trace.SvcsockTCPRecv:
		if th.whole = e.Int("result") > 0; th.whole {
			s.sum.TCP++
		}
		return
	case trace.SvcsockTCPRecvShort: // more of the record is still to come
		if th.whole {
			s.sum.TCP--
		}
	case trace.SvcXDRRecvfrom:
		s.sum.Net++
		th.answer = true
	case trace.SvcAuthenticate:
		if e.Text(s.log, "auth_res") == "SVC_DENIED" {
			s.sum.BadCreds++
		}
		th.answer = false
	case trace.SvcDrop:
		th.answer = false
	case trace.SvcProcess:
		s.process(e)
		th.answer = false
	case trace.SvcXDRSendto:
		if th.answer { // no such program, version or procedure: answered without being looked at further
			s.sum.BadFormat++
		}
		th.answer = false
	}
	th.whole = false
}

func (s *server) process(e *trace.Event) {
	s.sum.Calls++
	s.cache.lookup(s.log, e)
	v := e.Int("vers")
	if e.Text(s.log, "service") != "nfsd" || v < 0 || v >= int64(len(s.sum.Procs)) {
		return
	}
	if i := slices.Index(nfsdProcs(int(v)), e.Text(s.log, "proc")); i >= 0 {
		s.sum.Procs[v][i]++
		s.last = [2]int{int(v), i}
	}
}

// NFSD is /proc/net/rpc/nfsd, counted from the first event on.
func (m *Moment) NFSD() string {
	s := m.server()
	var b text
	b.add("== /proc/net/rpc/nfsd\nrc")
	if s.RC.Unsure {
		b.add(" ? ? ?")
	} else {
		b.numbers(s.RC.Hits, s.RC.Misses, s.RC.NoCache)
	}
	b.add("\nfh ? 0 0 0 0\nio ? ?\nth ? 0")
	for range 10 {
		b.add(" 0.000")
	}
	b.add("\nra 0 0 0 0 0 0 0 0 0 0 0 0\nnet").numbers(s.Net, s.UDP, s.TCP, s.Conns)
	b.add("\nrpc").numbers(s.Calls, s.BadFormat+s.BadCreds, s.BadFormat, s.BadCreds, 0).add("\n")
	for v, procs := range s.Procs {
		if v >= 3 || total(procs) > 0 {
			b.counts(v, procs)
		}
	}
	b.note(s.RC.Unsure, "the reply cache (rc) depends on operations of NFSv4.0, of which only their clients' own events tell")
	b.note(true, "no event tells of stale file handles (fh), bytes read and written (io), threads that wait for work (th)")
	b.note(total(s.Procs[4]) > 0, "there is no line proc4ops: events name a COMPOUND, not its operations")
	return b.String()
}
