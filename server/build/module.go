package build

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

// The files of a module in the cache.
const (
	plain    = "viewer.wasm"
	gzipped  = "viewer.wasm.gz"
	brotlied = "viewer.wasm.br"
	wasmExec = "wasm_exec.js"
)

// brotliQuality is the best there is: 23 MB take one to two and a half minutes of one processor, once and in the background
// while gzip is served, where 9 takes seconds and leaves every reader an eighth more to download.
const brotliQuality = brotli.BestCompression

// Module is a built viewer in the cache.
type Module struct {
	Stamp string // of everything that went into it
	Built bool   // by this call, not found in the cache
	dir   string
}

// Form is one form of a module's file.
type Form struct {
	Path     string
	Encoding string // for Content-Encoding; "" is plain
}

// Best is the smallest form that the Accept-Encoding header allows and that exists.
func (m *Module) Best(accept string) Form {
	for _, f := range []Form{{m.path(brotlied), "br"}, {m.path(gzipped), "gzip"}} {
		if accepts(accept, f.Encoding) && exists(f.Path) {
			return f
		}
	}
	return Form{Path: m.path(plain)}
}

// WasmExec is the path of the script that starts the module.
func (m *Module) WasmExec() string { return m.path(wasmExec) }

// Size is the number of bytes of the plain module.
func (m *Module) Size() int64 { return size(m.path(plain)) }

// Compress makes the brotli form if it is not there; it may take a while. It reports whether it did anything.
func (m *Module) Compress(ctx context.Context) (did bool, err error) {
	if exists(m.path(brotlied)) {
		return false, nil
	}
	return true, compress(ctx, m.path(plain), m.path(brotlied), func(w io.Writer) io.WriteCloser {
		return brotli.NewWriterLevel(w, brotliQuality)
	})
}

// Describe says how large the module is on its way to a browser.
func (m *Module) Describe() string {
	return fmt.Sprintf("%.1f MB as gzip, %.1f MB as brotli", m.megabytes(gzipped), m.megabytes(brotlied))
}

func (m *Module) path(name string) string { return filepath.Join(m.dir, name) }

func (m *Module) megabytes(name string) float64 { return float64(size(m.path(name))) / 1e6 }

// complete reports whether everything that a server needs is there. The folder is renamed into place, so that a build
// that was interrupted never looks complete.
func (m *Module) complete() bool {
	return exists(m.path(plain)) && exists(m.path(gzipped)) && exists(m.path(wasmExec))
}

// touch marks the module as used, for the pruning.
func (m *Module) touch() {
	now := time.Now()
	_ = os.Chtimes(m.dir, now, now)
}

func gzipWriter(w io.Writer) io.WriteCloser {
	z, err := gzip.NewWriterLevel(w, gzip.DefaultCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}

// compress writes a compressed copy beside its final name and renames it when it is whole.
func compress(ctx context.Context, from, to string, with func(io.Writer) io.WriteCloser) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), ".part-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	z := with(out)
	_, err = io.Copy(z, reader{ctx, in})
	if e := z.Close(); err == nil {
		err = e
	}
	if e := out.Chmod(0o644); err == nil {
		err = e
	}
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}

// reader stops reading when the context ends.
type reader struct {
	ctx context.Context
	in  io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p[:min(len(p), 64<<10)])
}

// accepts reads an Accept-Encoding header (RFC 9110 section 12.5.3) as far as browsers use it.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == encoding {
			q := strings.ReplaceAll(quality, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
		}
	}
	return false
}

func exists(path string) bool { return size(path) > 0 }

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return 0
	}
	return info.Size()
}
