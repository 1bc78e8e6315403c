package pcapng

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/trace"
)

// Where packets are captured, besides hosts by their name or address.
const (
	AtClients = "clients" // at every host whose role is client
	AtAll     = "all"     // at every host: most packets are in the capture twice, on two interfaces
)

// Write makes a capture of a log's packets, at the network cards of the hosts called at: a name, an address, [AtClients] or
// [AtAll]. title says what the log is of. Its errors: there is no such host, or the log is not of a simulation: events of a kernel
// carry no bytes.
func Write(l *trace.Log, at, title string) (*File, error) {
	w := &logWriter{log: l, at: at, lost: map[int64]bool{}, cards: map[netip.Addr]int{}, flying: map[int64]*Packet{},
		last: map[way]sent{}, tasks: map[uint32]string{}}
	w.file = New("Sunscope", title+". Captured at "+at+". What a host says to itself, over AF_LOCAL sockets or 127.0.0.1, such as the"+
		" registrations with rpcbind, needs no packets and is not in this file.")
	w.file.Follow()
	var e trace.Event
	for i := range l.Len() {
		if l.At(i, &e); e.Kind == trace.Fault {
			w.fault(&e)
		}
	}
	for i := range l.Len() {
		l.At(i, &e)
		if err := w.event(&e); err != nil {
			return nil, err
		}
	}
	switch {
	case len(w.hosts) == 0:
		return nil, errors.New("there is no network in it: only events of a simulation carry bytes")
	case len(w.cards) == 0:
		return nil, errors.New("no host " + strconv.Quote(at) + "; there are " + strings.Join(w.names, ", ") +
			", and clients and all for several")
	}
	return w.file, nil
}

// logWriter goes through a log once for what is lost, and once for the rest.
type logWriter struct {
	log    *trace.Log
	file   *File
	at     string
	hosts  []host
	names  []string
	cards  map[netip.Addr]int
	lost   map[int64]bool // packets
	flying map[int64]*Packet
	last   map[way]sent // the last segment of a direction
	tasks  map[uint32]string
	twice  bool // the next packet is one that the network has doubled
}

// host is a computer: its CPUs tell whose an event is. It may have more addresses than one, those of network namespaces, and
// has a card for each.
type host struct {
	name, role  string
	first, last uint8
}

// sent is a packet's number and kind.
type sent struct {
	id   int64
	kind string
}

func (w *logWriter) text(e *trace.Event, slot int) string { return w.log.Text(trace.Str(e.F[slot])) }

func (w *logWriter) event(e *trace.Event) error {
	switch e.Kind {
	case trace.Host:
		w.host(e)
	case trace.WireSend:
		return w.send(e)
	case trace.WireRecv:
		w.recv(e)
	case trace.Fault:
		w.twice = w.text(e, 0) == "DUPLICATE"
	case trace.XprtReserve:
		w.tasks[uint32(e.F[2])] = w.task(e)
	}
	return nil
}

// fault notes which packets are lost: that is told after they have left.
func (w *logWriter) fault(e *trace.Event) {
	if number, ok := strings.CutPrefix(w.text(e, 1), "packet="); ok && w.text(e, 0) == "LOST" {
		id, _ := strconv.ParseInt(number, 10, 64)
		w.lost[id] = true
	}
}

// task is what the kernel calls a task.
func (w *logWriter) task(e *trace.Event) string {
	fields := trace.XprtReserve.Fields()
	b := w.log.AppendField([]byte("task:"), e, fields[0])
	return string(w.log.AppendField(append(b, '@'), e, fields[1]))
}

func (w *logWriter) host(e *trace.Event) {
	h := host{w.text(e, 0), w.text(e, 4), uint8(e.Int("first")), uint8(e.Int("last"))}
	if slices.Contains(w.names, h.name) {
		return
	}
	w.hosts, w.names = append(w.hosts, h), append(w.names, h.name)
	if addr, err := netip.ParseAddr(w.text(e, 1)); err == nil {
		w.card(&h, addr)
	}
}

// card is that of an address of a host; false if nobody wants to see what goes through it.
func (w *logWriter) card(h *host, addr netip.Addr) (card int, wanted bool) {
	if w.at != AtAll && (w.at != AtClients || h.role != "client") && w.at != h.name && w.at != addr.String() {
		return 0, false
	}
	card, there := w.cards[addr]
	if !there {
		card = w.file.Interface(h.name+" "+addr.String(), h.role+", network card with the address "+addr.String())
		w.cards[addr] = card
	}
	return card, true
}

// capture writes a packet if the event is one of a host that is looked at.
func (w *logWriter) capture(e *trace.Event, addr netip.Addr, p *Packet, out bool) {
	for i := range w.hosts {
		h := &w.hosts[i]
		if e.CPU < h.first || e.CPU > h.last {
			continue
		}
		if card, wanted := w.card(h, addr); wanted {
			w.file.Capture(card, p, e.Time, out, w.about)
		}
	}
}

func (w *logWriter) send(e *trace.Event) error {
	src, err := netip.ParseAddrPort(w.text(e, 1))
	if err != nil {
		return errors.New("a packet's sender: " + err.Error())
	}
	dst, err := netip.ParseAddrPort(w.text(e, 2))
	if err != nil {
		return errors.New("a packet's receiver: " + err.Error())
	}
	if src.Addr().Is4() != dst.Addr().Is4() {
		return errors.New("a packet from " + src.String() + " to " + dst.String() + ": expected two addresses of one family")
	}
	id, kind, payload := e.F[0], w.text(e, 3), []byte(w.text(e, 6))
	before, dir := sent{}, way{src, dst}
	if before = w.last[dir]; kind != "DGRAM" {
		w.last[dir] = sent{id, kind}
	}
	p := w.file.Send(src, dst, kind, payload, e.Time, w.lost[before.id] && before.kind == kind)
	w.flying[id] = p
	doubled := w.twice // on the way: its sender has sent one
	w.twice = false
	if !doubled {
		w.capture(e, src.Addr(), p, true)
	}
	return nil
}

func (w *logWriter) recv(e *trace.Event) {
	p := w.flying[e.F[0]]
	if p == nil {
		return
	}
	delete(w.flying, e.F[0])
	w.file.Arrive(p)
	w.capture(e, p.Dst.Addr(), p, false)
}

// about says which task a message belongs to.
func (w *logWriter) about(m *Message) string {
	task := w.tasks[m.XID]
	switch {
	case task == "":
		return ""
	case m.Reply:
		return "reply to " + task
	}
	return "call of " + task
}
