package nfs

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

// fill draws every member of v, within the limits of its type.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Interface().(type) {
	case FH:
		v.SetBytes(rapid.SliceOfN(rapid.Byte(), 0, MaxFH).Draw(t, "fh"))
		return
	case Status:
		v.SetUint(uint64(rapid.SampledFrom([]Status{OK, OK, ErrNoEnt, ErrStale, 4711}).Draw(t, "status")))
		return
	case SetTime, CreateMode:
		v.SetUint(rapid.Uint64Range(0, 2).Draw(t, "how"))
		return
	case FType:
		v.SetUint(rapid.Uint64Range(1, 7).Draw(t, "type"))
		return
	case []rpcmsg.Flavor:
		v.Set(reflect.ValueOf(rapid.SliceOfN(rapid.Map(rapid.Uint32(), func(u uint32) rpcmsg.Flavor { return rpcmsg.Flavor(u) }), 0, 12).Draw(t, "flavors")))
		return
	}
	fillKind(t, v)
}

func fillKind(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Plus" {
				fill(t, v.Field(i))
			}
		}
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "number"))
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.String:
		v.SetString(string(rapid.SliceOfN(rapid.Byte(), 0, 255).Draw(t, "string")))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 5).Draw(t, "length"), 5))
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	default:
		t.Fatalf("no way to draw a %v", v.Type())
	}
}

// agree makes the counts of READ and WRITE those of their data.
func agree(body any) {
	switch b := body.(type) {
	case *ReadRes:
		b.Count = uint32(len(b.Data))
	case *WriteArgs:
		b.Count = uint32(len(b.Data))
	}
}

func requireSurvives(t *rapid.T, body, again Args) {
	if reflect.TypeOf(body).Kind() != reflect.Pointer {
		return // void
	}
	fill(t, reflect.ValueOf(body).Elem())
	agree(body)
	var e, f xdr.Encoder
	body.Encode(&e)
	e.Uint32(0xfeedface)
	d := xdr.NewDecoder(e.B)
	again.Decode(d)
	require.NoError(t, d.Err(), "%T", body)
	require.EqualValues(t, 0xfeedface, d.Uint32("mark"), "%T is read to its end and no further", body)
	again.Encode(&f)
	require.Equal(t, e.B[:len(e.B)-4], f.B, "%T", body)
}

func TestArgumentsAndResultsOfEveryProcedureSurviveTheWire(t *testing.T) {
	for _, table := range [][]Proc{V3[:], MountV3[:]} {
		for i := range table {
			p := &table[i]
			t.Run(p.args, rapid.MakeCheck(func(t *rapid.T) { requireSurvives(t, p.Args(), p.Args()) }))
			t.Run(p.res, rapid.MakeCheck(func(t *rapid.T) { requireSurvives(t, p.Res(), p.Res()) }))
		}
	}
}

// The members that count come back as they were; a sample by hand, since bytes that survive say nothing about which
// member they went to.
func TestAReadsMembersComeBackWhereTheyWere(t *testing.T) {
	var e xdr.Encoder
	args := ReadArgs{FH("handle"), 1 << 40, 32768}
	args.Encode(&e)
	var back ReadArgs
	back.Decode(xdr.NewDecoder(e.B))
	require.Equal(t, args, back)

	e.B = nil
	res := ReadRes{Attr: PostOpAttr{true, Attr{Type: Regular, Mode: 0o640, Nlink: 2, UID: 3, GID: 4, Size: 5, Used: 6,
		Rdev: Spec{7, 8}, FSID: 9, FileID: 10, Atime: Time{11, 12}, Mtime: Time{13, 14}, Ctime: Time{15, 16}}},
		Count: 3, EOF: true, Data: []byte("abc")}
	res.Encode(&e)
	var same ReadRes
	same.Decode(xdr.NewDecoder(e.B))
	require.Equal(t, res, same)
}

func TestErrorsInArgumentsSayFieldAndPlace(t *testing.T) {
	var e xdr.Encoder
	e.Opaque([]byte("handle"))
	e.Uint64(0)
	d := xdr.NewDecoder(e.B)
	new(ReadArgs).Decode(d)
	require.EqualError(t, d.Err(), "count at byte 20: expected 4 bytes, found 0 bytes")

	e.B = nil
	e.Opaque(make([]byte, 65))
	d = xdr.NewDecoder(e.B)
	new(FHArgs).Decode(d)
	require.EqualError(t, d.Err(), "object at byte 0: expected at most 64 bytes, found 65")

	e.B = nil
	(&ReadRes{Count: 4, Data: []byte("abc")}).Encode(&e)
	d = xdr.NewDecoder(e.B)
	new(ReadRes).Decode(d)
	require.EqualError(t, d.Err(), "count at byte 8: expected the length of the data, 3, found 4")
}
