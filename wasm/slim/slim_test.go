package slim

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
	"pgregory.net/rapid"
)

// probe is the module of testdata/probe, which every test may change a copy of.
func probe(t *testing.T) []byte { return built(t, "-s -w") }

func built(t *testing.T, ldflags string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "probe.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags="+ldflags, "-o", file, "./testdata/probe")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	module, err := os.ReadFile(file)
	require.NoError(t, err)
	return module
}

// outcome is what a program printed, and how it ended.
type outcome struct {
	out, complaints string
	code            uint32
}

func run(t *testing.T, module []byte, args ...string) outcome {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer r.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	var out, complaints bytes.Buffer
	config := wazero.NewModuleConfig().WithArgs(append([]string{"probe"}, args...)...).WithStdout(&out).WithStderr(&complaints).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep()
	_, err := r.InstantiateWithConfig(ctx, module, config)
	o := outcome{out: out.String(), complaints: complaints.String()}
	if exit := new(sys.ExitError); errors.As(err, &exit) {
		o.code = exit.ExitCode()
	} else {
		require.NoError(t, err)
	}
	return o
}

func TestAProgramDoesTheSameBeforeAndAfter(t *testing.T) {
	module := probe(t)
	slim, err := Slim(module)
	require.NoError(t, err)
	before, after := run(t, module), run(t, slim)
	require.Zero(t, before.code, before.complaints)
	// The message names the method, which a slim module no longer knows.
	known := strings.Replace(before.out, "value method main.value.get called using nil *value pointer", "value method ?.?.? called using nil *? pointer", 1)
	require.NotEqual(t, before.out, known)
	require.Equal(t, outcome{out: known}, after)
	require.Contains(t, before.out, "finalizers: map[cleaned up:true finalized:true]", "the program came to its end")
}

func TestAPanicThatNobodyRecoversKeepsItsMessageAndLosesItsFunctions(t *testing.T) {
	module := probe(t)
	slim, err := Slim(module)
	require.NoError(t, err)
	before, after := run(t, module, "fall"), run(t, slim, "fall")
	require.Equal(t, uint32(2), before.code)
	require.Equal(t, uint32(2), after.code)
	require.Contains(t, before.complaints, "main.fall(")
	require.NotContains(t, after.complaints, "main")
	first, _, _ := strings.Cut(before.complaints, "\n")
	require.Equal(t, "panic: boom 0", first)
	require.Equal(t, first, strings.TrimSpace(after.complaints))
}

func TestASlimModuleIsAQuarterSmallerOnItsWay(t *testing.T) {
	module := probe(t)
	slim, err := Slim(module)
	require.NoError(t, err)
	require.Less(t, compressed(t, slim), compressed(t, module)*3/4)
}

func compressed(t *testing.T, module []byte) int {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, 9)
	_, err := w.Write(module)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Len()
}

// The linker writes the names of functions by their place, if it is not told to leave them out; it has dots for what
// WebAssembly's tools do not like.
func TestTheBodiesThatGoAreThoseOfTheFunctionsWithThatName(t *testing.T) {
	module := built(t, "-w")
	_, tables := dissect(t, module)
	names := functionNames(t, module)
	other := regexp.MustCompile(`[^\w.]`)
	byPlace := map[int]string{}
	for _, r := range tables.records {
		byPlace[tables.text>>16-functionBase+int(tables.word(r.at))] = r.name
	}
	require.Greater(t, len(byPlace), 1000)
	for place, name := range byPlace {
		require.Equal(t, other.ReplaceAllString(name, "_"), names[place])
	}
	bodies := tables.bodies()
	require.Greater(t, len(bodies), 60)
	for place := range bodies {
		require.True(t, strings.HasPrefix(byPlace[place], "runtime."), byPlace[place])
	}
}

// functionNames reads the name section (WebAssembly core specification 1.0, appendix 7.4.1), without the imports.
func functionNames(t *testing.T, module []byte) []string {
	all, err := sections(module)
	require.NoError(t, err)
	imports := uint64(0)
	var names []string
	for _, s := range all {
		r := &reader{data: s.body, base: s.at}
		switch {
		case s.id == 2:
			imports = r.u32()
		case s.id == sectionCustom && string(r.take(r.u32())) == "name":
			require.Equal(t, byte(1), r.byte())
			r.u32()
			for n := r.u32(); n > 0; n-- {
				require.Equal(t, imports+uint64(len(names)), r.u32())
				names = append(names, string(r.take(r.u32())))
			}
			require.NoError(t, r.err)
		}
	}
	return names
}

