package nfs4

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/xdr"
)

func seed(f *testing.F) {
	for _, name := range []string{"05-v40-callback-srvA.pcap.gz", "30-metadata-mix-srvA.pcap.gz", "ganesha-gluster-cb-recall.pcap.gz"} {
		for _, m := range messages(f, name) {
			if len(m.body) < 2000 {
				f.Add(m.callback, m.reply, m.body)
			}
		}
	}
}

// FuzzCompound reads anything as a COMPOUND or CB_COMPOUND or the results of one: what is accepted and regular is
// written as it was, and a recording of it stays within the message.
func FuzzCompound(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, callback, reply bool, b []byte) {
		var m body = &CompoundArgs{Callback: callback}
		if reply {
			m = &CompoundRes{Callback: callback}
		}
		var fields []xdr.Field
		d := xdr.NewDecoder(b)
		d.Record(&fields)
		m.Decode(d)
		for _, x := range fields {
			require.LessOrEqual(t, x.Off+x.Len, len(b))
		}
		if d.Err() != nil || d.Odd() != nil {
			return
		}
		var e xdr.Encoder
		m.Encode(&e)
		require.Equal(t, b[:d.Off()], append([]byte{}, e.B...))
	})
}
