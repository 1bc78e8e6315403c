// Package loopback is the simulated network: hosts joined by links that delay bytes and let only so many through a
// second. It carries real bytes: what one end sends in pieces, the other receives in pieces, in order.
//
// A [Net] belongs to one simulation and lives in its virtual time ([Clock]). Each host gets its own [Host], which is a
// wire.Network. Every segment that leaves and every one that arrives becomes an event (sunscope_wire_send,
// sunscope_wire_recv), bytes included: that is all that a picture of the wire is drawn from.
//
// TCP here is as much of TCP as the engine above can observe: handshake, segments of at most MSS bytes, a send buffer
// that fills, FIN. There are no acknowledgements of their own and no retransmissions: a link that loses nothing needs
// none.
package loopback
