// Package tshark has tshark, which is not ours, read the packet captures that "rpctrace run -format pcapng" writes of every
// scenario, and those of real sockets that "rpctrace call" and "serve" write with -pcap, and holds the RPC messages that it
// finds against our own table of them, or those of one end against those of the other. Captures in testdata in which one byte
// was changed must be rejected. The tests carry the build tag e2e; they need the Debian package tshark, which tests/run
// installs. [Judge] is for other tests, whose packets are those of real peers.
//
// # Where tshark 4.0 does not see what we see
//
// What is compared leaves these out, and nothing else:
//
//   - A call is known by its connection and XID, not by its direction: with equal XIDs in both directions one is taken for
//     the other sent again. The engine's XIDs begin at random, so that this does not happen in practice; a test shows it.
//   - A reply whose call it has not seen on the same connection is nothing to it, and one that is late, after a new connection
//     between the same ports has begun, is taken for the reply to the call that is made there later.
//   - A connection is known to carry RPC by a call that is whole in one fragment. Ports below 1024 may be known for something
//     else: the preference tcp.try_heuristic_first helps.
//   - A record mark that lies in two segments ends its understanding of the stream. The simulation begins each record with a
//     segment, and captures of real sockets are cut where no mark is.
//   - Of a message that is malformed (some scenarios send such on purpose; our table must say so too) nothing else is held
//     against ours.
package tshark
