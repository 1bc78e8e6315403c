package world

import "sunscope/core/nfs"

// opened opens something now, and again whenever the daemon starts.
func (d *daemon) opened(open func()) {
	d.opens = append(d.opens, open)
	open()
}

// starting stands among a daemon's sockets for its beginning, which comes after its end.
type starting struct{ d *daemon }

func (s starting) taken() {}

func (s starting) read() {
	s.d.down = false
	for _, open := range s.d.opens {
		open()
	}
}

// exiting stands among them for the signal that ends it: it reads nothing more, and its own thread closes its sockets.
type exiting struct{ d *daemon }

func (e exiting) taken() {}

func (e exiting) read() {
	d := e.d
	d.down = true
	for _, end := range d.closes {
		end()
	}
	for _, c := range d.conns {
		c.s.Close()
	}
	d.closes, d.conns, d.half = nil, nil, nil
}

// unit is a daemon as scripts start and stop it, with what it tells rpcbind.
type unit struct {
	d      *daemon
	enter  func() // its lines of rpcbind's table
	leave  func()
	wanted bool // it runs, or will
}

// command starts the daemon or stops it; a daemon that is so already, or that the world does not have, hears nothing.
func (u *unit) command(on bool) {
	if u == nil || u.wanted == on {
		return
	}
	u.wanted = on
	if !on {
		u.leave()
		u.d.poll(exiting{u.d})
		return
	}
	u.d.poll(starting{u.d})
	u.enter()
}

// control lets scripts start and stop the server's mountd and rpcbind, which keeps its table (rpcbind -w).
func (w *World) control(mountd, bind *daemon, r *rpcbind) {
	nothing := func() {}
	w.daemons = map[string]*unit{}
	if bind != nil {
		w.daemons["rpcbind"] = &unit{d: bind, enter: nothing, leave: nothing, wanted: true}
	}
	if mountd == nil {
		return
	}
	u := &unit{d: mountd, enter: nothing, leave: nothing, wanted: true}
	if r != nil {
		u.enter = func() { r.add(nfs.MountProgram, nfs.MountVersion, mountdPort, "tcp", "udp") }
		u.leave = func() { r.unset(registration{prog: nfs.MountProgram, vers: nfs.MountVersion}) }
		u.enter()
	}
	w.daemons["mountd"] = u
}
