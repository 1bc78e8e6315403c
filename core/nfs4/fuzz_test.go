package nfs4

import (
	"reflect"
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

// FuzzServe has a server do anything that can be read, twice, with names that it knows put where names stand: every
// answer can be sent and read, and nothing falls over.
func FuzzServe(f *testing.F) {
	for _, name := range []string{"05-v40-callback-srvA.pcap.gz", "03-v41-mount-basic-srvA.pcap.gz", "12-server-restart-srvA.pcap.gz"} {
		for _, m := range messages(f, name) {
			if !m.callback && !m.reply && len(m.body) < 1000 {
				f.Add(m.body)
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		srv := served()
		srv.FS.Space = 1 << 20
		u := join(t, srv, "a", 1)
		_, open := u.open("f", ShareBoth)
		for range 2 {
			var a CompoundArgs
			a.Decode(xdr.NewDecoder(b))
			u.seq++
			known(u, srv, open.Stateid, &a)
			r, _ := srv.Compound(1, &a)
			srv.Tick()
			var e xdr.Encoder
			r.Encode(&e)
			d := xdr.NewDecoder(e.B)
			new(CompoundRes).Decode(d)
			require.NoError(t, d.Err())
			require.Zero(t, d.Len())
		}
	})
}

// known puts names into a that the server has given.
func known(u *user, srv *Server, sid Stateid, a *CompoundArgs) {
	for _, o := range a.Ops {
		if q, ok := o.Body.(*SequenceArgs); ok {
			q.Session, q.Sequence, q.Slot = u.session, u.seq, 0
		}
		walk(reflect.ValueOf(o.Body), "", func(v reflect.Value, _ string) {
			switch v.Interface().(type) {
			case FH:
				h, _ := srv.FS.Find(srv.FS.Root(), "f")
				if v.Len()%2 == 0 {
					h = srv.FS.Root()
				}
				v.Set(reflect.ValueOf(FH(h)))
			case SessionID:
				v.Set(reflect.ValueOf(u.session))
			case [12]byte:
				v.Set(reflect.ValueOf(sid.Other))
			case uint64:
				v.SetUint(u.id)
			}
		})
	}
}
