// Package nfsd puts an nfs4.Server on the engine of core/sunrpc, as the Linux kernel's nfsd serves NFSv4: COMPOUND over the
// connections of a sunrpc.Server, the laundromat as work, and callbacks to clients.
//
// Layouts hold no data servers: clients have nothing to ask GETDEVICEINFO for, and read and write through this server.
//
// A [Server] is made once for each nfs4.Server; [Server.Service] is what nfsd lists among its programs.
package nfsd
