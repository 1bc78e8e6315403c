//go:build linux && e2e

package peers

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/record/pcapng"
	"sunscope/core/sockets"
	"sunscope/tests/tshark"
)

// packets are what a client sends and receives, which tshark has to understand as we do.
type packets struct {
	t    *testing.T
	file *pcapng.File
	card int
}

func newPackets(t *testing.T) *packets {
	p := &packets{t: t, file: pcapng.New("test", "")}
	p.card = p.file.Interface("sockets", "")
	p.file.Follow()
	return p
}

func (p *packets) tap(x *sockets.Packet) {
	src, err := netip.ParseAddr(x.Src.Host)
	require.NoError(p.t, err)
	dst, err := netip.ParseAddr(x.Dst.Host)
	require.NoError(p.t, err)
	p.file.Pass(p.card, netip.AddrPortFrom(src, x.Src.Port), netip.AddrPortFrom(dst, x.Dst.Port), x.Kind, bytes.Clone(x.Bytes), x.Time, x.Out)
}

// judge has tshark read what has been captured.
func (p *packets) judge() {
	name := filepath.Join(p.t.TempDir(), "client.pcapng")
	require.NoError(p.t, os.WriteFile(name, p.file.Take(), 0o644))
	if p.t.Failed() {
		return // it may have been cut off anywhere
	}
	back := 0
	for _, m := range p.file.Messages() {
		if m.Prog == nfs4.CallbackProgram && !m.Reply {
			back++
		}
	}
	p.t.Logf("tshark reads %d packets with %d messages, %d of them calls of the server", p.file.Packets(), len(p.file.Messages()), back)
	for _, complaint := range tshark.Judge(name, p.file.Messages()) {
		p.t.Error(complaint)
	}
}
