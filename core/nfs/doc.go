// Package nfs knows what an NFS version 3 server is asked and answers: the arguments and results of all procedures of
// NFSv3 (RFC 1813) and of those of the MOUNT protocol that a mount needs (its appendix I), each written and read in
// both directions, because client and server of a simulation both live here.
//
// Names are the RFC's with Go's spelling: READ3args is [ReadArgs]. A result whose XDR is a union on the status is one
// struct; which members count follows from Status. [V3] and [MountV3] are the kernel's tables of procedures, with the
// sizes from which the client makes its buffers and the classes by which it times replies. [FS] is a file system in
// memory with a server's end: it decodes arguments, does the work and encodes results. [DissectBody] reads messages
// for show.
package nfs
