package main

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"sunscope/core/wire"
	"sunscope/viz/desktop/desk"
)

// live is a run that is shown while it happens: the text of its events comes in a goroutine of its own, and goes to the
// stage in the window's ticks.
type live struct {
	addr   string // -live
	server wire.Addr
	prog   uint32
	vers   uint32
	proc   uint32
	path   string // to be read over NFSv4.1, instead of a procedure to be called
	every  time.Duration
	atOnce int

	from  io.Reader // a pipe that events come from
	name  string
	inbox *inbox // nil when nothing more comes
}

// tickful is how much text a tick takes in: more would be seen as a window that hesitates.
const tickful = 1 << 18

// pipe takes "-", or the name of a pipe, from -open: it is not read to its end first.
func (l *live) pipe(open *string) {
	if *open == "-" {
		l.from, l.name, *open = os.Stdin, "stdin", ""
		return
	}
	if info, err := os.Stat(*open); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		l.name, l.from, *open = filepath.Base(*open), &lateFile{path: *open}, ""
	}
}

// lateFile is opened when it is first read: a pipe lets its reader wait for its writer.
type lateFile struct {
	path string
	f    *os.File
}

// Read implements io.Reader.
func (l *lateFile) Read(p []byte) (n int, err error) {
	if l.f == nil {
		if l.f, err = os.Open(l.path); err != nil {
			return 0, err
		}
	}
	return l.f.Read(p)
}

// parse reads what follows -live ADDR.
func (l *live) parse(words []string, open string) error {
	var err error
	switch {
	case open != "":
		return errors.New("-live and -open: expected one of them")
	case l.every < time.Millisecond || l.atOnce < 1 || l.atOnce > 64:
		return errors.New("-every " + l.every.String() + " -at-once " + strconv.Itoa(l.atOnce) + ": expected at least 1ms, and 1 to 64 calls")
	}
	a, err := netip.ParseAddrPort(l.addr)
	if err != nil || a.Port() == 0 {
		return errors.New("-live " + strconv.Quote(l.addr) + ": expected an address and a port, such as 127.0.0.1:20049")
	}
	l.server = wire.Addr{Host: a.Addr().String(), Port: a.Port()}
	switch {
	case len(words) == 0:
		words = []string{"nfs", "3", "NULL"}
	case len(words) == 1 && strings.HasPrefix(words[0], "/") && len(words[0]) > 1:
		l.path = words[0]
		return nil
	}
	return l.call(words)
}

// programs are those that have a name.
var programs = map[string]uint32{"rpcbind": 100000, "nfs": 100003, "mountd": 100005, "nlockmgr": 100021, "nfsacl": 100227}

// call reads PROGRAM VERSION PROC. Procedures have numbers; 0 is NULL everywhere.
func (l *live) call(words []string) error {
	if len(words) != 3 {
		return errors.New("-live " + l.addr + ": expected PROGRAM VERSION PROC, or the /PATH of a file, after the flags")
	}
	var numbers [3]uint32
	for i, w := range words {
		n, err := strconv.ParseUint(w, 10, 32)
		if known := programs[w]; i == 0 && known != 0 {
			n, err = uint64(known), nil
		}
		if i == 2 && w == "NULL" {
			n, err = 0, nil
		}
		if err != nil {
			return errors.New("-live: " + strconv.Quote(w) + ": expected " + [...]string{
				"a program's number, or rpcbind, nfs, mountd, nlockmgr or nfsacl", "a version's number", "a procedure's number, or NULL"}[i])
		}
		numbers[i] = uint32(n)
	}
	l.prog, l.vers, l.proc = numbers[0], numbers[1], numbers[2]
	return nil
}

// begin puts the run on the desk, if there is one, and lets it come.
func (l *live) begin(d *desk.Desk) error {
	if l.from == nil && l.addr == "" {
		return nil
	}
	l.inbox = &inbox{}
	if l.from == nil {
		if err := l.run(); err != nil {
			return err
		}
		l.name = l.addr
	} else {
		go func() {
			_, err := io.Copy(l.inbox, l.from)
			l.inbox.end(err)
		}()
	}
	d.OpenLive(l.name)
	return nil
}

// inbox is text that has come and was not shown yet.
type inbox struct {
	lock  sync.Mutex
	text  []byte
	ended bool
	err   error
}

// mostWaiting is how much text waits for the window before whoever sends it must wait too.
const mostWaiting = 4 << 20

// Write implements io.Writer. Any goroutine may call it.
func (b *inbox) Write(p []byte) (int, error) {
	for {
		b.lock.Lock()
		if len(b.text) < mostWaiting {
			b.text = append(b.text, p...)
			b.lock.Unlock()
			return len(p), nil
		}
		b.lock.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
}

// end says that nothing more comes, and why if that is an error.
func (b *inbox) end(err error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.ended, b.err = true, err
}

// take is what has come, in whole lines and not too much for a tick. ended: that was all.
func (b *inbox) take() (text string, ended bool, err error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	n := bytes.LastIndexByte(b.text[:min(len(b.text), tickful)], '\n') + 1
	if n == 0 && (b.ended || len(b.text) >= tickful) {
		n = len(b.text) // half a line is all there is, or no line at all
	}
	text = string(b.text[:n])
	b.text = b.text[:copy(b.text, b.text[n:])]
	return text, b.ended && len(b.text) == 0, b.err
}

// feed is a tick: what has come goes to the stage.
func (l *live) feed(d *desk.Desk) {
	if l.inbox == nil {
		return
	}
	text, ended, err := l.inbox.take()
	if text != "" {
		d.Player.Feed(text)
	}
	if !ended {
		return
	}
	l.inbox = nil
	empty := d.Player.Story().Len() == 0
	d.Player.EndLive("")
	switch {
	case err != nil:
		d.Say(errors.New(l.name + ": " + err.Error()))
	case empty:
		d.Say(errors.New(l.name + ": no event came"))
	}
}
