package desk

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

var update = flag.Bool("update", false, "write the golden files anew")

// dump is a list as text: what is drawn, line by line, and what answers to the pointer.
func dump(l *scene.List) string {
	var b strings.Builder
	fmt.Fprintf(&b, "list %.0f×%.0f\n", l.W, l.H)
	for _, it := range l.Front {
		switch it.Op {
		case scene.OpText:
			fmt.Fprintf(&b, "text %4.0f %4.0f  %s\n", it.X, it.Y, it.Text)
		case scene.OpRect:
			fmt.Fprintf(&b, "rect %4.0f %4.0f %4.0f×%.0f%s\n", it.X, it.Y, it.W, it.H, body(&it))
		default:
			fmt.Fprintf(&b, "op %d of %d points%s\n", it.Op, len(it.Pts), body(&it))
		}
	}
	for _, h := range l.Hits {
		fmt.Fprintf(&b, "hit %4.0f %4.0f %4.0f×%.0f  %s\n", h.X, h.Y, h.W, h.H, h.Ref.Name)
	}
	return b.String()
}

// body says how a shape is drawn; the numbers of colours change with every new one.
func body(it *scene.Item) (text string) {
	if it.Fill != scene.NoColor {
		text = " filled"
	}
	if it.Stroke != scene.NoColor {
		text += " edged"
	}
	return text
}

// golden compares a list with what testdata holds under the name. What comes from the player's table of commands is in
// none of them: it would change with every new command.
func golden(t *testing.T, name string, l *scene.List) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	got := dump(l)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "go test ./viz/desktop/desk -update writes it")
	require.Equal(t, string(want), got, "go test ./viz/desktop/desk -update writes it anew; look at the difference")
}

// someItems are the lines of a menu as menus have them.
func someItems() []item {
	return []item{
		{label: "Playing"}, {label: "Play or pause", key: "Space", line: "toggle"}, {label: "Dark", line: "theme value=dark", on: true},
		{label: "Going somewhere"}, {label: "To the selected task's next step", key: "Shift+ArrowRight", line: "step-task"},
	}
}

func TestTheWindowsPartsAreAsTheGoldenFilesSay(t *testing.T) {
	d, _ := deskOf(t, Options{})
	sizes := map[string][2]float32{"wide": {1440, 900}, "narrow": {390, 844}}
	for size, wh := range sizes {
		d.Resize(wh[0], wh[1])
		d.Pictures()
		golden(t, "strip-"+size, &d.strip)
		golden(t, "bar-"+size, &d.bar)

		d.menu = menubar{open: "go", popup: newPopup(someItems())}
		d.menu.popup.move(1)
		d.Pictures()
		golden(t, "menu-"+size, &d.over)
		d.closeMenu()

		d.openChooser(&chooser{title: "Some commands", hint: "Type to search", fill: func(string) []choice {
			return []choice{
				{label: "Play or pause", key: "Space", group: "Playing", line: "toggle"}, {label: "Dark theme", group: "How it looks", line: "theme value=dark", on: true},
				{label: "udp-loss", detail: "seed 7", group: "How it looks", line: "scenario name=udp-loss seed=7"},
			}
		}})
		pressKeys(d, "ArrowDown", "ArrowDown")
		golden(t, "chooser-"+size, &d.over)
		d.Escape()

		d.notice = notice{text: "notes.txt: not an ftrace recording: line 1: expected an ftrace line, found \"dear diary\"", left: time.Second}
		d.Pictures()
		golden(t, "notice-"+size, &d.over)
		d.Escape()
	}
}

func TestAnOpenMenuOfAThingAndTheRingOfTheFocusAreAsTheGoldenFilesSay(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Player.OpenMenu(scene.Ref{Kind: scene.RefState, Num: 1}, 300, 200)
	d.contextOpen()
	d.context.popup.items = someItems()
	d.Pictures()
	golden(t, "context", &d.over)
	d.closeContext()
	pressKeys(d, "Tab")
	golden(t, "focus", &d.over)
}

func TestTheSheetOfKeysIsAsTheGoldenFileSays(t *testing.T) {
	d, _ := deskOf(t, Options{})
	s := d.begin(&d.over, d.areas.Window)
	s.layKeys(&keyGroup{"Playing", []keyRow{{[]string{"Space"}, "play or pause"}, {[]string{"+", "="}, "faster"}, {[]string{"Menu", "Shift+F10"}, "what can be done with the selected thing"}}},
		Rect{0, 0, 420, 300}, 20, 20, 400)
	golden(t, "keys", &d.over)
}
