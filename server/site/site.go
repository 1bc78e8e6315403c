package site

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"

	"sunscope/lessons"
	"sunscope/server/build"
	"sunscope/web"
)

// Options are what a site is made of.
type Options struct {
	Lessons *lessons.Library
	Module  *build.Module
	// First draws the stage at the beginning of a lesson's run; nil: there are no first frames.
	First func(l *lessons.Lesson, f Frame) ([]byte, error)
	// Inline draws the same as an svg element for a page, in colours that Colours names; nil: a page has none.
	Inline func(l *lessons.Lesson, f Frame) ([]byte, error)
	// Colours is the style sheet of what Inline draws.
	Colours []byte
}

type site struct {
	Options
	words web.Strings
	pages *template.Template
}

// New makes the handler.
func New(o Options) (http.Handler, error) {
	words, err := web.ReadStrings()
	if err != nil {
		return nil, fmt.Errorf("web/strings.json: %w", err)
	}
	s := &site{Options: o, words: words}
	if s.pages, err = web.Templates(s.word); err != nil {
		return nil, err
	}
	script, err := words.Script()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	for _, lang := range lessons.Langs {
		mux.HandleFunc("GET /"+lang+"/{$}", s.index(lang))
		mux.HandleFunc("GET /"+lang+"/{slug}", s.lesson(lang))
	}
	mux.HandleFunc("GET /first/{file}", s.first)
	mux.Handle("GET /assets/", s.static("/assets/", web.Assets()))
	mux.Handle("GET /assets/strings.js", content("strings.js", script))
	mux.Handle("GET /assets/picture.css", content("picture.css", s.Colours))
	mux.Handle("GET /viewer/", s.static("/viewer/", web.Viewer()))
	mux.HandleFunc("GET /viewer/viewer.wasm", s.module)
	mux.HandleFunc("GET /viewer/wasm_exec.js", s.wasmExec)
	mux.HandleFunc("GET /", s.missing)
	return guarded(mux), nil
}

// word is a word of the page; a key that is not there shows itself, and a test looks for such.
func (s *site) word(lang, key string) string {
	if w, ok := s.words[lang][key]; ok {
		return w
	}
	return key
}

// render writes a page, or nothing of it: a page that broke in the middle would be blank or half.
func (s *site) render(w http.ResponseWriter, status int, name string, page any) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, page); err != nil {
		http.Error(w, "the page "+name+" cannot be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
