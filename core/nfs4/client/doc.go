// Package client is the NFSv4 client of the Linux kernel (fs/nfs, version 6.1) over core/sunrpc, in its continuation
// style: every function that makes calls is called from a thread, and returns that thread's next step; what comes after
// the call is the last argument, then. It knows no world: it runs on a simulated machine and on real sockets alike.
//
//	Net     nfs_net     the host's NFS client: the kernel's sunrpc module, the machine, the settings; its Clients
//	Client  nfs_client  a server as one client knows it: rpc client, client id, session, state manager; mounts share it
//	Mount   nfs_server  a mount: a clone of the rpc client, the root's handle, what the server can do
//	Table   nfs4_slot_table with slot_tbl_waitq: whose turn it is; of a session, or of the client in NFSv4.0
//	Call    one COMPOUND on its way: its operations, its slot (nfs4_sequence_args and _res), its answer
//
// A Call goes through the engine as a task whose hooks are in sequence.go: prepare (nfs4_setup_sequence) gets it a slot or
// lets it sleep on the table's queue; done (nfs4_sequence_done) takes SEQUENCE's answer, and gives the slot to whoever
// waits. How tasks are run is in call.go and name.go: Client.plain without a slot, Client.sync with one, Mount.sync
// (nfs4_call_sync) with the exceptions of exception.go; Mount.callSetup is an asynchronous call whose errors are its
// caller's, Mount.asyncSetup one that deals with them itself, and Client.wait waits for the end of either.
//
//	proc.go       the procedures with their buffer sizes       mount.go    mount and umount
//	session.go    EXCHANGE_ID, CREATE_SESSION, DESTROY_*       manager.go  the state manager's thread and its bits
//	file.go       OPEN, READ, WRITE, COMMIT                    close.go    CLOSE and OPEN_DOWNGRADE
//	name.go       names and attributes                         deleg.go    delegations and their return
//	recover.go    leases and sessions that are lost            reclaim.go  opens and locks, got back
//	callback.go   what the server calls                        recall.go   and what it calls back
//	lease40.go    NFSv4.0: client id, renew.go its lease       seqid.go    and its numbered open owners
//	lease41.go    NFSv4.1's lease                              lock.go     byte-range locks
//	exception.go  errors that are no end                       wait.go     threads that sleep
//
// Recovery goes so. A call hears that the session, the lease or a stateid is not known: its Done hook sets a bit of the
// state manager's (manager.go) and starts its thread; the task sleeps on the queue "NFS client", synchronous callers wait
// in Client.recovered. The manager lets nobody have a slot any more (Client.drained), takes one piece of work after the
// other, with privileged calls, and lets everybody go on (manager.end); each call then puts in the stateid and the client id that
// hold now (Call.fresh), and is made again.
//
// To make a kind of call: put its sizes into proc.go, and the operations behind PUTFH into a Call.
package client
