// Package peers holds the engine against RPC software that is not ours: messages that real servers have answered are
// replayed to our servers byte for byte, hostile ones among them (these tests need nothing but loopback sockets), and
// with the build tag e2e rpcbind, rpcinfo, libnfs, nfs-ganesha and programs made with rpcgen run against it, while tshark
// reads what our clients send and receive. The latter need root on Debian, whose packages tests/run installs, and run in a network namespace of their own.
package peers
