package slim

import (
	"fmt"
	"strings"
)

// The names that stand for others of their kind, because the runtime looks at a part of them: "runtime." makes a goroutine one of the
// system's (runtime.isSystemGoroutine), and a wrapper's name is taken apart for the message of a panic when a value method is
// called with a nil pointer (runtime.panicwrap).
const (
	runtimeName = "runtime.x"
	wrapperName = "?.(*?).?"
)

// shortName is what remains of a function's name.
func shortName(r record) string {
	switch {
	case r.name == "reflect.makeFuncStub" || r.name == "reflect.methodValueCall":
		return r.name // compared whole (runtime's stkframe.argMapInternal): their frames have stack maps of their own
	case strings.HasPrefix(r.name, "runtime."):
		return runtimeName
	case r.id == idWrapper && strings.Contains(r.name, ".(*"):
		return wrapperName
	}
	return ""
}

// cutNames leaves the short names at the start of the table. Offset 0 is the empty name by definition (runtime's
// moduledata.funcName).
func (t *tables) cutNames() error {
	names := []byte{0}
	at := map[string]uint32{"": 0}
	for _, r := range t.records {
		short := shortName(r)
		if _, ok := at[short]; !ok {
			at[short] = uint32(len(names))
			names = append(append(names, short...), 0)
		}
		t.put(r.at+fieldName, at[short])
	}
	if len(names) > t.units-t.names {
		return fmt.Errorf("%d bytes of function names, expected at least %d", t.units-t.names, len(names))
	}
	clear(t.mem[t.names:t.units])
	copy(t.mem[t.names:], names)
	return nil
}
