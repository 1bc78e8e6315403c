package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"sunscope/core/wire"
)

// serverAddr reads ADDR. Port 0 stands for the one that rpcbind tells.
func serverAddr(proto, text string) (wire.Addr, error) {
	switch proto {
	case "unix":
		if !strings.HasPrefix(text, "/") {
			return wire.Addr{}, fmt.Errorf("ADDR %q: expected the path of a socket, beginning with /", text)
		}
		return wire.Addr{Host: text}, nil
	case "tcp", "udp":
	default:
		return wire.Addr{}, fmt.Errorf("-proto %q: expected tcp, udp or unix", proto)
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = strings.Trim(text, "[]"), "0"
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return wire.Addr{}, fmt.Errorf("ADDR %q: expected a port from 1 to 65535 after the colon", text)
	}
	ip, err := hostAddr(host)
	if err != nil {
		return wire.Addr{}, fmt.Errorf("ADDR %q: %v", text, err)
	}
	return wire.Addr{Host: ip, Port: uint16(n)}, nil
}

// hostAddr is a host's address, the one over IPv4 if it has both.
func hostAddr(host string) (string, error) {
	if host == "" {
		return "", fmt.Errorf("expected a host")
	}
	all, err := net.LookupIP(host)
	if err != nil {
		return "", fmt.Errorf("no address is known for %q", host)
	}
	for _, ip := range all {
		if ip.To4() != nil {
			return ip.String(), nil
		}
	}
	return all[0].String(), nil
}
