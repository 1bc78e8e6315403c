package world

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// recall40 is the scenario of recording 05, with some settings changed, which has not begun.
func recall40(t *testing.T, seed uint64, settings ...string) *rig {
	sc, err := yaml.Builtin("v40-callback")
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	w, err := New(sc, seed)
	require.NoError(t, err)
	return &rig{t, w, w.kernel}
}

// through lets the run end, and has each event looked at when it has happened.
func (l *rig) through(look func(e *trace.Event)) {
	seen := 0
	var e trace.Event
	for more := true; more; {
		more = l.Step()
		for ; seen < l.log.Len(); seen++ {
			l.log.At(seen, &e)
			look(&e)
		}
	}
	require.NoError(l.t, l.Err())
}

// course are the calls about files, in order, each as often as it was made.
func (l *rig) course() string {
	var all []string
	l.each(func(e *trace.Event) {
		if e.Kind != trace.RPCRequest {
			return
		}
		switch what := e.Text(l.log, "proc"); what {
		case "OPEN", "OPEN_CONFIRM", "READ", "WRITE", "CLOSE", "CB_RECALL", "DELEGRETURN":
			all = append(all, what)
		}
	})
	return strings.Join(all, " ")
}

// callbackOf is where A listens, as it has told the server.
func (l *rig) callbackOf() (at wire.Addr) {
	l.each(func(e *trace.Event) {
		if e.Kind == trace.Note && e.Text(l.log, "event") == "nfsd_cb_args" && at.Port == 0 {
			text, _ := strings.CutPrefix(e.Text(l.log, "text"), "addr=")
			host, port, _ := strings.Cut(strings.Fields(text)[0], ":")
			n, err := strconv.Atoi(port)
			require.NoError(l.t, err)
			at = wire.Addr{Host: host, Port: uint16(n)}
		}
	})
	return at
}

func TestTheServerOfNFSv40CallsItsClientOverAConnectionOfItsOwn(t *testing.T) {
	for seed := uint64(42); seed < 46; seed++ {
		l := recall40(t, seed)
		l.through(func(*trace.Event) {})
		require.Equal(t, "OPEN OPEN_CONFIRM OPEN READ OPEN CB_RECALL DELEGRETURN OPEN OPEN_CONFIRM WRITE CLOSE OPEN READ CLOSE", l.course())
		at, calls := l.callbackOf(), 0
		l.each(func(e *trace.Event) {
			switch {
			case e.Kind == trace.SvcProcess && e.Text(l.log, "service") == "NFSv4 callback":
				calls++
				require.True(t, strings.HasPrefix(e.Text(l.log, "addr"), "10.0.0.1:") || strings.HasPrefix(e.Text(l.log, "addr"), "10.0.1.1:"))
				require.NotContains(t, e.Text(l.log, "addr"), ":2049")
			case e.Kind == trace.WireSend && e.Text(l.log, "kind") == "SYN" && e.Text(l.log, "dst") == at.String():
				require.True(t, strings.HasPrefix(e.Text(l.log, "src"), "10.0.0.1:"), "it is the server who connects")
			}
		})
		require.Equal(t, 5, calls, "CB_NULL of each of four SETCLIENTIDs, and CB_RECALL")
		require.Empty(t, l.nfsd.v4.V4.Holders())
	}
}

func TestNoDelegationIsHeldWhileTheFileIsWritten(t *testing.T) {
	l := recall40(t, 42)
	most := 0
	l.through(func(e *trace.Event) {
		held := len(l.nfsd.v4.V4.Holders())
		most = max(most, held)
		if e.Kind == trace.RPCRequest && e.Text(l.log, "proc") == "WRITE" {
			require.Zero(t, held)
		}
	})
	require.Equal(t, 1, most)
}

func TestWhomTheServerCannotCallIsGivenNoDelegation(t *testing.T) {
	l := recall40(t, 42)
	l.netns.nfs4.CallbackUp = nil // it listens nowhere
	l.through(func(*trace.Event) { require.Empty(t, l.nfsd.v4.V4.Holders()) })
	require.Equal(t, "OPEN OPEN_CONFIRM OPEN READ OPEN OPEN_CONFIRM WRITE CLOSE OPEN READ CLOSE", l.course())
}

// longer keeps A's files open, so that it is the server that decides what becomes of a delegation that is not returned.
var longer = []string{"process.1.do", "access /; open f04.1; sleep 200s", "process.5.at", "300s", "process.4.do",
	"mount vers=4.0,addr=10.0.1.1; sleep 3s; access /; write f04.1 1 6; close f04.1; sleep 150s; umount", "server.lease", "30s"}

func TestWhatIsNotReturnedWithinALeaseIsRevoked(t *testing.T) {
	l := recall40(t, 42, longer...)
	var cut, written time.Duration
	l.through(func(e *trace.Event) {
		if cut == 0 && l.now > 2*time.Second {
			cut = l.now
			l.net.Refuse(l.callbackOf())
			l.net.Reset(l.callbackOf())
		}
		if e.Kind == trace.RPCRequest && e.Text(l.log, "proc") == "WRITE" {
			written = l.now
			require.Empty(t, l.nfsd.v4.V4.Holders())
		}
	})
	require.Greater(t, written-cut, 30*time.Second, "the other comes again and again")
	require.Less(t, written-cut, 75*time.Second)
}

