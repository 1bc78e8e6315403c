// Package nlm is the network lock manager of NFSv3: locks on files that several clients share, and the oldest callback
// of all, by which a server tells a client that the lock for which it waits is its own.
//
// Two protocols are spoken: NLM version 4 (RFC 1813 appendix II; X/Open XNFS chapter 10) and the status monitor's
// version 1, NSM, by which a lock manager asks the rpc.statd of its own host to watch another host. [LockArgs],
// [UnlockArgs], [Res] and their neighbours are their messages, each written and read in both directions.
//
// [Table] is who holds what, as fcntl(2) has it: ranges of bytes with owners, split and joined. [Server] adds what NLM
// adds: calls that wait (nlm_block), grants, the grace period; it knows neither time nor network by itself. [Lockd] is a
// host's lockd: it runs a Server as a sunrpc.Server with one thread, keeps a client for each other host (nlm_host), has
// hosts monitored, calls clients back, and makes the calls of this host's own processes ([Host.Lock], [Host.Unlock]). It
// depends on nothing but core/sunrpc, so it runs in a simulation and on real sockets.
//
// What is not here: NLM versions 1 and 3 beyond NULL, share reservations (SHARE, UNSHARE, NM_LOCK), and the forms of
// TEST, LOCK, CANCEL and UNLOCK whose answer is a call of its own (the _MSG procedures), which Linux does not send.
package nlm
