// Package rpcmsg makes and reads the messages of ONC RPC version 2 (RFC 5531): headers of calls and replies,
// credentials and verifiers, and the record marks that cut a TCP stream into messages.
//
// It stops where the arguments and results of a program begin: after [DecodeCall] or [DecodeReply] the decoder stands
// at their first byte. [Records] puts a stream's fragments together again; its state is visible in the kernel's terms,
// because the Linux client looks at XID and direction before it knows where a record shall go. [Dissect] takes one
// packet's payload apart for people to read, and asks a [Body] for what belongs to a program.
package rpcmsg
