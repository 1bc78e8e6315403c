package scene

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheSVGIsWellFormedAndHasEveryText(t *testing.T) {
	s := simulated(t, 8)
	for _, lang := range []string{"en", "zh"} {
		l := at(s, 260, 1060, 900, lang)
		d := xml.NewDecoder(strings.NewReader(string(AppendSVG(nil, l, Dark))))
		texts := map[string]int{}
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if c, ok := tok.(xml.CharData); ok {
				texts[string(c)]++
			}
		}
		for _, it := range items(l) {
			if it.Op == OpText && it.Text != "" {
				require.Contains(t, texts, it.Text)
			}
		}
	}
}

func TestTextIsEscapedInSVG(t *testing.T) {
	l := &List{Front: []Item{{Op: OpText, Text: "<idle>-0 & \"co\"", Size: 12, Fill: Ink, Alpha: 255}}}
	require.Contains(t, string(AppendSVG(nil, l, Light)), `>&lt;idle&gt;-0 &amp; "co"</text>`)
}

// TestTheMomentOfTheHandOver holds a whole picture as text. After a wanted change: UPDATE=1 go test ./viz/scene.
func TestTheMomentOfTheHandOver(t *testing.T) {
	s := recorded(t, "06-slot-contention")
	i := first(t, s, "rpc_task_run_action action=xprt_complete_request_init") - 1
	got := dump(at(s, i, 390, 1500, "en"))
	const file = "testdata/hand-over.txt"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
