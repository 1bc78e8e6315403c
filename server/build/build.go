package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sunscope/wasm/slim"
)

// Builder builds and keeps modules. Root and Cache must be set.
type Builder struct {
	Root  string       // the project's folder
	Cache string       // where modules are kept
	Say   func(string) // progress, a line each; may be nil
	// Package is what is built; "" is the viewer.
	Package string
	// Names keeps the names and lines of functions in the module, for reading the trace of a panic in the browser's
	// console (package slim takes them out).
	Names bool
}

// kept is how many modules the cache keeps: somebody who goes to and fro between two branches builds each once.
const kept = 3

// CacheDir is the user's cache folder for Sunscope, or a folder inside the project where there is none.
func CacheDir(root string) string {
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "sunscope")
	}
	return filepath.Join(root, ".build")
}

// Viewer returns the module, building it if the cache does not have it.
func (b *Builder) Viewer(ctx context.Context) (*Module, error) {
	began := time.Now()
	env, err := goTool(ctx, b.Root, "env", "GOVERSION", "GOROOT")
	if err != nil {
		return nil, err
	}
	version, goroot, _ := strings.Cut(strings.TrimSpace(string(env)), "\n")
	files, err := inputs(ctx, b.Root, b.pkg())
	if err != nil {
		return nil, err
	}
	words := append(append([]string{version, b.shape()}, buildArgs...), wasmEnv...)
	mark, err := stamp(b.Root, files, words...)
	if err != nil {
		return nil, err
	}
	m := &Module{Stamp: mark, dir: filepath.Join(b.Cache, "viewer-"+mark)}
	if m.complete() {
		m.touch()
		b.say("The viewer is up to date: nothing to build.")
		return m, nil
	}
	b.say(fmt.Sprintf("Building the viewer for the browser with %s; the first time takes a minute or two …", version))
	if err := b.build(ctx, m, goroot); err != nil {
		return nil, err
	}
	m.Built = true
	b.say(fmt.Sprintf("Built the viewer in %.0f s: %.1f MB, %.1f MB as gzip.", time.Since(began).Seconds(), m.megabytes(plain), m.megabytes(gzipped)))
	b.prune(m)
	return m, nil
}

func (b *Builder) pkg() string {
	if b.Package == "" {
		return "./wasm/viewer"
	}
	return b.Package
}

// shape says in what form the module is kept, for the stamp.
func (b *Builder) shape() string {
	if b.Names {
		return "with names"
	}
	return "slim " + slim.Fingerprint()
}

func (b *Builder) say(line string) {
	if b.Say != nil {
		b.Say(line)
	}
}

// build compiles into a folder of its own, which takes the module's name when everything is in it.
func (b *Builder) build(ctx context.Context, m *Module, goroot string) error {
	if err := os.MkdirAll(b.Cache, 0o755); err != nil {
		return fmt.Errorf("the cache folder cannot be made: %w", err)
	}
	work, err := os.MkdirTemp(b.Cache, "building-")
	if err != nil {
		return fmt.Errorf("the cache folder cannot be written: %w", err)
	}
	defer os.RemoveAll(work)
	stop := b.tick()
	defer stop()
	args := append(append([]string{}, buildArgs...), "-o", filepath.Join(work, plain), b.pkg())
	if _, err := goTool(ctx, b.Root, args...); err != nil {
		return err
	}
	if err := b.slim(filepath.Join(work, plain)); err != nil {
		return err
	}
	if err := copyWasmExec(goroot, work); err != nil {
		return err
	}
	if err := compress(ctx, filepath.Join(work, plain), filepath.Join(work, gzipped), gzipWriter); err != nil {
		return err
	}
	if err := os.Rename(work, m.dir); err != nil && !m.complete() {
		return fmt.Errorf("the module cannot be kept: %w", err)
	}
	return nil
}

// slim makes the module smaller. One that cannot be made smaller (another Go version built it) is served as it is.
func (b *Builder) slim(file string) error {
	if b.Names {
		return nil
	}
	module, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	small, err := slim.Slim(module)
	if err != nil {
		b.say("The viewer stays as large as it is: " + err.Error() + ".")
		return nil
	}
	return os.WriteFile(file, small, 0o644)
}

// tick says now and then that the build goes on.
func (b *Builder) tick() (stop func()) {
	began, done := time.Now(), make(chan struct{})
	go func() {
		t := time.NewTicker(10 * time.Second)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				b.say(fmt.Sprintf("… still building, %.0f s", time.Since(began).Seconds()))
			}
		}
	}()
	return func() { close(done) }
}

// copyWasmExec takes the script that starts a Go module from the toolchain that built it; the two must fit.
func copyWasmExec(goroot, work string) error {
	for _, dir := range []string{"lib", "misc"} {
		data, err := os.ReadFile(filepath.Join(goroot, dir, "wasm", wasmExec))
		if err == nil {
			return os.WriteFile(filepath.Join(work, wasmExec), data, 0o644)
		}
	}
	return fmt.Errorf("the Go installation in %s lacks lib/wasm/%s: install Go from go.dev", goroot, wasmExec)
}

// prune takes the oldest modules out of the cache, and what unfinished builds left behind.
func (b *Builder) prune(keep *Module) {
	entries, err := os.ReadDir(b.Cache)
	if err != nil {
		return
	}
	type aged struct {
		path string
		at   time.Time
	}
	var modules []aged
	for _, e := range entries {
		info, err := e.Info()
		path := filepath.Join(b.Cache, e.Name())
		switch {
		case err != nil || path == keep.dir:
		case strings.HasPrefix(e.Name(), "building-") && time.Since(info.ModTime()) > time.Hour:
			os.RemoveAll(path)
		case strings.HasPrefix(e.Name(), "viewer-"):
			modules = append(modules, aged{path, info.ModTime()})
		}
	}
	for len(modules) >= kept {
		oldest := 0
		for i := range modules {
			if modules[i].at.Before(modules[oldest].at) {
				oldest = i
			}
		}
		os.RemoveAll(modules[oldest].path)
		modules = append(modules[:oldest], modules[oldest+1:]...)
	}
}
