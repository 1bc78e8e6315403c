package world_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// done is what a process asks of a server, by the names of the calls, and the notes that the run leaves.
func done(t *testing.T, do string, settings ...string) (calls, notes []string) {
	sc := builtin(t, "two-slots")
	sc.Expects = nil
	all := []string{"workload.reads", "0", "workload.bytes", "1", "server.files", "f 100"}
	if do != "" {
		all = append(all, "process.1.name", "p", "process.1.do", do)
	}
	all = append(all, settings...)
	for i := 0; i < len(all); i += 2 {
		require.NoError(t, sc.Set(all[i], all[i+1]))
	}
	log := run(t, sc, 42)
	each(log, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.RPCRequest:
			calls = append(calls, e.Text(log, "prog")+" "+e.Text(log, "proc"))
		case trace.Note:
			notes = append(notes, e.Text(log, "text"))
		}
	})
	return calls, notes
}

func times(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

func TestAScriptMountsNFSv3WhereTheScenarioMountsNFSv4(t *testing.T) {
	calls, _ := done(t, "mount vers=3; getattr /; umount", "mount.none", "true", "mount.vers", "4.1")
	require.Contains(t, calls, "mount MOUNT")
	require.NotContains(t, calls, "nfs EXCHANGE_ID")
	calls, _ = done(t, "mount hard; getattr /; umount", "mount.none", "true", "mount.vers", "4.1")
	require.Contains(t, calls, "nfs EXCHANGE_ID")
}

func TestReadersOpenAndCloseTheirFilesOverNFSv4(t *testing.T) {
	for _, vers := range []string{"4.0", "4.1"} {
		calls, _ := done(t, "", "mount.vers", vers, "workload.reads", "5", "workload.bytes", "4096")
		require.Equal(t, 5, times(calls, "nfs READ"), vers)
		require.GreaterOrEqual(t, times(calls, "nfs OPEN"), 5, vers)
	}
}

func TestAScriptHasTheServerRecallSlots(t *testing.T) {
	calls, notes := done(t, "sleep 10ms; recall-slots 0; sleep 10ms; getattr /", "mount.vers", "4.1")
	require.Equal(t, 1, times(calls, "nfs4_cb CB_RECALL_SLOT"))
	require.NotContains(t, strings.Join(notes, "\n"), "does nothing")
	_, notes = done(t, "recall-slots 0; getattr /")
	require.Contains(t, notes, "recall-slots does nothing: no client has a session")
}

func TestAnOperationThatDoesNothingSaysWhy(t *testing.T) {
	_, notes := done(t, "layoutget nofile; getattr /", "mount.vers", "4.1", "server.layouts", "true")
	require.Contains(t, notes, "p[1].layoutget[2] does nothing: the file cannot be opened, status=-2")
	_, notes = done(t, "recall nofile; getattr /", "mount.vers", "4.1")
	require.Contains(t, notes, "recall does nothing: there is no file nofile")
	_, notes = done(t, "open f; getattr /")
	require.Contains(t, notes, "p[1].open[1] does nothing: NFSv3 has no such operation")
}

func TestOperationsThatCouldDoNothingAreRefused(t *testing.T) {
	for want, set := range map[string][]string{
		`process.1.do: expected no callback when backchannel is none, not "callback 4"`:              {"process.1.do", "callback 4"},
		`process.1.do: expected no getacl over NFSv4, which has no NFSACL, not "sleep 1s; getacl /"`: {"process.1.do", "sleep 1s; getacl /", "mount.vers", "4.0"},
	} {
		sc := builtin(t, "two-slots")
		for i := 0; i < len(set); i += 2 {
			require.NoError(t, sc.Set("process.1.name", "p"))
			require.NoError(t, sc.Set(set[i], set[i+1]))
		}
		require.EqualError(t, sc.Check(), want)
		_, err := world.Run(sc, 1)
		var key *scenario.KeyError
		require.ErrorAs(t, err, &key)
	}
	done(t, "mount vers=3; getacl /; umount", "mount.vers", "4.1")
}

func TestTheSecondAddressServesNFSv3Whole(t *testing.T) {
	calls, _ := done(t, "mount vers=3,addr=10.0.0.99; getattr /; umount", "mount.none", "true", "mount.rpcbind", "true", "server.second", "10.0.0.99")
	require.Equal(t, 2, times(calls, "rpcbind GETPORT"))
	require.Contains(t, calls, "mount MOUNT")
	require.Contains(t, calls, "nfsacl NULL")
}

func TestAnOpenFileThatIsRemovedGoesWithItsLastClose(t *testing.T) {
	for _, vers := range []string{"4.0", "4.1"} {
		calls, _ := done(t, "open f; remove f; read f 1 100; close f; lookup f; readdir /", "mount.vers", vers)
		all := strings.Join(calls, ", ")
		require.Regexp(t, "OPEN.* RENAME.*nfs REMOVE, nfs LOOKUP, nfs READDIR", all, vers)
		require.Regexp(t, "RENAME, nfs READ, nfs CLOSE, nfs REMOVE", all, vers)
		calls, _ = done(t, "open f; close f; remove f", "mount.vers", vers)
		require.NotContains(t, calls, "nfs RENAME", vers)
	}
}

func TestAFileThatAnotherProcessHasOpenOutlivesItsName(t *testing.T) {
	calls, _ := done(t, "open f; sleep 100ms; read f 1 100; close f", "mount.vers", "4.1", "process.2.name", "rm", "process.2.at", "10ms", "process.2.do", "lookup f; remove f")
	require.Regexp(t, "nfs RENAME, nfs READ, nfs CLOSE, nfs REMOVE$", strings.Join(calls, ", "))
}
