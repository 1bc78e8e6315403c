package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// types are the MIME types of what is served; the system's own table may lack or bend some.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".wasm": "application/wasm", ".json": "application/json",
}

func typeOf(name string) string {
	if t, ok := types[path.Ext(name)]; ok {
		return t
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// static serves embedded files. A browser asks each time whether its copy is still right, and mostly is told so.
func (s *site) static(prefix string, files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, prefix)
		if name == "" {
			name = "index.html"
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			s.missing(w, r)
			return
		}
		content(name, data).ServeHTTP(w, r)
	})
}

// content serves bytes under their hash as ETag.
func content(name string, data []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256(data)
		head := w.Header()
		head.Set("Content-Type", typeOf(name))
		head.Set("Cache-Control", "no-cache")
		head.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
	})
}

// module serves the WebAssembly in the best form that the browser takes. The page shows progress by X-Decoded-Length,
// because a browser counts decoded bytes while Content-Length would count encoded ones.
func (s *site) module(w http.ResponseWriter, r *http.Request) {
	form := s.Module.Best(r.Header.Get("Accept-Encoding"))
	f, err := os.Open(form.Path)
	if err != nil {
		http.Error(w, "the viewer's module is gone from the cache: start the server again", http.StatusInternalServerError)
		return
	}
	defer f.Close()
	head := w.Header()
	head.Set("Content-Type", typeOf(".wasm"))
	head.Set("Cache-Control", "no-cache")
	head.Set("Vary", "Accept-Encoding")
	head.Set("X-Decoded-Length", strconv.FormatInt(s.Module.Size(), 10))
	head.Set("ETag", `"`+s.Module.Stamp+form.Encoding+`"`)
	if form.Encoding != "" {
		head.Set("Content-Encoding", form.Encoding)
	}
	http.ServeContent(w, r, "", time.Time{}, f)
}

func (s *site) wasmExec(w http.ResponseWriter, r *http.Request) {
	data, err := os.ReadFile(s.Module.WasmExec())
	if err != nil {
		http.Error(w, "wasm_exec.js is gone from the cache: start the server again", http.StatusInternalServerError)
		return
	}
	content("wasm_exec.js", data).ServeHTTP(w, r)
}
