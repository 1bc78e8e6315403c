//go:build linux

package sockets

import (
	"errors"
	"net/netip"
	"syscall"

	"sunscope/core/wire"
)

// sockaddr is an address as the system wants it. EINVAL: the host is no address.
func sockaddr(a wire.Addr) (sa syscall.Sockaddr, family int, errno wire.Errno) {
	if a.IsLocal() {
		return &syscall.SockaddrUnix{Name: a.Host}, syscall.AF_UNIX, wire.OK
	}
	ip, err := netip.ParseAddr(a.Host)
	if err != nil || ip.Zone() != "" {
		return nil, 0, wire.EINVAL
	}
	if ip = ip.Unmap(); ip.Is4() {
		return &syscall.SockaddrInet4{Port: int(a.Port), Addr: ip.As4()}, syscall.AF_INET, wire.OK
	}
	return &syscall.SockaddrInet6{Port: int(a.Port), Addr: ip.As16()}, syscall.AF_INET6, wire.OK
}

// address is what the system says an address is. AF_LOCAL has none, as in the kernel's trace.
func address(sa syscall.Sockaddr) wire.Addr {
	switch a := sa.(type) {
	case *syscall.SockaddrInet4:
		return wire.Addr{Host: netip.AddrFrom4(a.Addr).String(), Port: uint16(a.Port)}
	case *syscall.SockaddrInet6:
		return wire.Addr{Host: netip.AddrFrom16(a.Addr).String(), Port: uint16(a.Port)}
	}
	return wire.Addr{Host: "0.0.0.0"}
}

// errno is an error of a system call as the kernel passes it about.
func errno(err error) wire.Errno {
	var e syscall.Errno
	switch {
	case err == nil:
		return wire.OK
	case errors.As(err, &e):
		return -wire.Errno(e)
	}
	return wire.EIO
}

// newSocket is a socket that never waits, bound to local if that says anything. Its errors are those of socket and bind.
func newSocket(local wire.Addr, family, kind int) (fd int, errnum wire.Errno) {
	fd, err := syscall.Socket(family, kind|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, errno(err)
	}
	if kind == syscall.SOCK_STREAM && family != syscall.AF_UNIX {
		err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
		_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1) // what is sent has been collected already
	}
	if family == syscall.AF_INET6 {
		_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, 1)
	}
	if err == nil && local != (wire.Addr{}) {
		sa, localFamily, bad := sockaddr(local)
		if bad == wire.OK && localFamily != family {
			sa = wildcard(family, local.Port) // the host's own address is of the other family
		}
		err = syscall.Bind(fd, sa)
	}
	if err != nil {
		syscall.Close(fd)
		return -1, errno(err)
	}
	return fd, wire.OK
}

// wildcard is a port of all addresses of a family.
func wildcard(family int, port uint16) syscall.Sockaddr {
	if family == syscall.AF_INET6 {
		return &syscall.SockaddrInet6{Port: int(port)}
	}
	return &syscall.SockaddrInet4{Port: int(port)}
}

// inode is a socket's number.
func inode(fd int) int64 {
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil {
		return 0
	}
	return int64(st.Ino)
}

func localAddr(fd int) wire.Addr {
	sa, err := syscall.Getsockname(fd)
	if err != nil {
		return wire.Addr{Host: "0.0.0.0"}
	}
	return address(sa)
}
