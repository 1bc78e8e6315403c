package world

import (
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
)

// setKnobs gives the client's module its settings. Transports that exist already keep what they were made with.
//
//go:noinline
func (w *World) setKnobs(s *scenario.Sunrpc) {
	k := sunrpc.DefaultKnobs()
	for _, knob := range []struct {
		to   *int
		from int
	}{
		{&k.TCPSlots, s.TCPSlots}, {&k.TCPMaxSlots, s.TCPMaxSlots}, {&k.UDPSlots, s.UDPSlots},
		{&k.MinResvPort, s.MinResvPort}, {&k.MaxResvPort, s.MaxResvPort},
	} {
		if knob.from != 0 { // 0 stands for the module's default
			*knob.to = knob.from
		}
	}
	w.kernel.Knobs = k
}

// setKnob is sysctl -w during a run. A highest port below the lowest is refused, as the kernel refuses it.
func (w *World) setKnob(knob string) {
	key, value, err := scenario.ParseKnob(knob)
	was := w.knobs
	if err == nil {
		err = w.knobs.Set(key, value)
	}
	if err != nil { // Check has read it already
		w.err = err
		return
	}
	w.setKnobs(&w.knobs.Sunrpc)
	if w.kernel.Knobs.MinResvPort > w.kernel.Knobs.MaxResvPort {
		w.knobs = was
		w.setKnobs(&w.knobs.Sunrpc)
	}
}
