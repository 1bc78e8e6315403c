package time

import (
	"testing"
	gotime "time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestADurationIsWrittenAsGoWritesIt(t *testing.T) {
	for _, d := range []int64{0, 1, 999, 1000, 1500, 999_999, 1_000_000, 62_500_000, 999_999_999, 1e9, 15e8, 60e9, 3600e9, 3661e9 + 1, -15e8} {
		require.Equal(t, gotime.Duration(d).String(), Duration(d).String())
	}
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.Int64Min(-1<<62).Draw(t, "d")
		require.Equal(t, gotime.Duration(d).String(), Duration(d).String())
		back, err := ParseDuration(Duration(d).String())
		require.NoError(t, err)
		require.Equal(t, Duration(d), back)
	})
}

func TestATextIsReadAsGoReadsIt(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "+5s", "1h2m3.5s", "1.5h", ".5s", "1.s", "10us", "10µs", "10μs", "0.1ns", "2540400h", "1m0s", "5s0.25ms",
		"", "-", "5", "s", ".s", "1..5s", "1.2.3s", "5 s", "5S", "1d", "--5s", "5s0", "00", "2600000h", "99999999999999999999s", "9223372036s9223372036s",
	} {
		want, wrong := gotime.ParseDuration(text)
		got, err := ParseDuration(text)
		require.Equal(t, wrong != nil, err != nil, text)
		require.Equal(t, int64(want), int64(got), text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[-+]?([0-9]{0,4}(\.[0-9]{0,9})?(h|m|s|ms|us|ns|x)?){0,3}`).Draw(t, "text")
		want, wrong := gotime.ParseDuration(text)
		got, err := ParseDuration(text)
		require.Equal(t, wrong != nil, err != nil, text)
		// Go computes fractions in floating point, which is a nanosecond off now and then; here they are exact.
		require.InDelta(t, int64(want), int64(got), 3, text)
	})
	for text, want := range map[string]int64{".000000000002h": 7, ".50000000000000us": 500, "0.000000001s": 1, ".999999999999999999999s": 999999999} {
		got, err := ParseDuration(text)
		require.NoError(t, err)
		require.Equal(t, want, int64(got), text)
	}
}

func TestABadTimeIsOneLineThatSaysWhatIsExpected(t *testing.T) {
	_, err := ParseDuration("soon")
	require.EqualError(t, err, `"soon": expected a time such as 1.5s or 10ms`)
}

func TestRoundingGoesToTheNearestMultipleAndTruncatingTowardsZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, m := rapid.Int64Range(-1e15, 1e15).Draw(t, "d"), rapid.Int64Range(1, 1e12).Draw(t, "m")
		require.Equal(t, int64(gotime.Duration(d).Round(gotime.Duration(m))), int64(Duration(d).Round(Duration(m))))
		require.Equal(t, int64(gotime.Duration(d).Truncate(gotime.Duration(m))), int64(Duration(d).Truncate(Duration(m))))
	})
}
