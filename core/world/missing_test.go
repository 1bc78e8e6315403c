package world_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/trace"
)

// mountEnds are the statuses with which the synchronous calls of mount.nfs end.
func mountEnds(t *testing.T, do string, settings ...string) (all []int64) {
	t.Helper()
	l := run(t, alone(t, do, settings...), 42)
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd && l.Text(e.Comm) == "mount.nfs" {
			all = append(all, e.Int("status"))
		}
	})
	return all
}

func TestWhatIsMissingDecidesHowAMountFails(t *testing.T) {
	for _, c := range []struct {
		name, do string
		ends     []int64 // EOPNOTSUPP 95, ECONNREFUSED 111, EPROTONOSUPPORT 93, EPFNOSUPPORT 96, ETIMEDOUT 110, EIO 5, NFS4ERR_MINOR_VERS_MISMATCH 10021
	}{
		{"no mountd", "stop mountd; mount soft,timeo=10,retrans=1", []int64{-95}},
		{"no mountd, over UDP", "stop mountd; mount mountproto=udp,soft,timeo=10,retrans=1", []int64{-95}},
		{"nobody on the port", "mount mountport=9,soft,timeo=10,retrans=1", []int64{-111}},
		{"nobody on the port, over UDP", "mount mountport=9,mountproto=udp,soft,timeo=10,retrans=1", []int64{-5}},
		{"mountd is back", "stop mountd; start mountd; nfsd 0; mount port=2049,soft,timeo=10,retrans=1", []int64{0, 0, -111}},
		{"no NFSv3 to be found", "nfsd 0; nfsd 2 -3; mount soft,timeo=10,retrans=1", []int64{0, 0, -95}},
		{"no NFSv3", "nfsd 0; nfsd 2 -3; mount port=2049,soft,timeo=10,retrans=1", []int64{0, 0, -93}},
		{"no NFSv4.1", "nfsd 0; nfsd 2 -4.1,-4.2; mount vers=4.1,soft,timeo=10,retrans=1", []int64{0, -10021}},
		{"no NFSv4.0", "nfsd 0; nfsd 2 -4.0; mount vers=4.0,soft,timeo=10,retrans=1", []int64{0, -10021}},
		{"no NFSv4", "nfsd 0; nfsd 2 -4; mount vers=4.1,soft,timeo=10,retrans=1", []int64{-93}},
		{"no nfsd", "nfsd 0; mount vers=4.1,soft,timeo=10,retrans=1", []int64{-111}},
		{"rpcbind instead of nfsd", "mount port=111,soft,timeo=10,retrans=1", []int64{0, 0, -96}},
		{"no such host", "mount addr=10.0.0.77,soft,timeo=10,retrans=1", []int64{-110}},
		{"no rpcbind", "stop rpcbind; sleep 1ms; mount soft,timeo=10,retrans=1", []int64{-111}},
		{"no rpcbind, over UDP", "stop rpcbind; sleep 1ms; mount mountproto=udp,soft,timeo=10,retrans=1", []int64{-110}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.ends, mountEnds(t, c.do, "mount.rpcbind", "true"))
		})
	}
}

func TestAnRpcbindThatComesBackKnowsWhatItKnew(t *testing.T) {
	ends := mountEnds(t, "stop rpcbind; sleep 1ms; start rpcbind; stop mountd; start mountd; mount soft,timeo=10,retrans=1", "mount.rpcbind", "true")
	require.NotContains(t, ends, int64(-111))
	require.NotEmpty(t, ends)
	for _, status := range ends {
		require.Zero(t, status)
	}
}

func TestNFSDWithoutVersion3HasNoLockManager(t *testing.T) {
	l := run(t, alone(t, "nfsd 0; nfsd 2 -3", "mount.rpcbind", "true"), 42)
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.SvcRegister {
			require.EqualValues(t, 4, e.Int("vers"))
		}
		require.NotEqual(t, "lockd", l.Text(e.Comm))
	})
}

func TestVersionsAndDaemonsThatDoNotExistAreRefused(t *testing.T) {
	for do, want := range map[string]string{
		"nfsd 8 3":     "such as -3 or -4.1,-4.2",
		"nfsd 8 -5":    `not understood: "-5"`,
		"nfsd 8 -3,":   `not understood: ""`,
		"stop nfsd":    `not understood: "nfsd"`,
		"start":        "expected 1 words after start",
		"mount addr=x": `not understood: "addr=x"`,
	} {
		_, err := scenario.ParseScript(do)
		require.ErrorContains(t, err, want, do)
	}
}
