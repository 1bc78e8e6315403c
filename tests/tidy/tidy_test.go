// Package tidy checks the house rules that a machine can see: where things live, which room may import which, what the
// core may not reach, how large files are.
package tidy

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// file is a Go file of the project.
type file struct {
	name  string // from the top, with slashes
	lines int
	text  string
	ast   *ast.File
	set   *token.FileSet
}

func (f *file) test() bool { return strings.HasSuffix(f.name, "_test.go") }

func tracked(t *testing.T) []string {
	cmd := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	require.NoError(t, err)
	var names []string
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		if _, err := os.Stat(filepath.Join("../..", s.Text())); err == nil {
			names = append(names, s.Text())
		}
	}
	return names
}

func goFiles(t *testing.T) []*file {
	var files []*file
	for _, name := range tracked(t) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, name, text, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, &file{name, bytes.Count(text, []byte("\n")), string(text), tree, set})
	}
	return files
}

func TestNothingElseStandsAtTheTop(t *testing.T) {
	allowed := []string{"go.mod", "go.sum", "README.md", "core", "wasm", "viz", "lessons", "server", "web", "tests"}
	for _, name := range tracked(t) {
		top, _, _ := strings.Cut(name, "/")
		if !strings.HasPrefix(top, ".") {
			require.Contains(t, allowed, top)
		}
	}
}

// rooms says what each room may import of the project, by prefix; the longest matching room counts. Tests are free, and
// so is core/time, which imports nothing and stands for Go's own package.
var rooms = map[string][]string{
	"core/time":          {},
	"core/xdr":           {},
	"core/trace":         {},
	"core/fsm":           {"core/trace"},
	"core/wire":          {},
	"core/rpcmsg":        {"core/xdr"},
	"core/sunrpc":        {"core/fsm", "core/trace", "core/wire", "core/rpcmsg", "core/xdr"},
	"core/nfs":           {"core/sunrpc", "core/xdr", "core/rpcmsg", "core/wire", "core/trace"},
	"core/nlm":           {"core/sunrpc", "core/xdr", "core/rpcmsg", "core/wire", "core/trace"},
	"core/nfs4":          {"core/nfs", "core/xdr", "core/rpcmsg"},
	"core/nfs4/nfsd":     {"core/nfs4", "core/nfs", "core/sunrpc", "core/fsm", "core/xdr", "core/rpcmsg", "core/wire", "core/trace"},
	"core/nfs4/client":   {"core/nfs4", "core/nfs", "core/sunrpc", "core/fsm", "core/xdr", "core/rpcmsg", "core/wire", "core/trace"},
	"core/loopback":      {"core/wire", "core/trace"},
	"core/scenario":      {"core/trace", "core/fsm"},
	"core/scenario/yaml": {"core/scenario"},
	"core/world":         {"core"},
	"core/rpcbind":       {"core/sunrpc", "core/rpcmsg", "core/wire", "core/xdr"},
	"core/sockets":       {"core/sunrpc", "core/trace", "core/wire"},
	"core/story":         {"core/trace", "core/fsm"},
	"core/record":        {"core/trace", "core/fsm", "core/rpcmsg"},
	"core/record/pcapng": {"core/trace", "core/rpcmsg", "core/xdr"},
	"core/procfs":        {"core/story", "core/record", "core/trace", "core/fsm"},
	"core/cmd":           {"core"},
	"lessons":            {"core", "lessons"},
	"lessons/grade":      {"core/story", "core/trace"},
	"viz/scene":          {"core/story", "core/fsm", "core/trace", "core/xdr", "core/rpcmsg", "core/nfs", "core/nfs4", "core/nlm", "core/rpcbind", "viz/scene"},
	"viz/prose":          {"viz/scene", "lessons"},
	"viz/paint":          {"viz/scene", "viz/paint"},
	"viz/stage":          {"viz", "core", "lessons/grade"},
	"viz/desktop":        {"viz", "core", "lessons"},
	"wasm":               {"viz", "core"},
	"web":                {},
	"server":             {"server", "web", "lessons", "viz/scene", "core", "wasm/slim"},
	"tests":              {""},
}

