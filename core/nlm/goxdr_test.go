package nlm

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/xdr"
	"sunscope/tests/goxdr"
)

// The values of the messages: names in ASCII, as go-xdr wants them.
var (
	someBytes = rapid.SliceOfN(rapid.Byte(), 0, 32)
	someName  = rapid.Map(rapid.SliceOfN(rapid.ByteRange(32, 126), 0, 64), func(b []byte) string { return string(b) })
	someLock  = rapid.Custom(func(t *rapid.T) Lock {
		return Lock{someName.Draw(t, "caller"), someBytes.Draw(t, "fh"), someBytes.Draw(t, "owner"), rapid.Int32().Draw(t, "svid"),
			rapid.Uint64().Draw(t, "offset"), rapid.Uint64().Draw(t, "length")}
	})
)

// messages draw one of each kind, and say which procedures take and give it.
var messages = map[string]struct {
	draw          func(t *rapid.T) Message
	args, results []uint32
}{
	"nlm4_testargs": {func(t *rapid.T) Message {
		return &TestArgs{Cookie: someBytes.Draw(t, "cookie"), Exclusive: rapid.Bool().Draw(t, "exclusive"), Lock: someLock.Draw(t, "lock")}
	}, []uint32{1, 5, 6, 10}, nil},
	"nlm4_lockargs": {func(t *rapid.T) Message {
		return &LockArgs{someBytes.Draw(t, "cookie"), rapid.Bool().Draw(t, "block"), rapid.Bool().Draw(t, "exclusive"),
			someLock.Draw(t, "lock"), rapid.Bool().Draw(t, "reclaim"), rapid.Int32().Draw(t, "state")}
	}, []uint32{2, 7}, nil},
	"nlm4_cancargs": {func(t *rapid.T) Message {
		return &CancelArgs{Cookie: someBytes.Draw(t, "cookie"), Block: rapid.Bool().Draw(t, "block"),
			Exclusive: rapid.Bool().Draw(t, "exclusive"), Lock: someLock.Draw(t, "lock")}
	}, []uint32{3, 8}, nil},
	"nlm4_unlockargs": {func(t *rapid.T) Message {
		return &UnlockArgs{Cookie: someBytes.Draw(t, "cookie"), Lock: someLock.Draw(t, "lock")}
	}, []uint32{4, 9}, nil},
	"nlm4_res": {func(t *rapid.T) Message {
		return &Res{Cookie: someBytes.Draw(t, "cookie"), Status: Status(rapid.Uint32Range(0, 9).Draw(t, "stat"))}
	}, []uint32{12, 13, 14, 15}, []uint32{2, 3, 4, 5}},
	"nlm4_testres": {func(t *rapid.T) Message {
		return &TestRes{Cookie: someBytes.Draw(t, "cookie"), Status: Status(rapid.Uint32Range(0, 9).Draw(t, "stat")),
			Holder: Holder{Exclusive: rapid.Bool().Draw(t, "exclusive"), Svid: rapid.Int32().Draw(t, "svid"),
				Owner: someBytes.Draw(t, "owner"), Off: rapid.Uint64().Draw(t, "offset"), Len: rapid.Uint64().Draw(t, "length")}}
	}, []uint32{11}, []uint32{1}},
}

func TestGoXDRReadsAndWritesWhatWeWrite(t *testing.T) {
	for name, m := range messages {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			var e xdr.Encoder
			m.draw(t).Encode(&e)
			for _, proc := range m.args {
				require.NoError(t, goxdr.Body(Program, 4, proc, false, e.B), "procedure %d: %x", proc, e.B)
			}
			for _, proc := range m.results {
				require.NoError(t, goxdr.Body(Program, 4, proc, true, e.B), "results of procedure %d: %x", proc, e.B)
			}
		}))
	}
}
