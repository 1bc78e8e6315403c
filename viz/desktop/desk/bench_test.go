package desk

import (
	"testing"

	"sunscope/core/time"
)

// BenchmarkFrame is what a frame of the window costs while the run plays, without the stage.
func BenchmarkFrame(b *testing.B) {
	for _, panel := range []string{"", "show-faults", "show-runs", "show-find"} {
		name := panel
		if name == "" {
			name = "lesson"
		}
		b.Run(name, func(b *testing.B) {
			d, _ := deskOf(b, Options{Scenario: "slot-contention"})
			if panel != "" {
				d.Do(panel)
			}
			d.Do("play")
			b.ReportAllocs()
			for b.Loop() {
				d.Player.Advance(time.Second / 60)
				d.Advance(time.Second / 60)
				d.Pictures()
			}
		})
	}
}
