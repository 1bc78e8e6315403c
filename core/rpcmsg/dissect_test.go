package rpcmsg

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/xdr"
)

// requireCovered says that the fields' leaves lie one behind the other and cover n bytes, and that groups hold their
// members.
func requireCovered(t testing.TB, fields []xdr.Field, n int, about string) {
	end := 0
	for i, f := range fields {
		group := i+1 < len(fields) && fields[i+1].Depth > f.Depth
		if group {
			require.LessOrEqual(t, f.Off+f.Len, n, about)
			continue
		}
		require.Equal(t, end, f.Off, "%s: field %s", about, f.Name)
		end += f.Len
	}
	require.Equal(t, n, end, about)
}

func find(fields []xdr.Field, name string) *xdr.Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

func TestACallIsTakenApartFieldByField(t *testing.T) {
	sys := AuthSys{Machine: "guest", UID: 1000, GID: 100, GIDs: []uint32{100, 4}}
	var e xdr.Encoder
	EncodeCall(&e, &CallHeader{XID: 0xaea6b324, Prog: 100003, Vers: 3, Proc: 1, Cred: sys.Auth()})
	e.FixedOpaque([]byte("args"))
	b := AppendRecord(nil, e.B)
	fields := Dissect(b, Hint{Body: func(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
		require.False(t, reply)
		require.EqualValues(t, []uint32{100003, 3, 1}, []uint32{prog, vers, proc})
		d.FixedOpaque("object", 4)
		return true
	}})
	requireCovered(t, fields, len(b), "call")
	require.Equal(t, []string{
		"record marker @0+4",
		". marker @0+4 80 bytes, last fragment",
		"call @4+76",
		". xid @4+4 0xaea6b324",
		". mtype @8+4 CALL (0)",
		". rpcvers @12+4 2",
		". prog @16+4 nfs (100003)",
		". vers @20+4 3",
		". proc @24+4 1",
		". cred @28+44",
		". . flavor @28+4 AUTH_SYS (1)",
		". . length @32+4 36",
		". . authsys_parms @36+36",
		". . . stamp @36+4 0",
		`. . . machinename @40+12 "guest"`,
		". . . uid @52+4 1000",
		". . . gid @56+4 100",
		". . . gids @60+4 2",
		". . . gids[] @64+4 100",
		". . . gids[] @68+4 4",
		". verf @72+8",
		". . flavor @72+4 AUTH_NONE (0)",
		". . body @76+4 empty",
		"object @80+4 61726773",
	}, lines(fields))
	require.Equal(t, "RFC 5531 appendix A", find(fields, "uid").Ref)
	require.Equal(t, "RFC 5531 §11", find(fields, "marker").Ref)
}

// lines prints fields as a dissection is shown: depth, name, span, value.
func lines(fields []xdr.Field) (all []string) {
	for _, f := range fields {
		s := strings.Repeat(". ", f.Depth) + f.Name + " @" + strconv.Itoa(f.Off) + "+" + strconv.Itoa(f.Len)
		if f.Value != "" {
			s += " " + f.Value
		}
		all = append(all, s)
	}
	return all
}

func TestAReplyNeedsItsCallToBeReadToTheEnd(t *testing.T) {
	var e xdr.Encoder
	r := AcceptedReply(5, Success)
	EncodeReply(&e, &r)
	e.Uint32(42)
	b := AppendRecord(nil, e.B)
	fields := Dissect(b, Hint{})
	requireCovered(t, fields, len(b), "reply")
	require.Equal(t, "undecoded @28+4 4 bytes: nothing is defined here", lines(fields)[len(fields)-1])

	fields = Dissect(b, Hint{Known: true, Prog: 1, Vers: 2, Proc: 3, Body: func(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
		require.True(t, reply)
		require.EqualValues(t, []uint32{1, 2, 3}, []uint32{prog, vers, proc})
		d.Uint32("answer")
		return true
	}})
	requireCovered(t, fields, len(b), "reply")
	require.Equal(t, "answer @28+4 42", lines(fields)[len(fields)-1])
}

