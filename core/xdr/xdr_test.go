package xdr

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNumbersAreBigEndianUnits(t *testing.T) {
	var e Encoder
	e.Uint32(0x01020304)
	e.Int32(-2)
	e.Uint64(0x0102030405060708)
	e.Bool(true)
	e.Bool(false)
	require.Equal(t, []byte{
		1, 2, 3, 4,
		0xff, 0xff, 0xff, 0xfe,
		1, 2, 3, 4, 5, 6, 7, 8,
		0, 0, 0, 1,
		0, 0, 0, 0,
	}, e.B)
}

// The example of RFC 4506 section 4.11's format: length, bytes, zero padding up to a multiple of four.
func TestStringsCarryTheirLengthAndZeroPadding(t *testing.T) {
	for text, want := range map[string][]byte{
		"":      {0, 0, 0, 0},
		"a":     {0, 0, 0, 1, 'a', 0, 0, 0},
		"abc":   {0, 0, 0, 3, 'a', 'b', 'c', 0},
		"abcd":  {0, 0, 0, 4, 'a', 'b', 'c', 'd'},
		"abcde": {0, 0, 0, 5, 'a', 'b', 'c', 'd', 'e', 0, 0, 0},
	} {
		var e Encoder
		e.String(text)
		require.Equal(t, want, e.B, text)
	}
}

func TestErrorsNameFieldPlaceAndWhatWasExpected(t *testing.T) {
	word := func(v byte) []byte { return []byte{0, 0, 0, v} }
	join := func(parts ...[]byte) (b []byte) {
		for _, p := range parts {
			b = append(b, p...)
		}
		return b
	}
	for _, c := range []struct {
		name  string
		input []byte
		read  func(*Decoder)
		want  string
	}{
		{"a missing word", []byte{1, 2}, func(d *Decoder) { d.Uint32("xid") },
			"xid at byte 0: expected 4 bytes, found 2 bytes"},
		{"half a hyper", word(1), func(d *Decoder) { d.Uint64("offset") },
			"offset at byte 0: expected 8 bytes, found 4 bytes"},
		{"a length beyond the limit", word(200), func(d *Decoder) { d.Opaque("cred", 100) },
			"cred at byte 0: expected at most 100 bytes, found 200"},
		{"a length beyond the input", join(word(7), word(9)), func(d *Decoder) { d.Uint32("x"); d.String("name", 255) },
			"name at byte 4: expected 9 bytes and 3 of padding, found 0 bytes"},
		{"padding that is missing", join(word(3), []byte("abc")), func(d *Decoder) { d.String("name", 255) },
			"name at byte 0: expected 3 bytes and 1 of padding, found 3 bytes"},
		{"a count beyond the limit", word(17), func(d *Decoder) { d.Count("gids", 16, 4) },
			"gids at byte 0: expected at most 16 elements, found 17"},
		{"a count that the input cannot hold", join(word(3), word(0)), func(d *Decoder) { d.Count("gids", 16, 4) },
			"gids at byte 0: expected 3 elements of at least 4 bytes, found 4 bytes left"},
		{"a field in groups", word(1), func(d *Decoder) {
			d.Group("call", "")
			d.Uint32("xid")
			d.Group("cred", "")
			d.Uint32("flavor")
		}, "call/cred/flavor at byte 4: expected 4 bytes, found 0 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(c.input)
			c.read(d)
			require.EqualError(t, d.Err(), c.want)
		})
	}
}

func TestTheFirstErrorSticksAndReadingOnChangesNothing(t *testing.T) {
	d := NewDecoder([]byte{0, 0, 0, 1, 0xff})
	d.Uint32("a")
	d.Uint32("b")
	first := d.Err()
	require.Error(t, first)
	require.Zero(t, d.Uint32("c"))
	require.Nil(t, d.Opaque("d", math.MaxInt32))
	require.Nil(t, d.FixedOpaque("e", 1))
	require.Empty(t, d.String("f", 10))
	require.Zero(t, d.Count("g", 10, 1))
	require.False(t, d.Bool("h"))
	d.Fail("i", 0, "nothing", "this")
	require.Equal(t, first, d.Err())
	require.Equal(t, 4, d.Off())
}

