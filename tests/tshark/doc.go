// Package tshark has tshark, which is not ours, read the packet captures that "rpctrace run -format pcapng" writes of every
// scenario, and those of real sockets that "rpctrace call" and "serve" write with -pcap, and holds the RPC messages that it
// finds against our own table of them, or those of one end against those of the other. Captures in testdata in which one byte
// was changed must be rejected. With the build tag e2e; it needs the Debian package tshark, which tests/run installs.
package tshark
