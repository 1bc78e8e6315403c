package pcapng

import (
	"encoding/binary"

	"sunscope/core/time"
)

// Blocks of a pcapng file (IETF draft-ietf-opsawg-pcapng), in little-endian byte order.
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 6 // Enhanced Packet Block

	byteOrderMagic = 0x1a2b3c4d
	linkEthernet   = 1
	nanoseconds    = 9 // if_tsresol: ten to the minus ninth
)

// Options of blocks.
const (
	optEnd      = 0
	optComment  = 1
	optIfName   = 2
	optIfAbout  = 3
	optFlags    = 2 // of a packet
	optAppl     = 4 // of a section
	optIfTSUnit = 9
)

// The direction of a packet in its flags.
const (
	inbound  = 1
	outbound = 2
)

// block appends a block: what body appends, between the two lengths.
func (f *File) block(kind uint32, body func(b []byte) []byte) {
	begin := len(f.out)
	f.out = binary.LittleEndian.AppendUint32(f.out, kind)
	f.out = body(append(f.out, 0, 0, 0, 0))
	size := uint32(len(f.out) - begin + 4)
	binary.LittleEndian.PutUint32(f.out[begin+4:], size)
	f.out = binary.LittleEndian.AppendUint32(f.out, size)
}

// section begins the file.
func (f *File) section(application, comment string) {
	f.block(blockSection, func(b []byte) []byte {
		b = binary.LittleEndian.AppendUint32(b, byteOrderMagic)
		b = append(b, 1, 0, 0, 0)                        // version 1.0
		b = binary.LittleEndian.AppendUint64(b, 1<<64-1) // the section's length is not given
		b = option(b, optAppl, application)
		b = option(b, optComment, comment)
		return option(b, optEnd, "")
	})
}

// card describes an interface; its number is its place among them.
func (f *File) card(name, about string) {
	f.block(blockInterface, func(b []byte) []byte {
		b = append(b, linkEthernet, 0, 0, 0, 0, 0, 0, 0) // no limit to a packet's length
		b = option(b, optIfName, name)
		b = option(b, optIfAbout, about)
		b = option(b, optIfTSUnit, string([]byte{nanoseconds}))
		return option(b, optEnd, "")
	})
}

// packet adds a frame to the capture of an interface.
func (f *File) packet(card int, at time.Duration, flags uint32, frame []byte, comment string) {
	f.packets++
	f.block(blockPacket, func(b []byte) []byte {
		b = binary.LittleEndian.AppendUint32(b, uint32(card))
		b = binary.LittleEndian.AppendUint32(b, uint32(uint64(at)>>32))
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(frame)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(frame)))
		b = pad(append(b, frame...), len(frame))
		b = option(b, optFlags, string(binary.LittleEndian.AppendUint32(nil, flags)))
		if comment != "" {
			b = option(b, optComment, comment)
		}
		return option(b, optEnd, "")
	})
}

func option(b []byte, code uint16, value string) []byte {
	value = value[:min(len(value), 1<<16-1)]
	b = binary.LittleEndian.AppendUint16(b, code)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
	return pad(append(b, value...), len(value))
}

// pad fills b up to a multiple of four bytes, of which n are there.
func pad(b []byte, n int) []byte {
	for ; n&3 != 0; n++ {
		b = append(b, 0)
	}
	return b
}