func TestAProgramThatTracesItselfKeepsTheTracer(t *testing.T) {
	_, tables := dissect(t, probe(t))
	most := len(tables.bodies())
	tables.records = append(tables.records, record{at: tables.records[0].at, name: "runtime/trace.Start"})
	require.Less(t, len(tables.bodies()), most/2)
}

func TestSlimmingTwiceChangesNothingMore(t *testing.T) {
	once, err := Slim(probe(t))
	require.NoError(t, err)
	twice, err := Slim(once)
	require.NoError(t, err)
	require.True(t, bytes.Equal(once, twice))
}

func TestWhatIsGivenStaysAsItIs(t *testing.T) {
	module := probe(t)
	was := bytes.Clone(module)
	_, err := Slim(module)
	require.NoError(t, err)
	require.True(t, bytes.Equal(was, module))
}

// The smallest inputs of each kind of refusal, as text: header, then sections.
func TestWhatIsNoModuleOfGo126IsRefused(t *testing.T) {
	const (
		head   = "0061736d 01000000"
		go126  = " 00 21 09 70726f647563657273 01 08 6c616e6775616765 01 02 476f 08 676f312e32362e38"
		memory = " 05 03 01 00 01"
	)
	for _, c := range []struct{ name, module, want string }{
		{"nothing", "", "offset 0: expected a WebAssembly module"},
		{"another format", "7f454c46 02010100", "offset 0: expected a WebAssembly module"},
		{"version 2", "0061736d 02000000", "of version 1"},
		{"no sections", head, "made by an unknown compiler, expected Go 1.26"},
		{"cut in a section", head + " 0b 20 00", "offset 10: the module ends before 32 more bytes"},
		{"a length of 40 bits", head + " 0b ffffffffff01", "expected a number of at most 32 bits"},
		{"Go 1.27", head + strings.Replace(go126, "3236", "3237", 1), "made by go1.27.8, expected Go 1.26"},
		{"Go 1.260", head + strings.Replace(go126, "2e38", "3030", 1), "made by go1.2600, expected Go 1.26"},
		{"no data", head + go126 + memory, "no memory or no data"},
		{"two memories", head + go126 + " 05 05 02 0001 0001 0b 01 00", "expected one memory"},
		{"a passive segment", head + go126 + memory + " 0b 04 01 01 01 aa", "expected an active data segment"},
		{"a segment past the memory", head + go126 + memory + " 0b 0a 01 00 41 ffff03 0b 02 aaaa", "a data segment ends at 65537, expected at most 65536"},
		{"a segment at the end of the world", head + go126 + memory + " 0b 07 01 00 41 7f 0b 01 aa", "a data segment ends at 4294967296, expected at most 65536"},
		{"no tables", head + go126 + memory + " 0b 07 01 00 41 00 0b 01 aa", "no pclntab"},
		{"the magic alone", head + go126 + memory + " 0b 0e 01 00 41 00 0b 08 f1ffffff 00000108", "address 0: a pclntab's magic where no pclntab can be"},
	} {
		module, err := hex.DecodeString(strings.ReplaceAll(c.module, " ", ""))
		require.NoError(t, err, c.name)
		_, err = Slim(module)
		require.ErrorContains(t, err, c.want, c.name)
	}
}

// dissect is a module's memory with its tables, for tests that spoil one thing.
func dissect(t *testing.T, module []byte) (mem []byte, tables *tables) {
	t.Helper()
	all, err := sections(module)
	require.NoError(t, err)
	mem, err = memory(all)
	require.NoError(t, err)
	tables, err = find(mem)
	require.NoError(t, err)
	return mem, tables
}

