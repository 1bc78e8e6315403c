package site

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/lessons"
	"sunscope/server/build"
	"sunscope/web"
)

// smallModule is a module of a one-line program: the site does not care what it does.
func smallModule(t *testing.T) *build.Module {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module sunscope\n\ngo 1.26\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.sum"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644))
	b := build.Builder{Root: root, Cache: t.TempDir(), Package: "."}
	m, err := b.Viewer(context.Background())
	require.NoError(t, err)
	return m
}

func open(t *testing.T, change func(*Options)) *httptest.Server {
	t.Helper()
	lib, err := lessons.Open()
	require.NoError(t, err)
	o := Options{Lessons: lib}
	if change != nil {
		change(&o)
	}
	h, err := New(o)
	require.NoError(t, err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true},
	}
	answer, err := client.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(body)
}

func TestTheFirstPageIsInTheReadersLanguage(t *testing.T) {
	url := open(t, nil).URL + "/"
	for name, c := range map[string]struct {
		headers []string
		to      string
	}{
		"nothing said":           {nil, "/en/"},
		"browser in Chinese":     {[]string{"Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8"}, "/zh/"},
		"Chinese second":         {[]string{"Accept-Language", "en-GB,en;q=0.9,zh;q=0.8"}, "/en/"},
		"another language":       {[]string{"Accept-Language", "fr,de;q=0.9"}, "/en/"},
		"chosen before":          {[]string{"Accept-Language", "en", "Cookie", "sunscope-lang=zh"}, "/zh/"},
		"nonsense in the cookie": {[]string{"Cookie", "sunscope-lang=//evil"}, "/en/"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, _ := get(t, url, c.headers...)
			require.Equal(t, http.StatusFound, answer.StatusCode)
			require.Equal(t, c.to, answer.Header.Get("Location"))
		})
	}
}

func TestALessonIsServedInBothLanguages(t *testing.T) {
	url := open(t, nil).URL
	answer, en := get(t, url+"/en/next-slot")
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Contains(t, en, `<html lang="en">`)
	require.Contains(t, en, "<h1>Who gets the next slot?</h1>")
	require.Contains(t, en, `data-scenario="two-slots" data-seed="42"`)
	require.Contains(t, en, `href="/zh/next-slot"`)
	_, zh := get(t, url+"/zh/next-slot")
	require.Contains(t, zh, `<html lang="zh">`)
	require.Contains(t, zh, "<h1>下一个槽位归谁？</h1>")
	require.Contains(t, zh, "<legend>预测</legend>")
	require.Equal(t, strings.Count(en, "data-await="), strings.Count(zh, "data-await="))
}

func TestTheListNamesEveryLesson(t *testing.T) {
	_, body := get(t, open(t, nil).URL+"/zh/")
	require.Contains(t, body, `<a href="/zh/next-slot">`)
	require.Contains(t, body, "下一个槽位归谁？")
}

func TestAnUnknownLessonGetsAPageThatHelps(t *testing.T) {
	url := open(t, nil).URL
	for path, says := range map[string]string{
		"/en/no-such":        "There is no lesson called “no-such”.",
		"/zh/no-such":        "没有叫“no-such”的课程。",
		"/en/<b>":            "There is no lesson called “&lt;b&gt;”.",
		"/nowhere":           "Nothing is served at /nowhere.",
		"/assets/none.js":    "Nothing is served at /assets/none.js.",
		"/assets/../main.go": "Nothing is served at /main.go.",
		"/zh/a/b":            "/zh/a/b 这里什么也没有。",
		"/first/none.svg":    "Nothing is served at /first/none.svg.",
	} {
		answer, body := get(t, url+path)
		if answer.StatusCode == http.StatusMovedPermanently || answer.StatusCode == http.StatusTemporaryRedirect {
			answer, body = get(t, url+answer.Header.Get("Location"))
		}
		require.Equal(t, http.StatusNotFound, answer.StatusCode, path)
		require.Contains(t, body, says, path)
		require.Contains(t, body, "/next-slot", "the page leads on")
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	url := open(t, nil).URL
	for _, path := range []string{"/", "/en/", "/en/next-slot", "/en/none", "/assets/base.css", "/viewer/"} {
		answer, _ := get(t, url+path)
		policy := answer.Header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'", "frame-src 'self'", "font-src 'self'"} {
			require.Contains(t, policy, rule, path)
		}
		require.NotContains(t, policy, "unsafe-inline", path)
		require.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"), path)
	}
}

