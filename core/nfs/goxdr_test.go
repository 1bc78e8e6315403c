package nfs

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/xdr"
	"sunscope/tests/goxdr"
)

// plain makes strings ASCII, as go-xdr wants them.
func plain(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			plain(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			plain(v.Index(i))
		}
	case reflect.String:
		b := []byte(v.String())
		for i := range b {
			b[i] &= 0x7f
		}
		v.SetString(string(b))
	}
}

func TestGoXDRReadsAndWritesWhatWeWrite(t *testing.T) {
	for prog, table := range map[uint32][]Proc{Program: V3[:], MountProgram: MountV3[:]} {
		for i := range table {
			p := &table[i]
			for _, reply := range []bool{false, true} {
				t.Run(map[bool]string{false: p.args, true: p.res}[reply], rapid.MakeCheck(func(t *rapid.T) {
					body := p.Args()
					if reply {
						body = p.Res()
					}
					if reflect.TypeOf(body).Kind() != reflect.Pointer {
						return // void
					}
					fill(t, reflect.ValueOf(body).Elem())
					plain(reflect.ValueOf(body).Elem())
					agree(body)
					var e xdr.Encoder
					body.Encode(&e)
					require.NoError(t, goxdr.Body(prog, 3, p.Num, reply, e.B), "%x", e.B)
				}))
			}
		}
	}
}
