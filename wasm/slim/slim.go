package slim

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// gap is the shortest run of zeros that ends a data segment. Shorter ones compress to less than a new segment's address; the
// value hardly matters from 256 up.
const gap = 1024

// Slim returns the module without what only a stack trace needs. It does not change what it is given. An error says what
// the module has that one of Go 1.26 has not.
func Slim(module []byte) ([]byte, error) {
	all, err := sections(module)
	if err != nil {
		return nil, err
	}
	data, err := memory(all)
	if err != nil {
		return nil, err
	}
	t, err := find(data)
	if err != nil {
		return nil, err
	}
	bodies := t.bodies() // by the names, which go
	if err := t.cut(); err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, len(module)), module[:headerBytes]...)
	for _, s := range all {
		switch s.id {
		case sectionData:
			out = appendData(out, data)
		case sectionCode:
			if out, err = appendCode(out, s, bodies); err != nil {
				return nil, err
			}
		default:
			out = append(out, s.whole...)
		}
	}
	return out, nil
}

// memory is what the module's data section puts into its memory, if Go 1.26 made the module.
func memory(all []section) ([]byte, error) {
	var data, mem *section
	version := "an unknown compiler"
	for i, s := range all {
		switch s.id {
		case sectionData:
			data = &all[i]
		case sectionMemory:
			mem = &all[i]
		case sectionCustom:
			if v := producer(s); v != "" {
				version = v
			}
		}
	}
	if rest, ok := strings.CutPrefix(version, "go1.26"); !ok || rest != "" && '0' <= rest[0] && rest[0] <= '9' {
		return nil, fmt.Errorf("the module was made by %s, expected Go 1.26", version)
	}
	if data == nil || mem == nil {
		return nil, errors.New("the module has no memory or no data, expected both")
	}
	limit, err := memoryLimit(*mem)
	if err != nil {
		return nil, err
	}
	return image(*data, limit)
}

// cut writes zeros where only stack traces look.
func (t *tables) cut() error {
	if err := t.cutFuncdata(); err != nil {
		return err
	}
	if err := t.cutPCData(); err != nil {
		return err
	}
	if err := t.cutFind(); err != nil {
		return err
	}
	clear(t.mem[t.units:t.pcs]) // the source files of each unit, and their names
	return t.cutNames()
}

//go:embed module.go tables.go cut.go flags.go code.go names.go slim.go
var source embed.FS

var hashed = []string{"module.go", "tables.go", "cut.go", "flags.go", "code.go", "names.go", "slim.go"}

// Fingerprint stands for what this package does to a module: a hash of its sources. Whoever keeps slim modules keeps it with them.
func Fingerprint() string {
	h := sha256.New()
	for _, name := range hashed {
		text, err := source.ReadFile(name)
		if err != nil {
			panic(err) // the names are constants
		}
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))
}
