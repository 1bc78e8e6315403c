package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

func TestAFieldOfThePacketStandsOutUntilAnotherThingIsSelected(t *testing.T) {
	p, r := NewPlayer(), &Reporter{}
	require.NoError(t, p.OpenScenario("two-slots", 42))
	do(t, p, "seek", "event=sunscope_wire_send kind=DATA item=read[1]")
	do(t, p, "field-next")
	require.Equal(t, -1, p.Field(), "nothing is selected")
	packets := p.State().Packets
	do(t, p, "select", "kind=packet", "num="+itoa(int(packets[len(packets)-1].ID)))
	do(t, p, "key", "key=j")
	do(t, p, "key", "key=j")
	require.Equal(t, 1, p.Field())
	require.Equal(t, 1, the(t, "inspect", collect(r, p, 0)).Get("field"))
	do(t, p, "key", "key=J")
	require.Equal(t, 0, p.Field())
	do(t, p, "field-prev")
	require.Equal(t, 0, p.Field(), "there is none before the first")
	do(t, p, "field", "n=9999")
	require.Equal(t, len(p.Inspection().Fields)-1, p.Field())
	do(t, p, "select", "kind=task", "num=2")
	require.Equal(t, -1, p.Field())
	require.Equal(t, -1, the(t, "inspect", collect(r, p, time.Second)).Get("field"))
	require.ErrorContains(t, p.Do("field", Args{"n": "x"}), "the number of a field, or -1")
}
