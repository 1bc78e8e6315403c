package nlm

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

var captured = []string{"19-nlm-lock-srvA.pcap.gz", "28-port-change-rebind-srvA.pcap.gz"}

// body is what follows the header of a message that is well.
func body(t testing.TB, msg []byte, reply bool) []byte {
	d := xdr.NewDecoder(msg)
	if reply {
		h, err := rpcmsg.DecodeReply(d)
		require.NoError(t, err)
		require.Equal(t, rpcmsg.Success, h.Accept)
	} else {
		_, err := rpcmsg.DecodeCall(d)
		require.NoError(t, err)
	}
	return d.Rest()
}

// again reads a body and writes it; the bytes must be the same.
func again(t testing.TB, m Message, b []byte, about string) {
	d := xdr.NewDecoder(b)
	m.Decode(d)
	require.NoError(t, d.Err(), about)
	require.Nil(t, d.Odd(), about)
	require.Zero(t, d.Len(), "%s: bytes left over", about)
	var e xdr.Encoder
	m.Encode(&e)
	require.Equal(t, b, e.B, about)
}

func TestWhatRealLockManagersSentIsReadToTheEndAndWrittenAsItWas(t *testing.T) {
	seen := map[string]int{}
	for _, name := range captured {
		for _, x := range capture.Exchanges(t, "testdata/"+name) {
			if x.Head.Prog != Program {
				continue
			}
			require.EqualValues(t, Version, x.Head.Vers)
			proc := ProcName(x.Head.Proc)
			again(t, Args(x.Head.Proc), body(t, x.Call, false), proc)
			seen[proc]++
			if x.Reply == nil {
				seen["sent again"]++ // the last of the same calls has the reply
				continue
			}
			if res := Results(x.Head.Proc); res != nil {
				again(t, res, body(t, x.Reply, true), proc+"'s result")
			} else {
				require.Empty(t, body(t, x.Reply, true), "a %s is answered with nothing", proc)
			}
		}
	}
	require.Equal(t, map[string]int{"LOCK": 15, "UNLOCK": 5, "GRANTED_MSG": 2, "GRANTED_RES": 2, "sent again": 3}, seen)
}

// What our client asks for, with the numbers that the kernel's counters had reached in recording 19, is what the kernel's
// client asked.
func TestOurClientAsksInTheKernelsBytes(t *testing.T) {
	r := newReplay(t, captured[0])
	for range 3 {
		r.next(ProcLock) // the first LOCK came four times
	}
	same := func(proc uint32, m Message) {
		var e xdr.Encoder
		m.Encode(&e)
		require.Equal(t, string(body(t, r.next(proc).Call, false)), string(e.B), ProcName(proc))
	}
	fh := new(LockArgs)
	fh.Decode(xdr.NewDecoder(body(t, r.left[0].Call, false)))
	for svid, c := range []struct {
		cookie, unlock uint32 // 0: denied, there is nothing to unlock
		wait           bool
		state          int32
		bytes          uint64
	}{{0x1235, 0x123a, true, 3, 10}, {0x123b, 0, false, 0, 0}, {0x123d, 0x123f, true, 0, 0}, {0x1240, 0, false, 0, 0}, {0x1242, 0x1244, true, 0, 0}} {
		h := &Host{l: r.l, pids: int32(svid)}
		r.l.cookies, r.l.state = c.cookie-1, c.state
		req := &Request{Process: "python3", FH: fh.Lock.FH, Exclusive: true, Len: c.bytes}
		same(ProcLock, h.lockArgs(req, c.wait))
		if c.unlock > 0 {
			r.l.cookies, req.Len = c.unlock-1, 0 // all of the file is unlocked
			same(ProcUnlock, h.unlockArgs(req))
		}
	}
	for _, cookie := range []byte{0x3e, 0x43} {
		same(ProcGrantedRes, &Res{Cookie{cookie, 0x12, 0, 0}, Granted})
	}
}

// The recorded rpc_xdr_sendto events of MONITOR and UNMONITOR say 96 and 80 bytes, 40 of which are the header.
func TestCallsToTheStatusMonitorAreAsLongAsTheKernels(t *testing.T) {
	l := &Lockd{node: "nfslab"}
	var e xdr.Encoder
	(&MonArgs{Mon: "10.99.1.1", My: l.myID()}).Encode(&e)
	require.Len(t, e.B, 56)
	again(t, new(MonArgs), e.B, "MON")
	e.B = nil
	(&UnmonArgs{Mon: "10.99.1.1", My: l.myID()}).Encode(&e)
	require.Len(t, e.B, 40)
	again(t, new(UnmonArgs), e.B, "UNMON")
}
