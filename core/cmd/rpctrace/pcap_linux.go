package main

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	stdtime "time"

	"sunscope/core/record/pcapng"
	"sunscope/core/sockets"
	"sunscope/core/time"
	"sunscope/core/wire"
)

// capturing writes what the sockets of a live run send and receive to a file, as packets that they might have been.
type capturing struct {
	file  *os.File
	w     *bufio.Writer
	pcap  *pcapng.File
	card  int
	epoch time.Duration // when the system's uptime was 0
	err   error
}

// newCapturing opens the file; without a name nothing is captured.
func newCapturing(name string) (*capturing, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	c := &capturing{file: f, w: bufio.NewWriter(f)}
	c.pcap = pcapng.New("Sunscope", "Made from what the sockets of one program sent and received: the bytes and the times are real, "+
		"but they are those of the program; how TCP cut them into segments, acknowledged them and sent them again it does not see. "+
		"AF_UNIX sockets are left out.")
	c.card = c.pcap.Interface("sockets", "the sockets of this rpctrace")
	return c, nil
}

// attach has the host of these options tell of its packets.
func (c *capturing) attach(opt *sockets.Options) {
	if c != nil {
		opt.Tap = c.tap
	}
}

// tap writes one packet, or several if the system took or gave more than one holds.
func (c *capturing) tap(p *sockets.Packet) {
	src, err := addrPort(p.Src)
	dst, err2 := addrPort(p.Dst)
	if err != nil || err2 != nil || c.err != nil {
		return
	}
	if c.epoch == 0 {
		c.epoch = time.Duration(stdtime.Now().UnixNano()) - p.Time
	}
	c.pcap.Pass(c.card, src, dst, p.Kind, p.Bytes, c.epoch+p.Time, p.Out)
	_, c.err = c.w.Write(c.pcap.Take())
}

func addrPort(a wire.Addr) (netip.AddrPort, error) {
	ip, err := netip.ParseAddr(a.Host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%v: %w", a, err)
	}
	return netip.AddrPortFrom(ip, a.Port), nil
}

// close ends the file; it says what went wrong with it, now or earlier.
func (c *capturing) close() error {
	if c == nil {
		return nil
	}
	if _, err := c.w.Write(c.pcap.Take()); c.err == nil {
		c.err = err
	}
	if err := c.w.Flush(); c.err == nil {
		c.err = err
	}
	if err := c.file.Close(); c.err == nil {
		c.err = err
	}
	return c.err
}