func TestWhatTheKernelAcceptsAgainstTheRFCIsAcceptedAndTold(t *testing.T) {
	var fields []Field
	d := NewDecoder([]byte{0, 0, 0, 5, 0, 0, 0, 1, 'a', 0, 7, 0})
	d.Record(&fields)
	require.True(t, d.Bool("eof"))
	require.EqualError(t, d.Odd(), "eof at byte 0: expected 0 or 1, found 5")
	require.Equal(t, "a", d.String("name", 10))
	require.NoError(t, d.Err())
	require.Equal(t, "true (5, RFC 4506 allows 0 and 1)", fields[0].Value)

	d = NewDecoder([]byte{0, 0, 0, 1, 'a', 0, 7, 0})
	fields = nil
	d.Record(&fields)
	require.Equal(t, "a", d.String("name", 10))
	require.EqualError(t, d.Odd(), "name at byte 5: expected zero padding, found 0x07")
	require.Equal(t, `"a" (padding is not zero)`, fields[0].Value)
}

func TestARecordingKeepsSpansNestingAndSections(t *testing.T) {
	var e Encoder
	e.Uint32(0x1234)
	e.Uint32(1)
	e.Opaque([]byte{0xab})
	e.Uint64(5)
	var fields []Field
	d := NewDecoder(e.B)
	d.Record(&fields)
	d.Base(4)
	d.Group("call", "RFC 5531 §9")
	d.Hex32("xid")
	d.Group("cred", "RFC 5531 §8.2")
	d.Enum("flavor", func(uint32) string { return "AUTH_SYS" })
	d.Opaque("body", 400)
	d.EndSay("nobody")
	d.Uint64("offset")
	d.End()
	require.Equal(t, []Field{
		{"call", 4, 24, "", "RFC 5531 §9", 0},
		{"xid", 4, 4, "0x00001234", "RFC 5531 §9", 1},
		{"cred", 8, 12, "nobody", "RFC 5531 §8.2", 1},
		{"flavor", 8, 4, "AUTH_SYS (1)", "RFC 5531 §8.2", 2},
		{"body", 12, 8, "ab", "RFC 5531 §8.2", 2},
		{"offset", 20, 8, "5", "RFC 5531 §9", 1},
	}, fields)
}

func TestLongOpaqueIsShownByItsSize(t *testing.T) {
	var e Encoder
	e.Opaque(make([]byte, 4096))
	var fields []Field
	d := NewDecoder(e.B)
	d.Record(&fields)
	d.Opaque("data", 1<<20)
	require.Equal(t, []Field{{"data", 0, 4100, "4096 bytes", "", 0}}, fields)
}

func TestAToleratedErrorEndsWithItsBytes(t *testing.T) {
	var e Encoder
	e.Uint32(9)
	e.Uint32(400)
	e.Uint32(7)
	var fields []Field
	d := NewDecoder(e.B)
	d.Record(&fields)
	err := d.Tolerate(8, func(d *Decoder) {
		d.Group("cred", "")
		d.Uint32("stamp")
		d.String("machinename", 255)
	})
	require.EqualError(t, err, "cred/machinename at byte 4: expected at most 255 bytes, found 400")
	require.NoError(t, d.Err())
	require.EqualValues(t, 7, d.Uint32("next"))
	require.Equal(t, Field{"undecoded", 4, 4, "4 bytes: " + err.Error(), "", 0}, fields[2])
	require.Equal(t, Field{"next", 8, 4, "7", "", 0}, fields[3])
}

func TestDeepNestingIsRecordedToo(t *testing.T) {
	var fields []Field
	d := NewDecoder([]byte{0, 0, 0, 1})
	d.Record(&fields)
	const deep = 40
	for range deep {
		d.Group("g", "ref")
	}
	d.Uint32("leaf")
	for range deep {
		d.End()
	}
	d.End() // one too many does no harm
	require.Len(t, fields, deep+1)
	require.Equal(t, Field{"leaf", 0, 4, "1", "ref", deep}, fields[deep])
	require.Equal(t, Field{"g", 0, 4, "", "ref", deep - 1}, fields[deep-1])
}

// item is one value of any kind, for properties over sequences.
type item struct {
	kind int
	num  uint64
	text string
}

func drawItems(t *rapid.T) []item {
	return rapid.SliceOf(rapid.Custom(func(t *rapid.T) item {
		return item{rapid.IntRange(0, 6).Draw(t, "kind"), rapid.Uint64().Draw(t, "num"),
			string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "text"))}
	})).Draw(t, "items")
}

func (i item) encode(e *Encoder) {
	switch i.kind {
	case 0:
		e.Uint32(uint32(i.num))
	case 1:
		e.Int32(int32(i.num))
	case 2:
		e.Uint64(i.num)
	case 3:
		e.Bool(i.num&1 != 0)
	case 4:
		e.Opaque([]byte(i.text))
	case 5:
		e.String(i.text)
	case 6:
		e.FixedOpaque([]byte(i.text))
	}
}

