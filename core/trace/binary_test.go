package trace

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func recorded(tb testing.TB, name string) *Log {
	var l Log
	var e Event
	for _, line := range recording(tb, name) {
		require.NoError(tb, l.ParseLine(line, &e))
		l.Append(&e)
	}
	return &l
}

func written(tb testing.TB, l *Log) []byte {
	var b bytes.Buffer
	n, err := l.WriteTo(&b)
	require.NoError(tb, err)
	require.Equal(tb, int64(b.Len()), n)
	return b.Bytes()
}

func TestALogComesBackFromItsBinaryFormAsItWas(t *testing.T) {
	l := recorded(t, "01-v3-tcp-mount-read")
	again, err := ReadLog(bytes.NewReader(written(t, l)))
	require.NoError(t, err)
	require.Equal(t, l.Len(), again.Len())
	require.Equal(t, l.Bytes(), again.Bytes())
	var a, b Event
	for i := range l.Len() {
		l.At(i, &a)
		again.At(i, &b)
		require.Equal(t, l.AppendText(nil, &a), again.AppendText(nil, &b))
	}
	var empty Log
	again, err = ReadLog(bytes.NewReader(written(t, &empty)))
	require.NoError(t, err)
	require.Zero(t, again.Len())
}

func TestADamagedLogIsRefusedInASentence(t *testing.T) {
	var l Log
	l.Append(&Event{Kind: RPCClntFree, Comm: l.Str("bash")})
	good := written(t, &l)
	damage := func(at int, b byte) []byte {
		bad := bytes.Clone(good)
		bad[at] = b
		return bad
	}
	cases := []struct {
		what string
		data []byte
		want string
	}{
		{"something else", []byte("# tracer: nop\n#\n# entries"), ErrNotBinary.Error()},
		{"nothing", nil, ErrNotBinary.Error()},
		{"another version", damage(8, 9), "version 9: this program reads version 2"},
		{"other kinds", damage(9, good[9]+1), "another list of events"},
		{"cut in the records", good[:len(good)-1], "ends after"},
		{"cut before the strings", good[:20], "ends before its strings"},
		{"a length beyond reason", damage(24, 0xff), "more than 4 GiB"},
		{"a string longer than there is", damage(25, 200), "string 0 is damaged"},
		{"an unknown kind", damage(len(good)-4-2, 250), "record 0 is of an unknown kind"},
		{"fields of no size", damage(len(good)-4-1, 5), "record 0 has fields of an unknown size"},
	}
	for _, c := range cases {
		_, err := ReadLog(bytes.NewReader(c.data))
		require.ErrorContains(t, err, c.want, c.what)
	}
}

func FuzzReadLog(f *testing.F) {
	var l Log
	var e Event
	for _, line := range recording(f, "03-v41-mount-basic")[:20] {
		require.NoError(f, l.ParseLine(line, &e))
		l.Append(&e)
	}
	f.Add(written(f, &l))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := ReadLog(bytes.NewReader(data))
		if err != nil {
			return
		}
		var e Event
		for i := range l.Len() {
			l.At(i, &e)
			l.AppendText(nil, &e)
		}
	})
}
