//go:build e2e

package determinism

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

const page = `<!doctype html><script src="/wasm_exec.js"></script><script>
const go = new Go();
const started = WebAssembly.instantiateStreaming(fetch("/engine.wasm"), go.importObject).then(r => {
  go.run(r.instance);
  return r.instance.exports;
});
async function simulate(text, seed) {
  const engine = await started, scenario = new TextEncoder().encode(text);
  new Uint8Array(engine.mem.buffer, engine.input(scenario.length) >>> 0, scenario.length).set(scenario);
  const failed = engine.simulate(BigInt(seed));
  const events = new Uint8Array(engine.mem.buffer, engine.output() >>> 0, engine.outputLen() >>> 0);
  if (failed) throw new Error(new TextDecoder().decode(events));
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", events));
  return events.length + " bytes, SHA-256 " + Array.from(sum, b => b.toString(16).padStart(2, "0")).join("");
}
</script>`

func TestTheSameRunGivesTheSameBytesNativelyUnderWASIAndInABrowser(t *testing.T) {
	engine, ctx := startWASI(t), startBrowser(t)
	for _, r := range runs(t) {
		want := native(t, r.sc, r.seed)
		requireSame(t, want, engine.run(t, r.sc, r.seed), "WASI")
		var text string
		call := fmt.Sprintf("simulate(%q, %q)", r.sc.Encode(), fmt.Sprint(r.seed))
		require.NoError(t, chromedp.Run(ctx, chromedp.Evaluate(call, &text, awaited)))
		require.Equal(t, fmt.Sprintf("%d bytes, SHA-256 %x", len(want), sha256.Sum256(want)), text, "js/wasm")
		t.Logf("%s seed %d: %d bytes, the same three times", r.name, r.seed, len(want))
	}
}

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// startBrowser opens a page that holds the engine, in a browser with an empty profile.
func startBrowser(t *testing.T) context.Context {
	wasm := build(t, "js")
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page) })
	mux.HandleFunc("/engine.wasm", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, wasm) })
	mux.HandleFunc("/wasm_exec.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, wasmExec(t)) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(profile(t)),
		chromedp.Flag("headless", "new"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Run(ctx, chromedp.Navigate(srv.URL)))
	return ctx
}

// profile is an empty folder for the browser. The browser may still write to it while it ends, so that removing it can
// take more than one attempt.
func profile(t *testing.T) string {
	dir, err := os.MkdirTemp("", "sunscope-profile")
	require.NoError(t, err)
	t.Cleanup(func() {
		for range 50 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Errorf("the browser still writes to %s", dir)
	})
	return dir
}

func wasmExec(t *testing.T) string {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	file := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")
	_, err = os.Stat(file)
	require.NoError(t, err)
	return file
}