func (i item) check(t *rapid.T, d *Decoder) {
	switch i.kind {
	case 0:
		require.Equal(t, uint32(i.num), d.Uint32("uint"))
	case 1:
		require.Equal(t, int32(i.num), d.Int32("int"))
	case 2:
		require.Equal(t, i.num, d.Uint64("hyper"))
	case 3:
		require.Equal(t, i.num&1 != 0, d.Bool("bool"))
	case 4:
		require.Equal(t, i.text, string(d.Opaque("opaque", 40)))
	case 5:
		require.Equal(t, i.text, d.String("string", 40))
	case 6:
		require.Equal(t, i.text, string(d.FixedOpaque("fixed", len(i.text))))
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t)
		var e Encoder
		for _, i := range items {
			i.encode(&e)
			require.Zero(t, e.Len()%4)
		}
		var fields []Field
		d := NewDecoder(e.B)
		if rapid.Bool().Draw(t, "record") {
			d.Record(&fields)
		}
		for _, i := range items {
			i.check(t, d)
		}
		require.NoError(t, d.Err())
		require.Nil(t, d.Odd())
		require.Zero(t, d.Len())
		end := 0
		for _, f := range fields {
			require.Equal(t, end, f.Off, "fields leave no gap")
			end += f.Len
		}
	})
}

func TestEveryCutOfAMessageFailsWithinIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := append(drawItems(t), item{kind: 0})
		var e Encoder
		for _, i := range items {
			i.encode(&e)
		}
		cut := rapid.IntRange(0, e.Len()-1).Draw(t, "cut")
		d := NewDecoder(e.B[:cut])
		for _, i := range items {
			switch i.kind {
			case 2:
				d.Uint64("hyper")
			case 4, 5:
				d.Opaque("opaque", 40)
			case 6:
				d.FixedOpaque("fixed", len(i.text))
			default:
				d.Uint32("word")
			}
		}
		require.Error(t, d.Err())
		require.LessOrEqual(t, d.Off(), cut)
		require.LessOrEqual(t, d.Err().(*Error).Off, cut)
	})
}

func TestReadingWithoutRecordingAllocatesNothing(t *testing.T) {
	var e Encoder
	e.Uint32(1)
	e.Uint64(2)
	e.Opaque(make([]byte, 100))
	e.Uint32(3)
	e.Uint32(0)
	allocs := testing.AllocsPerRun(100, func() {
		d := NewDecoder(e.B)
		d.Group("a", "b")
		d.Uint32("x")
		d.Uint64("y")
		d.Opaque("z", 1000)
		d.Enum("n", func(uint32) string { return "" })
		d.Bool("b")
		d.End()
		if d.Err() != nil {
			t.Error(d.Err())
		}
	})
	require.Zero(t, allocs)
}

// FuzzDecoder reads arbitrary bytes by an arbitrary programme: it must not panic, not leave the input, and its recorded
// fields must lie one behind the other.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, []byte{0, 0, 0, 1, 0, 0, 0, 3, 'a', 'b', 'c', 0})
	f.Fuzz(func(t *testing.T, program, input []byte) {
		var fields []Field
		d := NewDecoder(input)
		d.Record(&fields)
		for i, op := range program {
			step(d, op, i)
		}
		require.LessOrEqual(t, d.Off(), len(input))
		end := 0
		for _, x := range fields {
			if x.Value == "" {
				continue // a group
			}
			require.Equal(t, end, x.Off)
			end += x.Len
		}
		require.LessOrEqual(t, end, len(input))
		if err := d.Err(); err != nil {
			require.NotEmpty(t, err.Error())
		}
	})
}

func step(d *Decoder, op byte, i int) {
	switch op % 12 {
	case 0:
		d.Uint32("a")
	case 1:
		d.Uint64("b")
	case 2:
		d.Bool("c")
	case 3:
		d.Opaque("d", int(op))
	case 4:
		d.String("e", math.MaxInt32)
	case 5:
		d.FixedOpaque("f", int(op))
	case 6:
		d.Count("g", math.MaxInt32, 4)
	case 7:
		d.Group("h", "")
	case 8:
		d.End()
	case 9:
		d.Hex32("i")
	case 10:
		d.Skip("j", int(op)%5, "skipped")
	case 11:
		d.Tolerate(int(op), func(d *Decoder) { step(d, byte(i), i/2) })
	}
}
