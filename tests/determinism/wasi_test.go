// Package determinism checks that the same scenario and seed give the same event bytes wherever the engine runs.
package determinism

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/world"
	"sunscope/wasm/slim"
)

// run is what is simulated everywhere.
type run struct {
	name string
	sc   *scenario.Scenario
	seed uint64
}

// commands are done to two-slots, deleg-recall and mount-udp-loss, besides the runs without any.
var commands = map[string]string{
	"two-slots":      "1~-1,set,sunrpc.tcp_max_slot_table_entries,4~150,packet,6,drop~300,set,link.delay,2ms~320,restart,20ms",
	"mount-udp-loss": "1~120,packet,4,duplicate~200,freeze,300ms",
	"deleg-recall":   "1~900,recall,f04.1~1500,set,server.threads,2~2000,reset",
}

// runs are every built-in scenario, the small one under several seeds, and some with commands.
func runs(t *testing.T) (all []run) {
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		all = append(all, run{name, sc, 42})
		if name == "two-slots" {
			all = append(all, run{name, sc, 1}, run{name, sc, 1 << 40})
		}
		if text := commands[name]; text != "" {
			list, err := scenario.ParseCommands(text)
			require.NoError(t, err)
			sc, err = sc.With(list)
			require.NoError(t, err)
			all = append(all, run{name + " " + text, sc, 42})
		}
	}
	return all
}

func TestTheSameRunGivesTheSameBytesNativelyAndUnderWASI(t *testing.T) {
	engine := startWASI(t)
	for _, r := range runs(t) {
		t.Run(fmt.Sprintf("%s seed %d", r.name, r.seed), func(t *testing.T) {
			want := native(t, r.sc, r.seed)
			requireSame(t, want, native(t, r.sc, r.seed), "a second native run")
			requireSame(t, want, engine.run(t, r.sc, r.seed), "WASI")
		})
	}
}

func TestAnotherSeedGivesAnotherRun(t *testing.T) {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	require.False(t, bytes.Equal(native(t, sc, 1), native(t, sc, 2)))
}

func TestTheEngineUnderWASIRefusesAScenarioItDoesNotKnow(t *testing.T) {
	engine := startWASI(t)
	status, out := engine.call(t, "sunscope-scenario 1\nlink.delay -1s\n", 1)
	require.Equal(t, uint32(1), status)
	require.Contains(t, string(out), "line 2: link.delay: expected a time")
}

// requireSame compares event bytes; where they differ it says at which byte, not how all the bytes look.
func requireSame(t *testing.T, want, got []byte, where string) {
	t.Helper()
	if bytes.Equal(want, got) {
		return
	}
	n := 0
	for n < min(len(want), len(got)) && want[n] == got[n] {
		n++
	}
	t.Fatalf("%s: %d bytes of events, natively %d; the first difference is at byte %d", where, len(got), len(want), n)
}

// native is a run in this process, in the binary form of events.
func native(t *testing.T, sc *scenario.Scenario, seed uint64) []byte {
	log, err := world.Run(sc, seed)
	require.NoError(t, err)
	var b bytes.Buffer
	_, err = log.WriteTo(&b)
	require.NoError(t, err)
	return b.Bytes()
}

// build compiles the engine's module for goos, and makes it slim as the server does with what it serves.
func build(t *testing.T, goos string, flags ...string) string {
	file := filepath.Join(t.TempDir(), "engine.wasm")
	args := slices.Concat([]string{"build"}, slim.BuildFlags(), []string{"-o", file}, flags, []string{"sunscope/wasm/engine"})
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=wasm")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	built, err := os.ReadFile(file)
	require.NoError(t, err)
	small, err := slim.Slim(built)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, small, 0o644))
	return file
}

// wasi is the engine as a WASI reactor.
type wasi struct{ mod api.Module }

func startWASI(t *testing.T) wasi {
	ctx := context.Background()
	code, err := os.ReadFile(build(t, "wasip1", "-buildmode=c-shared"))
	require.NoError(t, err)
	r := wazero.NewRuntime(ctx)
	t.Cleanup(func() { r.Close(ctx) })
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	mod, err := r.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	require.NoError(t, err)
	return wasi{mod}
}

func (w wasi) run(t *testing.T, sc *scenario.Scenario, seed uint64) []byte {
	status, out := w.call(t, sc.Encode(), seed)
	require.Zero(t, status, "the run failed; output of %d bytes", len(out))
	return out
}

func (w wasi) call(t *testing.T, scenario string, seed uint64) (status uint32, out []byte) {
	in := w.one(t, "input", uint64(len(scenario)))
	require.True(t, w.mod.Memory().WriteString(uint32(in), scenario))
	status = uint32(w.one(t, "simulate", seed)) // an i32: the upper half of what wazero returns means nothing
	at, n := w.one(t, "output"), w.one(t, "outputLen")
	view, ok := w.mod.Memory().Read(uint32(at), uint32(n))
	require.True(t, ok)
	return status, bytes.Clone(view)
}

func (w wasi) one(t *testing.T, function string, args ...uint64) uint64 {
	results, err := w.mod.ExportedFunction(function).Call(context.Background(), args...)
	require.NoError(t, err)
	return results[0]
}
