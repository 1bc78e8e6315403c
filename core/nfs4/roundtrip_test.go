package nfs4

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/buildbarn/go-xdr/pkg/protocols/nfsv4"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/xdr"
)

// choices are the values of discriminants and other enums that are not just any number, as type and member.
var choices = map[string][]uint32{
	"OpenArgs.CreateMode": {0, 1, 2, 3}, "OpenArgs.Claim": {0, 1, 2, 3, 4, 5, 6}, "OpenArgs.DelegateType": {0, 1, 2},
	"Delegation.Type": {0, 1, 2, 3}, "Delegation.LimitBy": {1, 2}, "Delegation.Why": {0, 1, 2, 3, 8},
	"StateProtect.How": {0, 1}, "SecParms.Flavor": {0, 1, 6}, "Secinfo.Flavor": {0, 1, 6}, "CreateArgs.Type": {2, 3, 4, 5, 6, 7},
	"LayoutreturnArgs.Return": {1, 2, 3}, "CBLayoutrecallArgs.Recall": {1, 2, 3}, "WriteArgs.Stable": {0, 1, 2},
	"BindConnBody.Dir": {1, 2, 3}, "SecinfoNoNameArgs.Style": {0, 1}, "CBLayoutrecallArgs.IOMode": {1, 2, 3},
}

func fill(t *rapid.T, v reflect.Value, path string) {
	if c := choices[path]; c != nil {
		v.SetUint(uint64(rapid.SampledFrom(c).Draw(t, path)))
		return
	}
	switch v.Interface().(type) {
	case Attrs:
		v.Set(reflect.ValueOf(drawAttrs(t)))
		return
	case Status:
		v.SetUint(uint64(rapid.SampledFrom([]Status{OK, ErrBadStateid, ErrDelay, ErrDelegRevoked}).Draw(t, path)))
		return
	}
	fillKind(t, v, path)
}

func fillKind(t *rapid.T, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name)
		}
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, path))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, path))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, path))
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), path+"[]")
		}
	case reflect.String:
		v.SetString(string(rapid.SliceOfN(rapid.ByteRange(0, 127), 0, 255).Draw(t, path))) // go-xdr wants ASCII
	case reflect.Slice:
		most := 5
		if path == "ChannelAttrs.RDMA" || v.Type().Elem() == reflect.TypeFor[ImplID]() {
			most = 1
		}
		n := rapid.IntRange(0, most).Draw(t, path)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), path+"[]")
		}
	default:
		t.Fatalf("no way to draw a %v", v.Type())
	}
}

func drawAttrs(t *rapid.T) (a Attrs) {
	a.Mask = Bitmap{}
	for bit := range attrs {
		if attrs[bit].kind == unknownKind || rapid.IntRange(0, 3).Draw(t, "attribute") > 0 {
			continue
		}
		v := Attr{Bit: bit}
		fill(t, reflect.ValueOf(&v.N).Elem(), "N")
		fill(t, reflect.ValueOf(&v.M).Elem(), "M")
		fill(t, reflect.ValueOf(&v.B).Elem(), "B")
		fill(t, reflect.ValueOf((*[]uint32)(&v.Bits)).Elem(), "Bits")
		v.How = rapid.Uint32Range(0, 1).Draw(t, "how")
		a.Set(v)
	}
	return a
}

// requireAgrees has go-xdr's generated code read what we wrote, to the last byte, and write it again.
func requireAgrees(t require.TestingT, callback, reply bool, b []byte, about string) {
	r := bytes.NewReader(b)
	var w bytes.Buffer
	var err error
	switch {
	case callback && reply:
		var m nfsv4.CbCompound4res
		if _, err = m.ReadFrom(r); err == nil {
			_, err = m.WriteTo(&w)
		}
	case callback:
		var m nfsv4.CbCompound4args
		if _, err = m.ReadFrom(r); err == nil {
			_, err = m.WriteTo(&w)
		}
	case reply:
		var m nfsv4.Compound4res
		if _, err = m.ReadFrom(r); err == nil {
			_, err = m.WriteTo(&w)
		}
	default:
		var m nfsv4.Compound4args
		if _, err = m.ReadFrom(r); err == nil {
			_, err = m.WriteTo(&w)
		}
	}
	require.NoError(t, err, "go-xdr: %s", about)
	require.Zero(t, r.Len(), "go-xdr: %s: bytes left over", about)
	require.Equal(t, b, w.Bytes(), "go-xdr: %s", about)
}

func requireSurvives(t *rapid.T, callback, reply bool, o Operation) {
	var e xdr.Encoder
	var m, again body
	if o.Body != nil {
		fill(t, reflect.ValueOf(o.Body).Elem(), "")
	}
	if reply {
		m, again = &CompoundRes{Callback: callback, Tag: "t", Status: o.Status, Ops: []Operation{o}}, &CompoundRes{Callback: callback}
	} else {
		m, again = &CompoundArgs{Callback: callback, Tag: "t", Minor: 1, Ops: []Operation{o}}, &CompoundArgs{Callback: callback}
	}
	m.Encode(&e)
	sent := slices.Clone(e.B)
	e.Uint32(0xfeedface)
	d := xdr.NewDecoder(e.B)
	again.Decode(d)
	require.NoError(t, d.Err(), "%T", o.Body)
	require.EqualValues(t, 0xfeedface, d.Uint32("mark"), "%T is read to its end and no further", o.Body)
	e.B = nil
	again.Encode(&e)
	require.Equal(t, sent, e.B, "%T", o.Body)
	requireAgrees(t, callback, reply, sent, o.Op.Name(callback))
}

// What one of two implementations writes, both read to its end and write the same way.
func TestEveryOperationSurvivesTheWireAndAnotherImplementationAgrees(t *testing.T) {
	for _, callback := range []bool{false, true} {
		for num := range Op(60) {
			def := num.def(callback)
			if def == nil {
				continue
			}
			t.Run(def.name, rapid.MakeCheck(func(t *rapid.T) {
				requireSurvives(t, callback, false, Operation{Op: num, Body: def.args.make()})
				status := rapid.SampledFrom([]Status{OK, OK, OK, ErrDelay, ErrDenied, ErrClidInUse, ErrTooSmall, ErrLayoutTryLater}).Draw(t, "status")
				requireSurvives(t, callback, true, Operation{Op: num, Status: status, Body: def.results(status)})
			}))
		}
	}
}

func TestAnotherImplementationReadsTheRecordedMessagesAsWeDo(t *testing.T) {
	for _, name := range captures(t) {
		for _, m := range messages(t, name) {
			requireAgrees(t, m.callback, m.reply, m.body, m.about)
		}
	}
}
