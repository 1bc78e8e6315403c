//go:build e2e && linux

package tshark

import (
	"bufio"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// serving is "rpctrace serve" on ports of the system's choice.
type serving struct {
	cmd   *exec.Cmd
	ports map[string]string
	file  string
}

func serve(t *testing.T) *serving {
	s := &serving{ports: map[string]string{}, file: filepath.Join(t.TempDir(), "serve.pcapng")}
	s.cmd = exec.Command(rpctrace, "serve", "-programs", "rpcbind,nfs,mountd", "-rpcbind-port", "0", "-nfs-port", "0", "-mountd-port", "0",
		"-file", "/export/large=1048576", "-pcap", s.file)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // it may be over
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "ready" {
		words := strings.Fields(lines.Text())
		at := words[len(words)-1]
		s.ports[words[0]] = at[strings.LastIndex(at, ":")+1:]
	}
	require.Len(t, s.ports, 3)
	return s
}

// end stops the server, whose capture is whole then.
func (s *serving) end(t *testing.T) {
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.cmd.Wait())
}

// call calls a procedure; it returns what was printed, and the capture.
func (s *serving) call(t *testing.T, program string, words ...string) (out, file string) {
	file = filepath.Join(t.TempDir(), "call.pcapng")
	args := append([]string{"call", "-timeo", "20s", "-pcap", file, "127.0.0.1:" + s.ports[program]}, words...)
	b, _ := exec.Command(rpctrace, args...).CombinedOutput() // a refusal is an answer too
	return string(b), file
}

var fhandle = regexp.MustCompile(`(?:fhandle|fh|object|data|handle)\S*: ([0-9a-f]{16,})`)

// bare is what both ends must see of a message, wherever it is in their captures.
func bare(rows []row) (all []string) {
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%s msgtyp %s: %s v%s %s: %s %s %s %s %s", r.xid, r.msgtyp, r.program, r.version, r.procedure,
			r.state, r.accept, r.reject, r.auth, r.status))
	}
	return all
}

func TestCapturesOfRealSocketsAreReadByTsharkAndTheSameAtBothEnds(t *testing.T) {
	s := serve(t)
	mounted, mnt := s.call(t, "mountd", "mountd", "3", "MNT", "00000007 2f6578706f727400")
	root := fhandle.FindStringSubmatch(mounted)
	require.NotNil(t, root, mounted)
	handle := fmt.Sprintf("%08x %s", len(root[1])/2, root[1])
	looked, lookup := s.call(t, "nfsd", "nfs", "3", "LOOKUP", handle+" 00000005 6c61726765000000")
	large := fhandle.FindStringSubmatch(looked)
	require.NotNil(t, large, looked)
	handle = fmt.Sprintf("%08x %s", len(large[1])/2, large[1])
	files := []string{mnt, lookup}
	for _, words := range [][]string{
		{"nfsd", "nfs", "3", "NULL"},
		{"nfsd", "nfs", "3", "NULL", "-cred", "null"},
		{"nfsd", "nfs", "3", "READ", handle + " 0000000000000000 00080000"},
		{"nfsd", "nfs", "3", "READ", handle + " 0000000000000000 00008000", "-proto", "udp"},
		{"nfsd", "nfs", "3", "GETATTR", "00000004 00000000"},
		{"nfsd", "nfs", "3", "77"},
		{"nfsd", "nfs", "9", "0"},
		{"nfsd", "536870978", "1", "0"},
		{"rpcbind", "rpcbind", "2", "DUMP"},
		{"rpcbind", "rpcbind", "4", "DUMP", "-proto", "udp"},
		{"mountd", "mountd", "3", "EXPORT"},
	} {
		_, file := s.call(t, words[0], words[1:]...)
		files = append(files, file)
	}
	s.end(t)
	var seen []string
	for _, file := range files {
		rows, segments, err := theirs(file)
		require.NoError(t, err)
		require.NotEmpty(t, rows, file)
		sound(t, file, rows, segments)
		seen = append(seen, bare(rows)...)
	}
	rows, segments, err := theirs(s.file)
	require.NoError(t, err)
	sound(t, s.file, rows, segments)
	require.ElementsMatch(t, seen, bare(rows))
	require.GreaterOrEqual(t, len(rows), 26)
	fragments, err := fields(s.file, "ip.reassembled.length", "rpc.procedure")
	require.NoError(t, err)
	require.NotEmpty(t, fragments, "a reply over UDP is longer than a packet")
}

// sound asserts that nothing is wrong with a capture: each call has its reply, and each reply its call.
func sound(t *testing.T, file string, rows []row, segments []segment) {
	for _, r := range rows {
		require.NotEmpty(t, r.peer, "%s: %+v", file, r)
		require.Empty(t, r.bad, "%s: %+v", file, r)
	}
	for _, complaint := range flaws(file, rows, segments) {
		t.Errorf("%s: %s", file, complaint)
	}
}

func TestAConnectionThatIsRefusedIsASYNAndARST(t *testing.T) {
	s := &serving{ports: map[string]string{"nobody": "1"}}
	out, file := s.call(t, "nobody", "nfs", "3", "NULL")
	require.Contains(t, out, "ECONNREFUSED")
	list, err := fields(file, "tcp", "tcp.flags.syn", "tcp.flags.reset")
	require.NoError(t, err)
	require.Equal(t, [][]string{{"1", "0"}, {"0", "1"}}, list)
}

func TestTheTimesOfALiveCaptureAreThoseOfTheClock(t *testing.T) {
	s := serve(t)
	began := time.Now().Add(-time.Second)
	_, file := s.call(t, "nfsd", "nfs", "3", "NULL")
	s.end(t)
	list, err := fields(file, "tcp", "frame.time_epoch")
	require.NoError(t, err)
	for _, f := range list {
		var seconds float64
		_, err := fmt.Sscan(f[0], &seconds)
		require.NoError(t, err)
		require.Greater(t, seconds, float64(began.Unix()))
		require.Less(t, seconds, float64(time.Now().Unix()+1))
	}
}
