package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sunscope/lessons"
)

// Frame is how a first frame is to look: size in CSS pixels, language and theme, and which part of the stage it shows where
// there is no room for all of it.
type Frame struct {
	W, H  int
	Lang  string
	Theme string // light, dark, projector
	Part  string // one of Parts; "" is all
}

// Parts are the parts that a page shows one at a time (web/assets/parts.js has what each holds).
var Parts = []string{"slots", "map", "wire", "time", "client"}

// Limits of a first frame's size; a size outside is brought inside.
const (
	smallestFrame = 200
	largestFrame  = 4000
)

func readFrame(q url.Values) Frame {
	f := Frame{W: 1040, H: 720, Lang: lessons.Langs[0], Theme: "light"}
	if lang := q.Get("lang"); slices.Contains(lessons.Langs, lang) {
		f.Lang = lang
	}
	if theme := q.Get("theme"); slices.Contains([]string{"light", "dark", "projector"}, theme) {
		f.Theme = theme
	}
	if part := q.Get("part"); slices.Contains(Parts, part) {
		f.Part = part
	}
	for _, side := range []struct {
		name string
		to   *int
	}{{"w", &f.W}, {"h", &f.H}} {
		if n, err := strconv.Atoi(q.Get(side.name)); err == nil {
			*side.to = min(max(n, smallestFrame), largestFrame)
		}
	}
	return f
}

// viewCookie holds the size that the stage had when the page was open last, and the part that it showed: "1004x762.slots".
const viewCookie = "sunscope-view"

// The stage in a window of 1440×900, and in one of 390×844.
var (
	deskFrame  = Frame{W: 1004, H: 762}
	phoneFrame = Frame{W: 374, H: 354, Part: "slots"}
)

// probable is the frame that the reader's browser will want: as it was last time, or as such a device mostly has it. The
// theme is the browser's to choose.
func probable(r *http.Request, lang string) Frame {
	f := deskFrame
	if r.Header.Get("Sec-CH-UA-Mobile") == "?1" || strings.Contains(r.UserAgent(), "Mobi") {
		f = phoneFrame
	}
	if c, err := r.Cookie(viewCookie); err == nil {
		size, part, _ := strings.Cut(c.Value, ".")
		w, h, _ := strings.Cut(size, "x")
		f = readFrame(url.Values{"w": {w}, "h": {h}, "part": {part}})
	}
	f.Lang, f.Theme = lang, ""
	return f
}

// first serves the stage at the beginning of a lesson's run.
func (s *site) first(w http.ResponseWriter, r *http.Request) {
	slug, ok := strings.CutSuffix(r.PathValue("file"), ".svg")
	f := readFrame(r.URL.Query())
	l := s.Lessons.Find(f.Lang, slug)
	if !ok || l == nil || s.First == nil {
		s.missing(w, r)
		return
	}
	svg, err := s.First(l, f)
	if err != nil {
		http.Error(w, "the first frame of "+slug+" cannot be drawn: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'") // a picture styles itself
	content("first.svg", svg).ServeHTTP(w, r)
}
