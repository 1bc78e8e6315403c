// Package tshark has tshark, which is not ours, read the packet captures that "rpctrace run -format pcapng" writes of every
// scenario, and holds the RPC messages that it finds against our own table of them. With the build tag e2e; it needs the
// Debian package tshark, which tests/run installs.
package tshark