func TestWhatCannotBeReadIsOneFieldThatSaysWhy(t *testing.T) {
	for _, c := range []struct {
		name, payload string
		datagram      bool
		last          string
	}{
		{"a piece of a marker", "800000", false, "undecoded @0+3 a piece of a record marker"},
		{"a cut call", "00000001" + "00000000" + "0000", true,
			"undecoded @8+2 2 bytes: call/rpcvers at byte 8: expected 4 bytes, found 2 bytes"},
		{"a call of which the rest follows", "80000028" + "00000001" + "00000000" + "00000002", false,
			"cut off @16+0 28 more bytes of the record are in later packets"},
		{"neither call nor reply", "00000001" + "00000005" + "00000000", true,
			"undecoded @8+4 4 bytes: reply/mtype at byte 4: expected REPLY, found msg_type 5"},
		{"two fragments", "00000004" + "00000001" + "80000004" + "00000000", false,
			"fragment 2 @12+4 part of a record of several fragments"},
		{"a wrong rpcvers", "00000001" + "00000000" + "00000003" + "00000000", true,
			"undecoded @12+4 4 bytes: nothing is defined here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := unhex(t, c.payload)
			fields := Dissect(b, Hint{Datagram: c.datagram})
			requireCovered(t, fields, len(b), c.name)
			all := lines(fields)
			require.Equal(t, c.last, strings.TrimLeft(all[len(all)-1], ". "))
		})
	}
}

func TestABrokenCredentialDoesNotEndTheReadingOfTheCall(t *testing.T) {
	var e xdr.Encoder
	EncodeCall(&e, &CallHeader{XID: 1, Prog: 100003, Vers: 3, Cred: Auth{AuthUnix, []byte{0, 0, 0, 0, 0, 0, 1, 0, 9}}})
	fields := Dissect(e.B, Hint{Datagram: true})
	requireCovered(t, fields, e.Len(), "call")
	require.Equal(t, "8 bytes: call/cred/authsys_parms/machinename at byte 36: expected at most 255 bytes, found 256",
		find(fields, "undecoded").Value)
	require.NotNil(t, find(fields, "verf"))
}

func TestTwoRecordsInAPayloadAreBothTakenApart(t *testing.T) {
	var e xdr.Encoder
	EncodeCall(&e, &CallHeader{XID: 1, Prog: 100003, Vers: 3})
	b := AppendRecord(AppendRecord(nil, e.B), e.B)
	fields := Dissect(b, Hint{})
	requireCovered(t, fields, len(b), "two")
	calls := 0
	for _, f := range fields {
		if f.Name == "call" {
			calls++
		}
	}
	require.Equal(t, 2, calls)
}

func TestEveryMessageOfRealServersIsCoveredByFields(t *testing.T) {
	for _, v := range loadVectors(t) {
		for _, s := range []string{v.Request, v.Reply} {
			b := unhex(t, s)
			requireCovered(t, Dissect(b, Hint{Datagram: v.Transport == "udp"}), len(b), v.Name)
		}
	}
}

type recorded struct {
	Conn, Dir, What, Hex string
}

// On the connection of an NFSv4.1 client both ends call; only the direction word tells calls from replies.
func TestCallsOfBothDirectionsOnOneConnectionAreToldApart(t *testing.T) {
	back := 0
	for _, v := range load[recorded](t, "vectors-ganesha-cb-recall.json") {
		b := unhex(t, v.Hex)
		fields := Dissect(b, Hint{})
		requireCovered(t, fields, len(b), v.What)
		kind := "reply"
		if strings.HasPrefix(v.What, "CALL") {
			kind = "call"
		}
		require.NotNil(t, find(fields, kind), v.What)
		if kind == "call" && v.Dir == "s2c" {
			back++
			require.Equal(t, "NFSv4 callback (1073741824)", find(fields, "prog").Value)
		}
	}
	require.Positive(t, back)
}

func FuzzDissect(f *testing.F) {
	for _, v := range loadVectors(f) {
		f.Add(unhex(f, v.Request), v.Transport == "udp")
		f.Add(unhex(f, v.Reply), v.Transport == "udp")
	}
	for _, v := range load[vectorHex](f, "fuzz-corpus.json") {
		f.Add(unhex(f, v.Hex), v.Transport == "udp")
	}
	f.Fuzz(func(t *testing.T, b []byte, datagram bool) {
		requireCovered(t, Dissect(b, Hint{Datagram: datagram}), len(b), "fuzz")
	})
}
