package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// However many bits are set, each is named, or counted if there is no room at all.
func TestEveryStateBitThatIsSetIsNamedOrCounted(t *testing.T) {
	for _, width := range []float32{312, 560, 750, 1400} {
		for _, v := range []trace.XprtState{0, trace.XprtLocked, trace.XprtLocked | trace.XprtConnected | trace.XprtBound | trace.XprtCongested, 1<<13 - 1} {
			b := builder{l: &List{}, v: &View{W: 1420}, tr: &english}
			b.bits(box{0, 0, width, 26}, 120, 22, &story.Xprt{State: story.Fact[trace.XprtState]{Value: v, How: story.Inferred}}, Ref{})
			b.l.resolve()
			named, counted := 0, 0
			for _, it := range b.l.Front {
				if it.Op != OpText {
					continue
				}
				require.LessOrEqual(t, extent(&it).right(), width+1)
				switch {
				case it.Font == MonoBold && it.Text != "≈":
					named++
				case strings.HasPrefix(it.Text, "+"):
					counted = int(it.Text[1] - '0')
					if len(it.Text) > 2 {
						counted = counted*10 + int(it.Text[2]-'0')
					}
				}
			}
			set := 0
			for _, n := range bitNames {
				if v&n.bit != 0 {
					set++
				}
			}
			require.Equal(t, set, named+counted, "%.0f wide, %s", width, v)
		}
	}
}