func TestNoPageNeedsWhatThePolicyForbids(t *testing.T) {
	url := open(t, nil).URL
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:\s+type="module")?>|https?://`)
	for _, path := range []string{"/en/", "/en/next-slot", "/zh/next-slot", "/en/none", "/viewer/"} {
		_, body := get(t, url+path)
		require.Empty(t, inline.FindAllString(body, -1), path)
	}
}

func TestEverythingAPageLoadsIsThere(t *testing.T) {
	module := smallModule(t)
	url := open(t, func(o *Options) { o.Module = module }).URL
	loads := regexp.MustCompile(`(?:src|href)="(/(?:assets|viewer)/[^"]*)"`)
	imports := regexp.MustCompile(`from "\./([^"]+)"`)
	seen := map[string]bool{}
	var visit func(path string)
	visit = func(path string) {
		if seen[path] {
			return
		}
		seen[path] = true
		answer, body := get(t, url+path)
		require.Equal(t, http.StatusOK, answer.StatusCode, path)
		for _, m := range loads.FindAllStringSubmatch(body, -1) {
			visit(m[1])
		}
		for _, m := range imports.FindAllStringSubmatch(body, -1) {
			visit("/assets/" + m[1])
		}
	}
	visit("/en/next-slot")
	require.Contains(t, seen, "/assets/words.js")
	require.Contains(t, seen, "/assets/strings.js")
	for _, name := range []string{"viewer.css", "wasm_exec.js", "boot.js", "viewer.wasm"} {
		visit("/viewer/" + name)
	}
}

func TestFilesHaveTheirTypesAndAreAskedForOnce(t *testing.T) {
	module := smallModule(t)
	url := open(t, func(o *Options) { o.Module = module }).URL
	for path, kind := range map[string]string{
		"/assets/base.css": "text/css; charset=utf-8", "/assets/main.js": "text/javascript; charset=utf-8", "/assets/icon.svg": "image/svg+xml",
		"/assets/strings.js": "text/javascript; charset=utf-8", "/viewer/": "text/html; charset=utf-8",
		"/viewer/viewer.wasm": "application/wasm", "/viewer/wasm_exec.js": "text/javascript; charset=utf-8",
	} {
		answer, _ := get(t, url+path)
		require.Equal(t, kind, answer.Header.Get("Content-Type"), path)
		tag := answer.Header.Get("ETag")
		require.NotEmpty(t, tag, path)
		again, body := get(t, url+path, "If-None-Match", tag)
		require.Equal(t, http.StatusNotModified, again.StatusCode, path)
		require.Empty(t, body, path)
	}
}

