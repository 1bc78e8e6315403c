// Package pcapng writes what went over a network as a packet capture, which Wireshark, tshark and others read, and lists
// the RPC messages in it as we read them, so that both can be held against each other.
//
// A [File] takes packets as the loopback network and real sockets tell of them: addresses, a kind (SYN, SYN-ACK, ACK,
// DATA, FIN, RST, DGRAM) and bytes. It gives them Ethernet, IPv4 or IPv6, TCP or UDP headers with correct checksums, sequence and
// acknowledgement numbers, window scale and timestamps. [Write] does that for all packets of a log, captured at the
// network cards of the hosts that are asked for. [File.Messages] are the calls and replies in the capture.
//
// # What is true and what is made up
//
// True are the bytes, their cutting into segments and datagrams, the times, what was lost and sent again, and the numbers of bytes sent and received. The loopback network
// acknowledges nothing by a segment of its own but a SYN-ACK; so does the capture, and what each end
// has received shows in the next segment that it sends. Made up are the initial sequence numbers, MAC addresses (02:53
// and the IPv4 address), windows (never short) and timestamps' origin. What a host says to itself has no packets; the section's
// comment says that it is missing.
//
// # A writer of our own
//
// github.com/gopacket/gopacket has a writer of pcapng and serializers of headers. The core stands on the standard
// library; what is needed of the format is three kinds of blocks and five headers of constant size, less than the glue
// would be, and gopacket's writer does not write the comment of a packet.
package pcapng
