package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFailureNamesFunctionErrorAndHowOften(t *testing.T) {
	f, err := ParseFailing("xs_create_sock ENOBUFS 30 2")
	require.NoError(t, err)
	require.Equal(t, Failing{Site: 5, Err: -105, Percent: 30, Times: 2}, f)
	f, err = ParseFailing("rpcauth_refreshcred 0 100")
	require.NoError(t, err)
	require.Equal(t, Failing{Site: 1, Percent: 100}, f)
}

func TestAFailureThatIsNotUnderstoodSaysWhatWasExpected(t *testing.T) {
	for text, want := range map[string]string{
		"fail":                                "expected FUNCTION ERROR PERCENT [TIMES] after fail",
		"fail kmalloc ENOMEM 10":              `"kmalloc": expected after fail one of xprt_dynamic_alloc_slot, `,
		"fail rpc_malloc NOMEM 10":            `"NOMEM": expected an error such as ENOMEM after rpc_malloc`,
		"fail rpc_malloc 0 10":                `"0": expected an error`,
		"fail xprt_dynamic_alloc_slot EIO 10": `"EIO": expected ENOMEM after xprt_dynamic_alloc_slot`,
		"fail rpc_malloc 12 10":               `"12": expected an error`,
		"fail rpc_malloc ENOMEM 101":          `"101": expected a percentage`,
		"fail rpc_malloc ENOMEM 10 0":         `"0": expected how often rpc_malloc fails`,
		"fail rpc_malloc ENOMEM 10 1 more":    "expected FUNCTION ERROR PERCENT [TIMES] after fail",
		"nomem":                               `"": expected a percentage`,
		"nomem much":                          `"much": expected a percentage`,
	} {
		_, _, err := ParseFault(text)
		require.ErrorContains(t, err, want)
	}
}