func TestAClientThatTheServerCannotCallHearsOfItWhenItRenewsItsLease(t *testing.T) {
	l := recall40(t, 42, longer...)
	up := l.netns.nfs4.CallbackUp
	l.netns.nfs4.CallbackUp = func(c *client.Client) *sunrpc.Server {
		srv := up(c)
		l.at(2*time.Second, func() { srv.Faults.Dead = 1 }) // nobody answers
		return srv
	}
	var renewals []int64
	again := 0
	l.through(func(e *trace.Event) {
		switch {
		case e.Kind == trace.RPCTaskCallDone && e.Text(l.log, "action") == "nfs4_renew_done":
			renewals = append(renewals, e.Int("status"))
		case e.Kind == trace.RPCRequest && e.Text(l.log, "proc") == "SETCLIENTID" && len(renewals) > 0:
			again++
		}
	})
	require.Contains(t, renewals, int64(nfs4.ErrCBPathDown.Errno()))
	require.Positive(t, again, "it tells the server once more where it can be called")
	require.Contains(t, strings.Join(l.notes(), "; "), "state state=DOWN")
}

func TestWhoHoldsADelegationOfNFSv40RenewsHoweverBusyItIs(t *testing.T) {
	busy := "create w; "
	for range 30 {
		busy += "write w 1 512; sleep 5s; "
	}
	for holds, open := range map[bool]string{true: "open f04.1; close f04.1; open f04.1; ", false: ""} {
		l := recall40(t, 42, "process.1.do", "access /; "+open+busy+"getattr /", "process.2.do", "sleep 1s", "process.3.do", "sleep 1s",
			"process.4.do", "sleep 1s", "process.5.at", "160s")
		renewed := 0
		l.through(func(e *trace.Event) {
			if e.Kind == trace.RPCRequest && e.Text(l.log, "proc") == "RENEW" {
				renewed++
			}
		})
		require.Equal(t, holds, renewed > 0)
	}
}

// claims are how files are opened, with the numbers that the OPENs carry.
func (l *rig) claims() (all []string) {
	names := map[uint32]string{nfs4.ClaimNull: "null", nfs4.ClaimPrevious: "previous", nfs4.ClaimDelegateCur: "delegate cur"}
	l.each(func(e *trace.Event) {
		payload := e.Text(l.log, "bytes")
		if e.Kind != trace.WireSend || !strings.HasSuffix(e.Text(l.log, "dst"), ":2049") || len(payload) < 4 {
			return
		}
		d := xdr.NewDecoder([]byte(payload[4:]))
		if h, err := rpcmsg.DecodeCall(d); err != nil || h.Prog != nfs4.Program || h.Proc != nfs4.ProcCompound {
			return
		}
		var a nfs4.CompoundArgs
		a.Decode(d)
		for _, o := range a.Ops {
			switch b := o.Body.(type) {
			case *nfs4.OpenArgs:
				all = append(all, names[b.Claim]+" "+strconv.Itoa(int(b.Seqid)))
			case *nfs4.OpenConfirmArgs:
				all = append(all, "confirm "+strconv.Itoa(int(b.Seqid)))
			}
		}
	})
	return all
}

func TestWhatIsOpenUnderADelegationAloneIsOpenedByNameBeforeItIsReturned(t *testing.T) {
	l := recall40(t, 42, "process.1.do", "access /; open f04.1; close f04.1; open f04.1; close f04.1; open f04.1; sleep 8s; read f04.1 1 6; close f04.1",
		"process.2.do", "sleep 1s", "process.3.do", "sleep 1s", "process.5.at", "20s")
	l.through(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd {
			require.NotContains(t, []int64{-10025, -10026}, e.Int("status"), "no stateid and no number is refused")
		}
	})
	// Two OPENs with a CLOSE each; the third is a matter between the processes of A; B's have numbers of their own.
	require.Equal(t, []string{"null 0", "confirm 1", "null 3", "null 0", "delegate cur 5", "null 1", "confirm 2"}, l.claims())
}

func TestAfterARestartNFSv40ReclaimsWhatWasOpenWithoutConfirmation(t *testing.T) {
	sc, err := yaml.Builtin("server-restart")
	require.NoError(t, err)
	require.NoError(t, sc.Set("mount.vers", "4.0"))
	sc.Processes = sc.Processes[:2]
	w, err := New(sc, 42)
	require.NoError(t, err)
	l := &rig{t, w, w.kernel}
	stale := 0
	l.through(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd && e.Int("status") < 0 {
			require.Contains(t, []int64{-10022, -10023}, e.Int("status"), "STALE_CLIENTID, STALE_STATEID")
			stale++
		}
	})
	require.Positive(t, stale)
	claims := l.claims()
	require.Equal(t, []string{"null 0", "confirm 1"}, claims[:2])
	require.Equal(t, 1, strings.Count(strings.Join(claims, "; "), "confirm"))
	require.Equal(t, 2, strings.Count(strings.Join(claims, "; "), "previous"), "two files were open")
}
