package goxdr

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/nlm"
	"sunscope/core/record/pcapng"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario/yaml"
	"sunscope/core/world"
	"sunscope/core/xdr"
)

// messages are those of a scenario's network.
func messages(t *testing.T, name string) []pcapng.Message {
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	f, err := pcapng.Write(log, pcapng.AtClients, "")
	require.NoError(t, err)
	return f.Messages()
}

// bodyOf is the codec for what follows a message's header; nil: there is none, or go-xdr does not know it.
func bodyOf(m *pcapng.Message) codec {
	s, known := signatureOf(procedure{m.Prog, m.Vers, m.Proc})
	switch {
	case !known || m.Reply && m.Peer == 0:
		return nil
	case !m.Reply:
		return s.args
	case m.Accept == int(rpcmsg.Success):
		return s.res
	}
	return nothing
}

// readable says whether we can read all of a message, or its header if the rest is nothing that go-xdr reads.
func readable(m *pcapng.Message) bool {
	if bodyOf(m) == nil {
		return m.Bad == ""
	}
	body := rpcmsg.Body(func(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
		return nfs.DissectBody(d, prog, vers, proc, reply) || nfs4.DissectBody(d, prog, vers, proc, reply) || nlm.DissectBody(d, prog, vers, proc, reply)
	})
	h := rpcmsg.Hint{Datagram: true, Known: m.Peer != 0, Prog: m.Prog, Vers: m.Vers, Proc: m.Proc, Body: body}
	return !slices.ContainsFunc(rpcmsg.Dissect(m.Data, h), func(f xdr.Field) bool { return f.Name == "undecoded" })
}

// wrongOnPurpose are the scenarios with messages that are not what their procedure takes or gives.
var wrongOnPurpose = map[string]string{
	"error-replies": "servers answer what is no message, or not what was asked for",
	"task-flags":    "the recorded program calls NULL with arguments",
	"udp-loss":      "the same",
	"udp-window":    "the same",
	"priorities":    "the same",
}

func TestEveryMessageOfEveryScenarioIsReadAndWrittenAgainByteForByte(t *testing.T) {
	all, whole, refused := 0, 0, 0
	seen := map[procedure]bool{}
	for _, name := range yaml.Builtins() {
		for _, m := range messages(t, name) {
			all++
			body := bodyOf(&m)
			err := disagreement(m.Data, body)
			require.Equal(t, err == nil, readable(&m), "%s: frame %d: XID %#x, program %d version %d procedure %d: %x: go-xdr: %v; ours: %s",
				name, m.Frame, m.XID, m.Prog, m.Vers, m.Proc, m.Data, err, m.Bad)
			if err != nil {
				require.NotEmpty(t, wrongOnPurpose[name], "%s: frame %d: %v", name, m.Frame, err)
				refused++
			} else if body != nil {
				whole++
				seen[procedure{m.Prog, m.Vers, m.Proc}] = true
			}
		}
	}
	t.Logf("%d messages, %d of them with arguments and results of %d procedures; %d are wrong on purpose, say both", all, whole, len(seen), refused)
	require.Greater(t, whole, 4000)
	require.GreaterOrEqual(t, len(seen), 20)
}

func TestWhatIsNotAsTheRFCsWantItIsNoticed(t *testing.T) {
	var read, look *pcapng.Message
	all := messages(t, "mount-read")
	for i := range all {
		switch m := &all[i]; {
		case m.Prog == 100003 && m.Proc == 3 && !m.Reply:
			look = m
		case m.Prog == 100003 && m.Proc == 6 && m.Reply:
			read = m
		}
	}
	for _, m := range []*pcapng.Message{read, look} {
		require.NoError(t, disagreement(m.Data, bodyOf(m)))
		require.Error(t, disagreement(m.Data[:len(m.Data)-4], bodyOf(m)), "cut short")
		require.Error(t, disagreement(append(bytes.Clone(m.Data), 0, 0, 0, 0), bodyOf(m)), "too long")
	}
	b := bytes.Clone(look.Data)
	b[len(b)-1] = 1
	require.Error(t, disagreement(b, bodyOf(look)), "padding that is not zero")
	b = bytes.Clone(read.Data)
	b[27]++
	require.Error(t, disagreement(b, bodyOf(read)), "another status")
}
