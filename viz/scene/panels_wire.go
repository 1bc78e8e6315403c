package scene

const wireParts = PartWire | PartDemux | PartCallbacks

// inWire divides the wire's room among the two directions, the demultiplexer and the callbacks. In a column the three lie
// below each other, and the demultiplexer shows the callbacks in its own box; in a strip they lie side by side.
func (p *panels) inWire(parts Parts) {
	if p.wire.empty() {
		return
	}
	in := box{p.wire.x + padding, p.wire.y + headHeight, p.wire.w - 2*padding, p.wire.h - headHeight - 12}
	wire, demux, callbacks := parts.any(PartWire), parts.any(PartDemux), parts.any(PartCallbacks)
	switch {
	case !wire && !demux:
		p.callbacks = in
		return
	case !wire && !callbacks:
		p.demux = in
		return
	case !wire:
		p.demuxBeside(in, 0.55)
		return
	case in.h >= columnFrom:
		p.wireColumn(&in, demux, callbacks)
	case in.h >= layersFrom && (demux || callbacks):
		low := in.cutBottom(max(in.h-130, 0.6*in.h))
		in.cutBottom(10)
		p.wireLayer(low, demux, callbacks)
	case demux:
		w := min(170, in.w*0.46)
		p.demux = box{in.right() - w, in.y, w, in.h}
		in.w -= w + 14
	case callbacks:
		w := min(190, in.w*0.46)
		p.callbacks = box{in.right() - w, in.y, w, in.h}
		in.w -= w + 14
	}
	half := (in.h - 8) / 2
	p.lanesTo = in.cutTop(half)
	in.cutTop(8)
	p.lanesBack = in
}

// From these heights the wire's parts lie in a column, or in two layers.
const (
	columnFrom = 330
	layersFrom = 200
)

// wireColumn takes the room for what lies below the two directions.
func (p *panels) wireColumn(in *box, demux, callbacks bool) {
	switch {
	case demux:
		p.demux, p.withCallbacks = in.cutBottom(min(460, 0.6*in.h)), callbacks
	case callbacks:
		p.callbacks = in.cutBottom(min(240, 0.4*in.h))
	default:
		return
	}
	in.cutBottom(12)
}

func (p *panels) wireLayer(low box, demux, callbacks bool) {
	switch {
	case demux && callbacks:
		p.demuxBeside(low, 0.52)
	case demux:
		p.demux = low
	default:
		p.callbacks = low
	}
}

// demuxBeside puts the demultiplexer beside the callbacks, or above them where it is high enough.
func (p *panels) demuxBeside(in box, part float32) {
	if in.h > 1.2*in.w {
		p.demux = in.cutTop(0.6 * in.h)
		in.cutTop(10)
		p.callbacks = in
		return
	}
	p.demux = in.cutLeft(part * (in.w - 10))
	in.cutLeft(10)
	p.callbacks = in
}

// wider gives the wire and the server more than their share of what a wide stage has over: the state map needs it least.
func (p *panels) wider(weights *[3]float32, w float32) {
	more := max(0, w-1040)
	for i, part := range [...]float32{0.34, 0.38, 0.28} {
		if weights[i] > 0 {
			weights[i] += part * more
		}
	}
}

// stripWants is a height at which the wire and the server between client and timeline show all that they have.
func (p *panels) stripWants(parts Parts) float32 {
	wire, server := p.stripLeast(parts)
	if wire > 0 {
		wire = 330
		switch {
		case !parts.any(PartDemux | PartCallbacks):
			wire = 150
		case p.narrow:
			wire = 440
		}
	}
	if server > 0 {
		server = 230
	}
	if p.narrow && wire > 0 && server > 0 {
		return wire + gap + server
	}
	return max(wire, server)
}

// inServer divides the server among its sockets, its threads, and below or beside them its back channel and replies.
func (p *panels) inServer(parts Parts) {
	if p.server.empty() {
		return
	}
	in := box{p.server.x + padding, p.server.y + headHeight, p.server.w - 2*padding, p.server.h - headHeight - 12}
	switch {
	case in.w >= 560 && in.h >= 150:
		w := 0.5 * (in.w - 24)
		p.low = box{in.right() - w, in.y, w, in.h}
		in.w -= w + 24
		p.svc = in.cutTop(0.42 * in.h)
		in.cutTop(6)
		p.threads = in
		return
	case in.h >= 240:
		p.low = in.cutBottom(max(0.52*in.h, in.h-270))
		in.cutBottom(8)
	case in.w >= 420 && in.h >= 150:
		w := 0.5 * (in.w - 16)
		p.low = box{in.right() - w, in.y, w, in.h}
		in.w -= w + 16
	}
	p.svc = in.cutTop(min(91, 0.4*in.h))
	in.cutTop(6)
	p.threads = in
}
