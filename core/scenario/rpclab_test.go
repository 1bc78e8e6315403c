package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/time"
)

func TestRpclabTakesSettingsByName(t *testing.T) {
	ops, err := scenario.ParseScript("rpclab proto=udp port=9 nreq=2 rounds=3 gap=800ms timeo=300ms retrans=2 flags=SOFTCONN|RPC_TASK_NO_RETRANS_TIMEOUT create=HARDRTRY|RPC_CLNT_CREATE_DISCRTRY pad=1800 timer=-1 prio=1 kill=2.5s")
	require.NoError(t, err)
	require.Equal(t, &scenario.Lab{
		UDP: true, Port: 9, Calls: 2, Rounds: 3, Gap: 800 * time.Millisecond, Timeo: 300 * time.Millisecond, Retrans: 2,
		Flags: 0x4400, Create: 0x21, Pad: 1800, Timer: -1, Prio: true, Kill: 2500 * time.Millisecond,
	}, ops[0].Lab)
}

func TestAnRpclabSettingThatIsImpossibleIsNamed(t *testing.T) {
	for _, bad := range []string{"flags=SOFTISH", "flags=0x10000", "port=0", "nreq=0", "pad=3", "timer=5", "prio=2", "proto=sctp", "gap=-1s", "speed=9", "port", "create=NOPING", "create=0x10"} {
		_, err := scenario.ParseScript("rpclab " + bad)
		require.ErrorContains(t, err, `not understood: "`+bad+`"`)
	}
}

func TestFlagsMayBeGivenAsANumber(t *testing.T) {
	ops, err := scenario.ParseScript("rpclab flags=0x0200|NOCONNECT")
	require.NoError(t, err)
	require.EqualValues(t, 0x2200, ops[0].Lab.Flags)
}

func TestAServerListensOverUDPWhenAnybodyTalksSoToIt(t *testing.T) {
	sc := builtin(t)
	require.False(t, sc.UDP())
	require.NoError(t, sc.Set("process.1.do", "null 1; rpclab proto=udp"))
	require.True(t, sc.UDP())
}
