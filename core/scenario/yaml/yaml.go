// Package yaml reads the form in which people write scenarios. It is for tools: the WebAssembly modules are given the
// compact form of core/scenario instead. Every error says file, line and key, and what was expected.
package yaml

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"sunscope/core/scenario"
)

//go:embed builtin/*.yaml
var builtin embed.FS

// Builtins names the scenarios that come with the program.
func Builtins() []string {
	files, _ := fs.Glob(builtin, "builtin/*.yaml")
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "builtin/"), ".yaml")
	}
	return files
}

// Builtin is the scenario of that name.
func Builtin(name string) (*scenario.Scenario, error) {
	text, err := builtin.ReadFile("builtin/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no scenario %q; there are: %s", name, strings.Join(Builtins(), ", "))
	}
	return Read(name+".yaml", text)
}

// Load is a built-in scenario by name, or a file's by path.
func Load(nameOrFile string) (*scenario.Scenario, error) {
	if !strings.HasSuffix(nameOrFile, ".yaml") {
		return Builtin(nameOrFile)
	}
	text, err := os.ReadFile(nameOrFile)
	if err != nil {
		return nil, err
	}
	return Read(nameOrFile, text)
}

// Read reads text, which came from file.
func Read(file string, text []byte) (*scenario.Scenario, error) {
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", file, firstLine(err))
	}
	r := reader{file: file, lines: map[string]int{}}
	for _, d := range tree.Docs {
		if d.Body != nil {
			if err := r.walk("", d.Body); err != nil {
				return nil, err
			}
		}
	}
	for _, k := range scenario.Keys() {
		if k.Default == "" && r.lines[k.Name] == 0 {
			return nil, fmt.Errorf("%s: %s is missing: %s (%s)", file, k.Name, k.Want, k.Help)
		}
	}
	if err := r.out.Check(); err != nil {
		return nil, r.at(err)
	}
	return &r.out, nil
}

type reader struct {
	file  string
	out   scenario.Scenario
	lines map[string]int // where each key was set
}

// walk sets what stands under a node; prefix is the path to it.
func (r *reader) walk(prefix string, n ast.Node) error {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if err := r.entry(prefix, v); err != nil {
				return err
			}
		}
		return nil
	case *ast.MappingValueNode:
		return r.entry(prefix, n)
	case *ast.SequenceNode:
		return r.sequence(prefix, n)
	}
	line := n.GetToken().Position.Line
	if prefix == "" {
		return fmt.Errorf("%s:%d: expected settings, not %q", r.file, line, n.String())
	}
	if was := r.lines[prefix]; was != 0 {
		return fmt.Errorf("%s:%d: %s was set already, in line %d", r.file, line, prefix, was)
	}
	r.lines[prefix] = line
	return r.at(r.out.Set(prefix, n.GetToken().Value))
}

// lists are the settings that are lists of numbered things, and what one of them is called.
var lists = map[string]string{"processes": "process", "faults": "fault", "expect": "expect", "fakeservers": "fakeserver"}

// sequence sets a list: of processes or faults, which are numbered, or of the operations of a script, which are joined.
func (r *reader) sequence(prefix string, n *ast.SequenceNode) error {
	if one, ok := lists[prefix]; ok {
		for i, v := range n.Values {
			key := fmt.Sprintf("%s.%d", one, i+1)
			switch v.(type) {
			case *ast.MappingNode, *ast.MappingValueNode:
			default:
				return fmt.Errorf("%s:%d: %s: expected settings, not %q", r.file, v.GetToken().Position.Line, key, v.String())
			}
			r.lines[key] = v.GetToken().Position.Line
			if err := r.walk(key, v); err != nil {
				return err
			}
			if one == "expect" && i < len(r.out.Expects) {
				r.out.Expects[i].Where = fmt.Sprintf("%s:%d", r.file, r.lines[key])
			}
		}
		return nil
	}
	var words []string
	for _, v := range n.Values {
		words = append(words, v.GetToken().Value)
	}
	r.lines[prefix] = n.GetToken().Position.Line
	return r.at(r.out.Set(prefix, strings.Join(words, "; ")))
}

func (r *reader) entry(prefix string, v *ast.MappingValueNode) error {
	key := v.Key.GetToken().Value
	if prefix != "" {
		key = prefix + "." + key
	}
	return r.walk(key, v.Value)
}

// at puts file and line before an error about a key.
func (r *reader) at(err error) error {
	var bad *scenario.KeyError
	if errors.As(err, &bad) {
		return fmt.Errorf("%s:%d: %w", r.file, r.line(bad.Key), err)
	}
	return err
}

// line is where a key was set, or the part of the file that it belongs to begins.
func (r *reader) line(key string) int {
	for {
		if n := r.lines[key]; n != 0 {
			return n
		}
		i := strings.LastIndexByte(key, '.')
		if i < 0 {
			return 1
		}
		key = key[:i]
	}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
