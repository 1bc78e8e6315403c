package pcapng

import (
	"encoding/binary"
	"net/netip"
)

// MTU is the largest IP packet on Ethernet. A longer datagram goes in fragments.
const MTU = 1500

// MSS is the most bytes that a TCP segment with timestamps carries over either version of IP.
const MSS = MTU - 40 - 32

const (
	protoTCP   = 6
	protoUDP   = 17
	timeToLive = 64
)

// mac is a locally administered address that tells which host it is: 02:53 and the last four bytes of its IP address.
func mac(a netip.Addr) []byte {
	s := a.AsSlice()
	return append([]byte{2, 0x53}, s[len(s)-4:]...)
}

// frames are the Ethernet frames of an IP packet with that payload, one unless it is too long. id is the IP packet's.
func frames(src, dst netip.Addr, proto byte, id uint32, payload []byte) [][]byte {
	if src.Is4() {
		return frames4(src, dst, proto, uint16(id), payload)
	}
	return frames6(src, dst, proto, id, payload)
}

func ethernet(src, dst netip.Addr, kind uint16) []byte {
	b := append(mac(dst), mac(src)...)
	return binary.BigEndian.AppendUint16(b, kind)
}

// frames4 follows RFC 791. TCP's segments say that they must not be fragmented, as Linux's do.
func frames4(src, dst netip.Addr, proto byte, id uint16, payload []byte) (all [][]byte) {
	const header, dontFragment, more, unit = 20, 0x4000, 0x2000, 8
	for off := 0; off == 0 || off < len(payload); off += (MTU - header) / unit * unit {
		part := payload[off:min(len(payload), off+(MTU-header)/unit*unit)]
		flags := uint16(off / unit)
		if off+len(part) < len(payload) {
			flags |= more
		} else if proto == protoTCP {
			flags |= dontFragment
		}
		b := ethernet(src, dst, 0x0800)
		ip := len(b)
		b = append(b, 0x45, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(header+len(part)))
		b = binary.BigEndian.AppendUint16(b, id)
		b = binary.BigEndian.AppendUint16(b, flags)
		b = append(b, timeToLive, proto, 0, 0)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		binary.BigEndian.PutUint16(b[ip+10:], ^fold(sum(0, b[ip:])))
		all = append(all, append(b, part...))
	}
	return all
}

// frames6 follows RFC 8200.
func frames6(src, dst netip.Addr, proto byte, id uint32, payload []byte) (all [][]byte) {
	const header, fragment, unit, kindFragment = 40, 8, 8, 44
	room, next := MTU-header, proto
	whole := len(payload) <= room
	if !whole {
		room, next = (room-fragment)/unit*unit, kindFragment
	}
	for off := 0; off == 0 || off < len(payload); off += room {
		part := payload[off:min(len(payload), off+room)]
		size := len(part)
		if !whole {
			size += fragment
		}
		b := append(ethernet(src, dst, 0x86dd), 0x60, 0, 0, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(size))
		b = append(b, next, timeToLive)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		if !whole {
			flags := uint16(off)
			if off+len(part) < len(payload) {
				flags |= 1
			}
			b = binary.BigEndian.AppendUint16(append(b, proto, 0), flags)
			b = binary.BigEndian.AppendUint32(b, id)
		}
		all = append(all, append(b, part...))
	}
	return all
}

// udp is a datagram with its header (RFC 768).
func udp(src, dst netip.AddrPort, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, src.Port())
	b = binary.BigEndian.AppendUint16(b, dst.Port())
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	b = append(append(b, 0, 0), payload...)
	check := ^fold(pseudo(src.Addr(), dst.Addr(), protoUDP, b))
	if check == 0 {
		check = 0xffff
	}
	binary.BigEndian.PutUint16(b[6:], check)
	return b
}

// tcp is a segment with its header (RFC 9293) and timestamps (RFC 7323); a SYN also says its MSS and window scale.
func tcp(s *segment) []byte {
	b := binary.BigEndian.AppendUint16(nil, s.src.Port())
	b = binary.BigEndian.AppendUint16(b, s.dst.Port())
	b = binary.BigEndian.AppendUint32(b, s.seq)
	b = binary.BigEndian.AppendUint32(b, s.ack)
	b = append(b, 0, s.flags)
	b = binary.BigEndian.AppendUint16(b, s.window())
	b = append(b, 0, 0, 0, 0)
	if s.flags&flagSYN != 0 {
		const mss, sackPermitted, scale = 2, 4, 3
		b = append(b, mss, 4, 0, 0, sackPermitted, 2)
		binary.BigEndian.PutUint16(b[len(b)-4:], uint16(s.mss()))
	} else {
		b = append(b, 1, 1)
	}
	if s.flags&flagRST == 0 {
		const timestamps = 8
		b = append(b, timestamps, 10)
		b = binary.BigEndian.AppendUint32(b, s.stamp)
		b = binary.BigEndian.AppendUint32(b, s.echo)
	} else {
		b = append(b, 1, 1)
	}
	if s.flags&flagSYN != 0 {
		b = append(b, 1, 3, 3, windowScale)
	}
	b[12] = byte(len(b) / 4 << 4)
	b = append(b, s.payload...)
	binary.BigEndian.PutUint16(b[16:], ^fold(pseudo(s.src.Addr(), s.dst.Addr(), protoTCP, b)))
	return b
}

// pseudo sums a segment or datagram with the addresses and the protocol before it.
func pseudo(src, dst netip.Addr, proto byte, b []byte) uint32 {
	s := sum(uint32(proto)+uint32(len(b)), src.AsSlice())
	return sum(sum(s, dst.AsSlice()), b)
}

// sum adds 16-bit words (RFC 1071).
func sum(s uint32, b []byte) uint32 {
	for len(b) >= 2 {
		s += uint32(b[0])<<8 | uint32(b[1])
		if s >= 1<<31 {
			s = s&0xffff + s>>16
		}
		b = b[2:]
	}
	if len(b) == 1 {
		s += uint32(b[0]) << 8
	}
	return s
}

func fold(s uint32) uint16 {
	for s > 0xffff {
		s = s&0xffff + s>>16
	}
	return uint16(s)
}
