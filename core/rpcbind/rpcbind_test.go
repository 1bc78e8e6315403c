package rpcbind

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

func ask(t *Table, vers, proc uint32, args func(*xdr.Encoder)) (rpcmsg.AcceptStat, *xdr.Decoder) {
	var a, r xdr.Encoder
	if args != nil {
		args(&a)
	}
	stat := t.serve(vers, proc, xdr.NewDecoder(a.B), &r)
	return stat, xdr.NewDecoder(r.B)
}

func entry(vers uint32, e Entry) func(*xdr.Encoder) {
	return func(x *xdr.Encoder) { e.Encode(x, vers) }
}

var nfsTCP = Entry{Prog: 100003, Vers: 3, Netid: "tcp", Uaddr: "0.0.0.0.8.1", Owner: "0"}

func TestWhatIsSetWithOneVersionIsFoundWithAnother(t *testing.T) {
	table := &Table{Host: "10.0.0.1"}
	_, r := ask(table, V4, ProcSet, entry(V4, nfsTCP))
	require.True(t, r.Bool(""))
	_, r = ask(table, V2, ProcGet, entry(V2, nfsTCP))
	require.Equal(t, uint32(2049), r.Uint32(""))
	_, r = ask(table, V3, ProcGet, entry(V3, nfsTCP))
	require.Equal(t, "10.0.0.1.8.1", r.String("", 100))
}

func TestAProgramIsNotMovedBySet(t *testing.T) {
	table := &Table{}
	require.True(t, table.Set(nfsTCP))
	require.True(t, table.Set(nfsTCP), "the same once more")
	other := nfsTCP
	other.Uaddr = "0.0.0.0.8.2"
	require.False(t, table.Set(other))
	for range 2 { // the second time there is nothing to unset, and the answer is the same
		_, r := ask(table, V4, ProcUnset, entry(V4, nfsTCP))
		require.True(t, r.Bool(""))
	}
	require.True(t, table.Set(other))
}

func TestAnotherVersionWillDoUnlessGetversaddrAsks(t *testing.T) {
	table := &Table{}
	table.Set(nfsTCP)
	v4 := nfsTCP
	v4.Vers = 4
	_, r := ask(table, V4, ProcGet, entry(V4, v4))
	require.Equal(t, "0.0.0.0.8.1", r.String("", 100))
	_, r = ask(table, V4, ProcGetversaddr, entry(V4, v4))
	require.Empty(t, r.String("", 100))
}

func TestAFullTableTakesNothing(t *testing.T) {
	table := &Table{}
	for i := range uint32(MaxEntries) {
		require.True(t, table.Set(Entry{Prog: i, Vers: 1, Netid: "tcp", Uaddr: "0.0.0.0.0.1"}))
	}
	require.False(t, table.Set(Entry{Prog: MaxEntries, Vers: 1, Netid: "tcp", Uaddr: "0.0.0.0.0.1"}))
}

func TestUniversalAddressesGoThereAndBack(t *testing.T) {
	_, r := ask(&Table{}, V3, ProcUaddr2taddr, func(e *xdr.Encoder) { e.String("127.0.0.1.8.1") })
	b := append([]byte(nil), readNetbuf(r)...)
	require.Equal(t, []byte{2, 0, 8, 1, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}, b)
	_, r = ask(&Table{}, V4, ProcTaddr2uaddr, func(e *xdr.Encoder) { writeNetbuf(e, b) })
	require.Equal(t, "127.0.0.1.8.1", r.String("", 100))
	for _, bad := range []string{"", "1.2.3", "1.2.3.4.5.256", "1.2.3.4.5.6.7", "a.b.c.d.e.f"} {
		require.Empty(t, sockaddr(bad), bad)
	}
}

func TestVersionsHaveTheirProcedures(t *testing.T) {
	stat, _ := ask(&Table{}, V2, ProcGettime, nil)
	require.Equal(t, rpcmsg.ProcUnavail, stat)
	stat, _ = ask(&Table{}, V3, ProcGetaddrlist, nil)
	require.Equal(t, rpcmsg.ProcUnavail, stat)
	stat, _ = ask(&Table{}, V4, ProcGetstat, nil)
	require.Equal(t, rpcmsg.Success, stat)
	stat, _ = ask(&Table{}, V3, ProcSet, nil)
	require.Equal(t, rpcmsg.GarbageArgs, stat)
}

func TestResultsAreReadFieldByField(t *testing.T) {
	table := &Table{}
	table.Set(nfsTCP)
	for _, c := range []struct {
		vers, proc uint32
		fields     int
	}{{V2, ProcDump, 8}, {V3, ProcDump, 9}, {V4, ProcGetaddrlist, 9}, {V4, ProcGetstat, 3 * 18}} {
		_, r := ask(table, c.vers, c.proc, entry(c.vers, nfsTCP))
		var fields []xdr.Field
		r.Record(&fields)
		require.True(t, DissectBody(r, Program, c.vers, c.proc, true))
		require.NoError(t, r.Err())
		require.Zero(t, r.Len())
		require.GreaterOrEqual(t, len(fields), c.fields)
	}
}
