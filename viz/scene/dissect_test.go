package scene

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// packetsOf calls f with every packet of a built-in scenario as it sets out.
func packetsOf(t *testing.T, name string, f func(in *Inspection)) {
	t.Helper()
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	s := story.New(log)
	for i := range s.Len() {
		if log.KindAt(i) != trace.WireSend {
			continue
		}
		st := s.At(i)
		in := Inspect(s, st, Ref{Kind: RefPacket, Num: int64(st.Packets[len(st.Packets)-1].ID)}, "en")
		f(&in)
	}
}

var section = regexp.MustCompile(`^NFSACL \(no RFC\)$|^RFC (1813|1833|2203|5531|7530|7862|8881) (§\d+(\.\d+)*|appendix [AI]+)$`)

// These scenarios send what cannot be read. What a rpclab call carries, nobody has defined.
var brokenOnPurpose = map[string]bool{"error-replies": true}

func TestEveryFieldThatAPacketOfAnyScenarioShowsHasASection(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range yaml.Builtins() {
		packetsOf(t, name, func(in *Inspection) {
			end := 0
			for i, f := range in.Fields {
				require.Regexp(t, section, f.Ref, "%s: %s: %s", name, in.Title, f.Name)
				require.True(t, f.Name != "undecoded" || brokenOnPurpose[name] || strings.Contains(in.Title, "rpclab"), "%s: %s: %s", name, in.Title, f.Value)
				if i+1 == len(in.Fields) || in.Fields[i+1].Depth <= f.Depth { // it holds no others
					require.Equal(t, end, f.Off, "%s: %s: %s", name, in.Title, f.Name)
					end += f.Len
				}
				seen[strings.Fields(f.Ref)[1]] = true
			}
			require.Equal(t, len(in.Bytes), end, "%s: %s: every byte belongs to a field", name, in.Title)
		})
	}
	for _, rfc := range []string{"1813", "1833", "5531", "7530", "8881"} {
		require.True(t, seen[rfc], rfc)
	}
}

// fieldLines prints fields as the inspector lists them.
func fieldLines(in *Inspection) string {
	var b strings.Builder
	for _, f := range in.Fields {
		b.WriteString(strings.Repeat("  ", f.Depth) + f.Name + " @" + strconv.Itoa(f.Off) + "+" + strconv.Itoa(f.Len) + " " + f.Value + " [" + f.Ref + "]\n")
	}
	return b.String()
}

// The first packet whose fields hold all of the words is the example.
func TestCallsAndRepliesOfEveryProtocolAreTakenApart(t *testing.T) {
	for _, c := range []struct {
		file, scenario string
		words          []string
	}{
		{"packet-write-v3.txt", "mount-read", []string{"WRITE3args", "CALL"}},
		{"packet-open-v41.txt", "v41-mount-basic", []string{"OP_OPEN", "REPLY", "SEQUENCE"}},
		{"packet-open-v40.txt", "v40-callback", []string{"OP_OPEN", "CALL", "minorversion"}},
		{"packet-recall.txt", "deleg-recall", []string{"OP_CB_RECALL", "CALL"}},
		{"packet-recall-reply.txt", "deleg-recall", []string{"CB_COMPOUND4res"}},
		{"packet-getport.txt", "kernel-autobind", []string{"GETPORT", "REPLY"}},
		{"packet-lock.txt", "nlm-lock", []string{"LOCK", "CALL"}},
	} {
		found := false
		packetsOf(t, c.scenario, func(in *Inspection) {
			text := fieldLines(in)
			for _, w := range c.words {
				if found || !strings.Contains(text, w) {
					return
				}
			}
			found = true
			goldenText(t, c.file, in.Title+"\n"+text)
		})
		require.True(t, found, c.file)
	}
}

func TestASectionOfNFSv41IsFoundInTheRFCOfNFSv40(t *testing.T) {
	for is, was := range map[string]string{
		"RFC 8881 §18.1": "RFC 7530 §16.1", "RFC 8881 §18.18": "RFC 7530 §16.19", "RFC 8881 §18.22": "RFC 7530 §16.23",
		"RFC 8881 §18.27": "RFC 7530 §16.29", "RFC 8881 §18.31": "RFC 7530 §16.35", "RFC 8881 §18.32": "RFC 7530 §16.36",
		"RFC 8881 §16.2": "RFC 7530 §15.2", "RFC 8881 §20.2": "RFC 7530 §18.2", "RFC 8881 §19.2": "RFC 7530 §17.2",
		"RFC 8881 §18.46": "RFC 8881 §18.46", "RFC 7530 §16.33": "RFC 7530 §16.33", "RFC 5531 §9": "RFC 5531 §9", "RFC 8881 §5": "RFC 7530 §5",
	} {
		require.Equal(t, was, section40(is))
	}
}
