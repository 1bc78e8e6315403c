//go:build linux && e2e

package peers

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// inside says, in the environment, that this process is in the namespaces that TestMain has made; it is the path of
// the rpctrace to be tested.
const inside = "SUNSCOPE_PEERS_RPCTRACE"

// TestMain runs the tests in namespaces of their own: rpcbind's port 111, its socket under /run and all traffic are
// nobody else's.
func TestMain(m *testing.M) {
	if os.Getenv(inside) != "" {
		if err := furnish(); err != nil {
			fmt.Fprintln(os.Stderr, "peers:", err)
			os.Exit(1)
		}
		os.Exit(m.Run())
	}
	os.Exit(outside())
}

func outside() int {
	if os.Getuid() != 0 {
		fmt.Fprintln(os.Stderr, "peers: these tests make a network namespace and need root")
		return 1
	}
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "rpctrace")
	if out, err := exec.Command("go", "build", "-o", bin, "sunscope/core/cmd/rpctrace").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "peers: go build: %v\n%s", err, out)
		return 1
	}
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), inside+"="+bin)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET, Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL,
	}
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		return 1
	}
	return 0
}

// furnish makes the namespaces fit to live in.
func furnish() error {
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("ip link set lo up: %v: %s", err, out)
	}
	if err := syscall.Mount("tmpfs", "/run", "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("a /run of our own: %v", err)
	}
	return os.MkdirAll("/run/rpcbind", 0o755)
}

// start runs a peer until the test ends, with SIGTERM at its end.
func start(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may be over
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			require.NoError(t, err, "%s: %s", name, out.String())
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			t.Errorf("%s does not end", name)
		}
	})
	return cmd
}

// listening waits until somebody listens there.
func listening(t *testing.T, addr string) {
	t.Helper()
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, 20*time.Second, 10*time.Millisecond, addr)
}

// startRpcbind runs rpcbind.
func startRpcbind(t *testing.T) {
	u, err := user.Lookup("_rpc")
	require.NoError(t, err)
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	require.NoError(t, os.Chown("/run/rpcbind", uid, -1))
	start(t, "/sbin/rpcbind", "-f")
	listening(t, "127.0.0.1:111")
}

// output runs a program to its end, which must come soon and be a success.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := try(name, args...)
	require.NoError(t, err, "%s %v: %s", name, args, out)
	return out
}

// try is output for a program that may fail.
func try(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	return string(out), err
}

// rpctrace is the program under test.
func rpctrace() string { return os.Getenv(inside) }

// checked asserts that a trace is what a kernel could have written.
func checked(t *testing.T, trace string) {
	t.Helper()
	out := output(t, rpctrace(), "check", trace)
	require.Contains(t, out, " 0 not parsed")
	require.Contains(t, out, " 0 refused")
}