func TestTheModuleComesCompressedToWhoeverTakesIt(t *testing.T) {
	module := smallModule(t)
	url := open(t, func(o *Options) { o.Module = module }).URL + "/viewer/viewer.wasm"
	plain, body := get(t, url)
	require.Equal(t, "", plain.Header.Get("Content-Encoding"))
	require.Equal(t, "\x00asm", body[:4])
	zipped, short := get(t, url, "Accept-Encoding", "gzip, deflate, br")
	require.Equal(t, "gzip", zipped.Header.Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", zipped.Header.Get("Vary"))
	require.Less(t, len(short), len(body))
	require.NotEqual(t, plain.Header.Get("ETag"), zipped.Header.Get("ETag"))
	_, err := module.Compress(context.Background())
	require.NoError(t, err)
	brotli, shorter := get(t, url, "Accept-Encoding", "gzip, deflate, br")
	require.Equal(t, "br", brotli.Header.Get("Content-Encoding"))
	require.Less(t, len(shorter), len(short))
	require.NotEmpty(t, brotli.Header.Get("X-Decoded-Length"))
}

func TestAFirstFrameIsDrawnAsAskedWithinLimits(t *testing.T) {
	var got Frame
	url := open(t, func(o *Options) {
		o.First = func(l *lessons.Lesson, f Frame) ([]byte, error) {
			got = f
			return []byte("<svg>" + l.Lang + "</svg>"), nil
		}
	}).URL
	answer, body := get(t, url+"/first/next-slot.svg?lang=zh&theme=dark&w=800&h=99999")
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "image/svg+xml", answer.Header.Get("Content-Type"))
	require.Equal(t, "<svg>zh</svg>", body)
	require.Equal(t, Frame{W: 800, H: largestFrame, Lang: "zh", Theme: "dark"}, got)
	get(t, url+"/first/next-slot.svg?lang=xx&theme=pink&w=-1&h=x")
	require.Equal(t, Frame{W: smallestFrame, H: 720, Lang: "en", Theme: "light"}, got)
}

func TestThePageHasEveryWordInEveryLanguageAndNoneTooMany(t *testing.T) {
	words, err := web.ReadStrings()
	require.NoError(t, err)
	for _, lang := range lessons.Langs {
		require.Len(t, words[lang], len(words["en"]), lang)
	}
	used := usedWords(t)
	for key, en := range words["en"] {
		require.Contains(t, words["zh"], key)
		require.NotEmpty(t, en, key)
		require.True(t, used(key), "nothing says %q", key)
	}
	url := open(t, nil).URL
	for _, path := range []string{"/en/next-slot", "/zh/", "/zh/none"} {
		_, body := get(t, url+path)
		for _, m := range regexp.MustCompile(`data-i18n[a-z-]*="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			require.Contains(t, words["en"], m[1], path)
		}
	}
}

// usedWords finds out which keys the templates, the scripts and this package name.
func usedWords(t *testing.T) func(key string) bool {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"../../web/templates/*.html", "../../web/assets/*.js", "*.go", "../*.go"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, names, pattern)
		for _, name := range names {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			all.Write(data)
		}
	}
	text := all.String()
	return func(key string) bool {
		family, _, several := strings.Cut(key, ".")
		return strings.Contains(text, `"`+key+`"`) || several && strings.Contains(text, "`"+family+".$")
	}
}

func TestThePageHoldsTheFirstFrameInTheSizeThatTheBrowserProbablyWants(t *testing.T) {
	var got Frame
	url := open(t, func(o *Options) {
		o.Inline = func(_ *lessons.Lesson, f Frame) ([]byte, error) {
			got = f
			return []byte(`<svg id="inline"></svg>`), nil
		}
	}).URL + "/zh/next-slot"
	for name, c := range map[string]struct {
		headers []string
		frame   Frame
	}{
		"a laptop":          {nil, Frame{W: 1004, H: 762, Lang: "zh"}},
		"a phone":           {[]string{"User-Agent", "Mozilla/5.0 (Linux; Android 15) Mobile Safari/537.36"}, Frame{W: 374, H: 354, Lang: "zh", Part: "slots"}},
		"as it was before":  {[]string{"Cookie", "sunscope-view=801x600.client"}, Frame{W: 801, H: 600, Lang: "zh", Part: "client"}},
		"nonsense":          {[]string{"Cookie", "sunscope-view=<b>x99999.pink"}, Frame{W: 1040, H: largestFrame, Lang: "zh"}},
		"too small a thing": {[]string{"Cookie", "sunscope-view=-1x0"}, Frame{W: smallestFrame, H: smallestFrame, Lang: "zh"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, body := get(t, url, c.headers...)
			require.Contains(t, body, `<svg id="inline"></svg>`)
			require.Equal(t, c.frame, got)
		})
	}
}
