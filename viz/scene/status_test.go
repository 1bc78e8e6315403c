package scene

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAStatusOfNFSv4HasItsName(t *testing.T) {
	for status, want := range map[int32]string{
		0: "0", 4096: "4096", -11: "-11 (EAGAIN)", -110: "-110 (ETIMEDOUT)",
		-10001: "-10001 (NFS4ERR_BADHANDLE)", -10022: "-10022 (NFS4ERR_STALE_CLIENTID)", -10052: "-10052 (NFS4ERR_BADSESSION)",
		-10087: "-10087 (NFS4ERR_DELEG_REVOKED)", -10073: "-10073", -10088: "-10088", -10000: "-10000",
	} {
		require.Equal(t, want, statusText(status))
	}
}
