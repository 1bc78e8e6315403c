// Command size builds the two WebAssembly modules, makes them slim and compresses them as the server does, prints their sizes, and fails
// when one is larger than a learner on a slow line should have to wait for.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/andybalholm/brotli"

	"sunscope/wasm/slim"
)

// module is a WebAssembly program and the most that it may weigh, in bytes of brotli at its best.
type module struct {
	name  string
	goos  string
	flags []string
	limit int
}

var modules = []module{
	{"viewer", "js", nil, 3_200_000},
	{"engine", "js", nil, 800_000},
	{"engine", "wasip1", []string{"-buildmode=c-shared"}, 800_000},
}

func main() {
	dir, err := os.MkdirTemp("", "sunscope-size")
	if err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(2)
	}
	defer os.RemoveAll(dir)
	tooLarge := false
	for _, m := range modules {
		raw, packed, err := m.measure(dir)
		if err != nil {
			fmt.Fprintf(os.Stderr, "size: wasm/%s for %s: %v\n", m.name, m.goos, err)
			os.Exit(1)
		}
		verdict := "ok"
		if packed > m.limit {
			verdict, tooLarge = "TOO LARGE", true
		}
		fmt.Printf("wasm/%s for %-6s %6.2f MB, brotli %5.2f MB of at most %.1f: %s\n",
			m.name, m.goos, float64(raw)/1e6, float64(packed)/1e6, float64(m.limit)/1e6, verdict)
	}
	if tooLarge {
		os.Exit(1)
	}
}

func (m module) measure(dir string) (raw, packed int, err error) {
	file := filepath.Join(dir, m.name+"-"+m.goos+".wasm")
	args := slices.Concat([]string{"build"}, slim.BuildFlags(), []string{"-o", file}, m.flags, []string{"sunscope/wasm/" + m.name})
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS="+m.goos, "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, out)
	}
	built, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, err
	}
	code, err := slim.Slim(built)
	if err != nil {
		return 0, 0, err
	}
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	if _, err := w.Write(code); err != nil {
		return 0, 0, err
	}
	if err := w.Close(); err != nil {
		return 0, 0, err
	}
	return len(code), b.Len(), nil
}
