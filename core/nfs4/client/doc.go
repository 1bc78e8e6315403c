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
// A Call goes through the engine as a task whose hooks are in sequence.go: setup (nfs4_setup_sequence) gets it a slot or
// lets it sleep on the table's queue; done (nfs4_sequence_done) takes SEQUENCE's answer, and gives the slot to whoever
// waits. How tasks are run is in call.go: Client.run for calls of the client's own, Mount.sync (nfs4_call_sync) for
// synchronous ones with the exceptions of exception.go, Mount.async for those with a task of their own kind.
//
//	proc.go       the procedures with their buffer sizes       mount.go    mount and umount
//	session.go    EXCHANGE_ID, CREATE_SESSION, DESTROY_*       manager.go  the state manager's thread and its bits
//	file.go       OPEN, CLOSE, READ, WRITE, COMMIT             name.go     names and attributes
//	deleg.go      delegations and their return                 lock.go     LOCK, LOCKU, FREE_STATEID
//	recover.go    getting a lease and a session back           reclaim.go  getting back what was open and locked
//	renew.go      the work that keeps the lease                lease40.go, lease41.go  what that takes in each version
//
// Recovery goes so. A call hears that the session, the lease or a stateid is not known: its Done hook sets a bit of the
// state manager's (manager.go) and starts its thread; the task sleeps on the queue "NFS client", synchronous callers wait
// in Client.recovered. The manager lets nobody have a slot any more (Client.drained), takes one piece of work after the
// other, with privileged calls, and lets everybody go on (manager.end); each call then puts in the stateid and the client id that
// hold now (Call.fresh), and is made again.
//
// To make a kind of call: put its sizes into proc.go, and the operations behind PUTFH into a Call.
package client