func TestTablesThatDoNotFitTogetherAreRefused(t *testing.T) {
	whole, _ := dissect(t, probe(t))
	for name, spoil := range map[string]func(t *tables){
		"the magic of Go 1.18":                 func(t *tables) { t.mem[t.header] = 0xf0 },
		"pointers of four bytes":               func(t *tables) { t.mem[t.header+7] = 4 },
		"more functions":                       func(t *tables) { t.mem[t.header+8]++ },
		"parts out of order":                   func(t *tables) { t.put(t.header+32, 1<<20) },
		"a part moved":                         func(t *tables) { t.put(t.header+40, t.word(t.header+40)+8) },
		"a function elsewhere":                 func(t *tables) { t.put(t.funcs+8*7+4, t.word(t.funcs+8*7+4)+8) },
		"a function of another address":        func(t *tables) { t.put(t.records[5].at, 1) },
		"too many pcdata":                      func(t *tables) { t.put(t.records[5].at+fieldPCData, 9) },
		"too many funcdata":                    func(t *tables) { t.mem[t.records[5].at+fieldFuncData] = 200 },
		"a name outside":                       func(t *tables) { t.put(t.records[5].at+fieldName, 1<<31) },
		"a table of depths outside":            func(t *tables) { t.put(t.records[5].at+fieldPCSP, 1<<30) },
		"a table that never ends":              func(t *tables) { fill(t.mem[t.pcs+1:t.funcs], 0x81) },
		"function data outside":                func(t *tables) { t.put(t.records[5].funcdataAt(0), 1<<30) },
		"the same tables twice":                twice,
		"inlined calls of a wrapper, no table": func(t *tables) { t.put(wrapper(t).pcdataAt(pcdataInlTree), 0) },
	} {
		mem := bytes.Clone(whole)
		tables, err := find(mem)
		require.NoError(t, err)
		spoil(tables)
		if tables, err = find(mem); err == nil {
			err = tables.cut()
		}
		require.Error(t, err, name)
		t.Logf("%s: %v", name, err)
	}
}

func fill(b []byte, v byte) {
	for i := range b {
		b[i] = v
	}
}

// twice copies the header and the words that point to it to where types lie.
func twice(t *tables) {
	at := 1 << 16
	copy(t.mem[at:], t.mem[t.header:t.header+headerSize])
	begins := le.AppendUint64(le.AppendUint64(nil, uint64(t.header)), uint64(t.names))
	module := bytes.Index(t.mem, begins)
	copy(t.mem[at+headerSize:], t.mem[module:module+42*8])
	moved := t.header - at
	for i := range 5 {
		le.PutUint64(t.mem[at+32+8*i:], le.Uint64(t.mem[t.header+32+8*i:])+uint64(moved))
	}
	le.PutUint64(t.mem[at+headerSize:], uint64(at))
}

func wrapper(t *tables) record {
	for _, r := range t.records {
		if r.id == idWrapper && r.pcdata > pcdataInlTree && r.funcdata > funcdataInlTree && t.word(r.funcdataAt(funcdataInlTree)) != none {
			return r
		}
	}
	panic("no wrapper has inlined calls")
}

func TestACutModuleIsRefusedWhereverItEnds(t *testing.T) {
	module := probe(t)
	for n := 0; n < len(module); n += len(module)/97 + 1 {
		_, err := Slim(module[:n])
		require.Error(t, err, "%d of %d bytes", n, len(module))
	}
}

func TestDamagedTablesNeverMakeItPanic(t *testing.T) {
	whole, good := dissect(t, probe(t))
	rapid.Check(t, func(r *rapid.T) {
		mem := bytes.Clone(whole)
		for range rapid.IntRange(1, 8).Draw(r, "bytes") {
			part := rapid.SampledFrom([][2]int{{good.header, good.names}, {good.pcs, good.funcs}, {good.funcs, good.funcdata}, {good.funcdata, good.end}}).Draw(r, "part")
			mem[rapid.IntRange(part[0], part[1]-1).Draw(r, "at")] = rapid.Byte().Draw(r, "value")
		}
		if tables, err := find(mem); err == nil {
			_ = tables.cut()
		}
	})
}

func TestNumbersAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		signed := rapid.Int32().Draw(r, "signed")
		require.Equal(t, uint32(signed), (&reader{data: appendS32(nil, signed)}).s32())
		unsigned := rapid.Uint32().Draw(r, "unsigned")
		require.Equal(t, uint64(unsigned), (&reader{data: binary.AppendUvarint(nil, uint64(unsigned))}).u32())
	})
}

func TestTheFingerprintCoversEverySource(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var sources []string
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") && f != "doc.go" {
			sources = append(sources, f)
		}
	}
	require.ElementsMatch(t, sources, hashed)
	require.Len(t, Fingerprint(), 64)
}
