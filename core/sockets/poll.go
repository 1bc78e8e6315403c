//go:build linux

package sockets

import (
	"syscall"

	"sunscope/core/time"
)

// poller is epoll with the sockets that it watches, edge-triggered: it speaks when something has happened to a socket.
type poller struct {
	fd     int
	wakeR  int // a pipe by which other goroutines end a wait
	wakeW  int
	socks  map[uint64]sock // by their number, which is never used again
	number uint64
	events [256]syscall.EpollEvent
	dirty  []flusher // with bytes that have not been written
	unsent int       // messages in them
	buf    [readSize]byte
	spare  [][]byte // of readSize bytes, for what was read and is not wanted yet
	outs   [][]byte // for what is to be written
}

// readSize is how many bytes are read at once.
const readSize = 1 << 16

// spares is how much memory is kept to be used again.
const spares = 16

// room is memory for what was read. Only sockets that are being read have any.
func (p *poller) room() []byte {
	last := len(p.spare) - 1
	if last < 0 {
		return make([]byte, readSize)
	}
	r := p.spare[last]
	p.spare = p.spare[:min(last, spares)]
	return r
}

// outRoom is memory for what is to be written; nil if there is none to be used again.
func (p *poller) outRoom() []byte {
	last := len(p.outs) - 1
	if last < 0 {
		return nil
	}
	r := p.outs[last]
	p.outs = p.outs[:last]
	return r
}

// keepOut keeps memory for outRoom.
func (p *poller) keepOut(b []byte) {
	if len(p.outs) < spares && cap(b) <= 2*OutLimit {
		p.outs = append(p.outs, b[:0])
	}
}

// sock is what epoll may have news of.
type sock interface {
	// news hears what happened, in a softirq.
	news(events uint32)
	close()
}

// flusher is a socket with something to be written.
type flusher interface{ flush() }

const edge = 1 << 31 // EPOLLET, which package syscall has as a negative number

func (p *poller) open() error {
	p.socks = map[uint64]sock{}
	var err error
	if p.fd, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return err
	}
	var pipe [2]int
	if err = syscall.Pipe2(pipe[:], syscall.O_NONBLOCK|syscall.O_CLOEXEC); err != nil {
		syscall.Close(p.fd)
		return err
	}
	p.wakeR, p.wakeW = pipe[0], pipe[1]
	return syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, p.wakeR, &syscall.EpollEvent{Events: syscall.EPOLLIN | edge})
}

// interrupt ends a wait, now or the next one.
func (p *poller) interrupt() { _, _ = syscall.Write(p.wakeW, []byte{1}) } // a full pipe does it too

// add watches fd for s; it returns the number by which it is known.
func (p *poller) add(fd int, events uint32, s sock) (uint64, error) {
	p.number++
	ev := event(events, p.number)
	if err := syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, fd, &ev); err != nil {
		return 0, err
	}
	p.socks[p.number] = s
	return p.number, nil
}

func (p *poller) modify(fd int, number uint64, events uint32) {
	ev := event(events, number)
	_ = syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_MOD, fd, &ev) // fd is open and watched
}

func event(events uint32, number uint64) syscall.EpollEvent {
	return syscall.EpollEvent{Events: events | edge, Fd: int32(uint32(number)), Pad: int32(number >> 32)}
}

// wait lets the sockets that have news say so, or returns when the time is up. A negative time is no limit.
func (p *poller) wait(most time.Duration) {
	ms := -1
	if most >= 0 {
		ms = int(min((most+time.Millisecond-1)/time.Millisecond, 1<<30))
	}
	n, err := syscall.EpollWait(p.fd, p.events[:], ms)
	if err != nil {
		return // EINTR
	}
	for _, ev := range p.events[:max(n, 0)] {
		number := uint64(uint32(ev.Fd)) | uint64(uint32(ev.Pad))<<32
		if number == 0 {
			p.quiet()
		} else if s := p.socks[number]; s != nil {
			s.news(ev.Events)
		}
	}
}

// quiet empties the pipe.
func (p *poller) quiet() {
	for {
		if n, err := syscall.Read(p.wakeR, p.buf[:]); n <= 0 || err != nil {
			return
		}
	}
}

// flush writes what the engine has sent since the last time.
func (p *poller) flush() {
	for i := 0; i < len(p.dirty); i++ {
		p.dirty[i].flush()
	}
	clear(p.dirty)
	p.dirty, p.unsent = p.dirty[:0], 0
}

// Close closes every socket. The host is of no use any more.
func (h *Host) Close() {
	h.lock.Lock()
	defer h.lock.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for _, s := range h.poll.socks {
		s.close()
	}
	syscall.Close(h.poll.wakeR)
	syscall.Close(h.poll.wakeW)
	syscall.Close(h.poll.fd)
}
