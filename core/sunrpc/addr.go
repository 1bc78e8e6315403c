package sunrpc

import (
	"strconv"
	"strings"

	"sunscope/core/wire"
)

// maxUaddr is the longest universal address (RPCBIND_MAXUADDRLEN).
const maxUaddr = 57

// universal writes an address as rpcbind's versions 3 and 4 do (RFC 5665 section 5.2.3.3): the host, and the port's two
// bytes with dots before them (rpc_sockaddr2uaddr).
func universal(a wire.Addr) string {
	return a.Host + "." + strconv.Itoa(int(a.Port>>8)) + "." + strconv.Itoa(int(a.Port&255))
}

// universalPort is the port of a universal address; false if that is not one (rpc_uaddr2sockaddr).
func universalPort(text string) (uint16, bool) {
	low := strings.LastIndexByte(text, '.')
	if low < 0 || len(text) > maxUaddr {
		return 0, false
	}
	high := strings.LastIndexByte(text[:low], '.')
	if high <= 0 {
		return 0, false
	}
	h, err := strconv.ParseUint(text[high+1:low], 10, 8)
	l, err2 := strconv.ParseUint(text[low+1:], 10, 8)
	return uint16(h<<8 | l), err == nil && err2 == nil
}

// netid names a transport over IPv4 or IPv6 as rpcbind does (RFC 5665 section 5.2.1).
func netid(p Protocol, ipv6 bool) string {
	name := "tcp"
	if p == UDP {
		name = "udp"
	}
	if ipv6 {
		name += "6"
	}
	return name
}
