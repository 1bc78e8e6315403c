package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	"sunscope/wasm/slim"
)

// ldflags and the rest of the command line are part of the stamp.
var buildArgs = append([]string{"build"}, slim.BuildFlags()...)

var wasmEnv = []string{"GOOS=js", "GOARCH=wasm", "GOFLAGS=", "CGO_ENABLED=0"}

// Root finds the project's folder: dir or the nearest folder above it with this module's go.mod.
func Root(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		data, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && strings.HasPrefix(string(data), "module sunscope\n") {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not inside the Sunscope project: run the command from the project's folder", dir)
		}
	}
}

// source is what "go list" tells of a package.
type source struct {
	Dir        string
	GoFiles    []string
	EmbedFiles []string
	Standard   bool
	Module     *struct{ Main bool }
}

// inputs lists the files of this project that go into a package's module, sorted.
func inputs(ctx context.Context, root, pkg string) ([]string, error) {
	out, err := goTool(ctx, root, "list", "-deps", "-json=Dir,GoFiles,EmbedFiles,Standard,Module", pkg)
	if err != nil {
		return nil, err
	}
	files := []string{filepath.Join(root, "go.mod"), filepath.Join(root, "go.sum")}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var s source
		if err := dec.Decode(&s); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if s.Standard || s.Module == nil || !s.Module.Main {
			continue // pinned by go.sum, or by the Go version
		}
		for _, name := range append(s.GoFiles, s.EmbedFiles...) {
			files = append(files, filepath.Join(s.Dir, name))
		}
	}
	sort.Strings(files)
	return files, nil
}

// stamp is a hash of the files' names and contents and of the words; equal stamps mean equal modules.
func stamp(root string, files []string, words ...string) (string, error) {
	h := sha256.New()
	for _, w := range words {
		fmt.Fprintf(h, "%d:%s", len(w), w)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s:%d:", filepath.ToSlash(rel), len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil))[:20], nil
}

// goTool runs the go command for WebAssembly and returns what it prints. Its complaints become the error.
func goTool(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), wasmEnv...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the go command is not on the PATH: it is needed to build the viewer")
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, bytes.TrimSpace(complaints.Bytes()))
}