func roomOf(dir string) string {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, ok := rooms[dir]; ok {
			return dir
		}
	}
	return ""
}

func TestRoomsImportOnlyDownwards(t *testing.T) {
	for _, f := range goFiles(t) {
		room := roomOf(path.Dir(f.name))
		require.NotEmpty(t, room, "%s is in no room", f.name)
		if f.test() {
			continue
		}
		for _, spec := range f.ast.Imports {
			p, _ := strconv.Unquote(spec.Path.Value)
			p, ours := strings.CutPrefix(p, "sunscope/")
			if !ours || p == "core/time" || roomOf(p) == room {
				continue
			}
			require.True(t, slices.ContainsFunc(rooms[room], func(ok string) bool {
				return ok == "" || p == ok || strings.HasPrefix(p, ok+"/")
			}), "%s imports %s, which %s may not", f.name, p, room)
		}
	}
}

func TestTheCoreReachesNoClockNoRandomnessAndNoMachine(t *testing.T) {
	forbidden := []string{"math/rand", "net", "net/http", "os", "os/exec", "sync", "sync/atomic", "unsafe", "io/ioutil", "context", "syscall"}
	code := regexp.MustCompile(`\bgo func|\btime\.(Now|Since|Sleep|After|Tick|NewTimer)\(|rand\.(IntN|Uint64|Int64|Shuffle)\(`)
	for _, f := range goFiles(t) {
		outside := strings.HasPrefix(f.name, "core/cmd/") || strings.HasPrefix(f.name, "core/scenario/yaml/") || strings.HasPrefix(f.name, "core/sockets/")
		if f.test() || outside || !strings.HasPrefix(f.name, "core/") {
			continue
		}
		for _, spec := range f.ast.Imports {
			p, _ := strconv.Unquote(spec.Path.Value)
			require.NotContains(t, forbidden, p, f.name)
			require.NotEqual(t, "time", p, "%s: the core's time is sunscope/core/time, which has no clock", f.name)
			require.False(t, strings.Contains(p, "."), "%s imports %s: the core stands on the standard library", f.name, p)
		}
		require.Empty(t, code.FindString(f.text), f.name)
	}
}

func TestFilesHaveOneSubject(t *testing.T) {
	for _, f := range goFiles(t) {
		require.LessOrEqual(t, f.lines, 500, "%s: %d lines", f.name, f.lines)
	}
}

func TestFunctionsFitOnAScreen(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test() {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			lines := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line
			require.LessOrEqual(t, lines, 80, "%s: %s has %d lines", f.name, fn.Name.Name, lines)
		}
	}
}

func TestEveryPackageHasADocComment(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range goFiles(t) {
		dir := path.Dir(f.name)
		if f.test() && !strings.HasPrefix(dir, "tests") {
			continue
		}
		documented[dir] = documented[dir] || f.ast.Doc != nil
	}
	for dir, ok := range documented {
		require.True(t, ok, "package in %s has no doc comment", dir)
	}
}

// vector.StrokeCircle with anti-aliasing costs up to 600 ms a call in the Ebitengine that is pinned here, because of
// its round line joins.
func TestNobodyDrawsWithTheSlowCircle(t *testing.T) {
	slow := regexp.MustCompile(`\.Stroke` + `Circle\(|LineJoin` + `Round`)
	for _, f := range goFiles(t) {
		require.Empty(t, slow.FindString(f.text), f.name)
	}
}

func TestNothingIsLeftUndone(t *testing.T) {
	marks := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX|HA` + `CK)\b|t\.Sk` + `ip\(`)
	for _, f := range goFiles(t) {
		require.Empty(t, marks.FindString(f.text), f.name)
	}
}

func TestEbitengineIsPinned(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	require.Contains(t, string(mod), "github.com/hajimehoshi/ebiten/v2 v2.10.4")
}
