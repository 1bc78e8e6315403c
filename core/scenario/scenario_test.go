package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
)

func builtin(t *testing.T) *scenario.Scenario {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	return sc
}

func TestTheCompactFormSaysAllThatTheYAMLSays(t *testing.T) {
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		back, err := scenario.Decode(sc.Encode())
		require.NoError(t, err)
		for i := range sc.Expects {
			require.NotEmpty(t, sc.Expects[i].Where)
			sc.Expects[i].Where = "" // the compact form has no lines of that file
		}
		require.Equal(t, sc, back)
	}
}

func TestASettingThatIsImpossibleIsRefusedAndChangesNothing(t *testing.T) {
	sc := builtin(t)
	was := *sc
	for kv, want := range map[[2]string]string{
		{"sunrpc.tcp_slot_table_entries", "1"}: `sunrpc.tcp_slot_table_entries: expected a whole number from 2 to 65536, not "1"`,
		{"link.delay", "soon"}:                 `link.delay: expected a time from 0s to 10s, such as 500us, 1.5ms or 60s, not "soon"`,
		{"client.addr", "10.0.0.256"}:          `client.addr: expected an IPv4 address such as 10.0.0.2, or an IPv6 one such as fd00::2, not "10.0.0.256"`,
		{"mount.hard", "maybe"}:                `mount.hard: expected true or false, not "maybe"`,
		{"link.dely", "1ms"}:                   `there is no setting "link.dely"`,
		{"delay", "1ms"}:                       `there is no setting "delay"; did you mean link.delay?`,
	} {
		require.EqualError(t, sc.Set(kv[0], kv[1]), want)
		require.Equal(t, was, *sc)
	}
}

func TestAnIPv6AddressIsTakenInItsShortForm(t *testing.T) {
	sc := builtin(t)
	for _, good := range []string{"fd00::2", "::1", "fe80:0:1:2:3:4:5:6"} {
		require.NoError(t, sc.Set("client.addr", good))
	}
	for _, bad := range []string{"fd00::2::3", "fd00:2", "1:2:3:4:5:6:7:8:9", "fd00::00002", "g::1", ":"} {
		require.Error(t, sc.Set("client.addr", bad), bad)
	}
	require.NoError(t, sc.Set("client.addr", "fd00::2"))
	require.EqualError(t, sc.Check(), `server.addr: expected an address of the same family as client.addr, not "10.0.0.1"`)
}

func TestSettingsThatDoNotFitTogetherAreRefused(t *testing.T) {
	sc := builtin(t)
	require.NoError(t, sc.Set("sunrpc.tcp_slot_table_entries", "8"))
	require.EqualError(t, sc.Check(), `sunrpc.tcp_max_slot_table_entries: expected at least tcp_slot_table_entries, not "2"`)
	sc = builtin(t)
	require.NoError(t, sc.Set("workload.bytes", "8192"))
	require.EqualError(t, sc.Check(), `workload.bytes: expected at most mount.rsize, not "8192"`)
}

func TestACompactFormOfAnotherVersionIsRefused(t *testing.T) {
	_, err := scenario.Decode("sunscope-scenario 2\n")
	require.EqualError(t, err, `line 1: expected "sunscope-scenario 1", not "sunscope-scenario 2"`)
	_, err = scenario.Decode("sunscope-scenario 1\nname x\nlink.delay 1y\n")
	require.ErrorContains(t, err, "line 3: link.delay: expected a time")
}

func TestAFaultOfTheLinkSaysHowMuchAndWhosePackets(t *testing.T) {
	sc := builtin(t)
	for _, good := range []string{"loss 30", "loss 0 client", "loss 100 server", "delay 8ms", "delay 1s server"} {
		require.NoError(t, sc.Set("fault.1.do", good))
	}
	for bad, want := range map[string]string{
		"loss":            `"": expected a percentage from 0 to 100 after loss`,
		"loss 130":        `"130": expected a percentage from 0 to 100 after loss`,
		"loss 30 both":    `"both": expected client or server, or nothing for both`,
		"delay 8":         `"8": expected a time from 0s to 10s after delay`,
		"delay 8ms a lot": `"a lot": expected client or server, or nothing for both`,
	} {
		require.ErrorContains(t, sc.Set("fault.1.do", bad), want)
	}
}

func TestASettingOfCallbacksOrThreadsSaysWhatItMustBe(t *testing.T) {
	sc := builtin(t)
	for key, values := range map[string][]string{
		"backchannel": {"pool", "pool36", "slot", "atomic", "none"}, "fault.1.do": {"slow 2s", "dead 3", "upcall 10s"}, "server.pools": {"1", "16"},
	} {
		for _, v := range values {
			require.NoError(t, sc.Set(key, v))
		}
	}
	for _, bad := range [][3]string{
		{"backchannel", "pools", `backchannel: expected none or one of pool, pool36, slot, atomic, not "pools"`},
		{"fault.1.do", "slow", "expected a time such as 2s after slow"},
		{"fault.1.do", "upcall soon", `"soon": expected a time such as 2s after upcall`},
		{"fault.1.do", "dead 0", `"0": expected a number of threads from 1 to 64 after dead`},
		{"server.pools", "0", `server.pools: expected a whole number from 1 to 16, not "0"`},
	} {
		require.ErrorContains(t, sc.Set(bad[0], bad[1]), bad[2])
	}
}
