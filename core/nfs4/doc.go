// Package nfs4 knows the bytes of NFS version 4.0 and 4.1 (RFC 7530 and 7531, RFC 8881 and 5662), in both directions and
// for both programs: COMPOUND of the client and CB_COMPOUND of the server.
//
// A [CompoundArgs] is a list of operations, each with the structure that the RFC's XDR gives it, under the RFC's name in
// Go's spelling: SEQUENCE4args is [SequenceArgs], and what stands in a result behind the status is [SequenceRes]. One
// method of each type describes both directions (see coder), so that what is read and what is written cannot disagree.
// Names of fields in recordings and errors are the RFC's, with its prefixes (sa_slotid).
//
// Of a result only what its status brings along is written. An operation that the tables do not know ends the reading:
// its arguments have no known length, so what follows stays in [CompoundArgs].Rest.
package nfs4
