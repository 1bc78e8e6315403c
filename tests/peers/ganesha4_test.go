//go:build linux && e2e

package peers

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// ganesha4Conf lets nfs-ganesha serve a directory over NFSv4.
const ganesha4Conf = `
NFS_CORE_PARAM { Protocols = 4; NFS_Port = 20490; Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false; }
NFSv4 {
  Minor_Versions = 0, 1, 2; Delegations = true; Graceless = true; Lease_Lifetime = 20; RecoveryBackend = fs; RecoveryRoot = %[1]s/recovery;
  Allow_Numeric_Owners = true; Only_Numeric_Owners = true;
}
LOG { Default_Log_Level = EVENT; }
EXPORT {
  Export_Id = 1; Path = %[1]s/export; Pseudo = /export; Access_Type = RW; Squash = None; SecType = sys, none;
  Protocols = 4; Transports = TCP; Delegations = RW;
  FSAL { Name = VFS; }
}
`

// startGanesha4 runs nfs-ganesha for NFSv4, which needs no rpcbind; it returns the directory that it exports. env is what
// its environment has besides.
func startGanesha4(t *testing.T, env ...string) (export string) {
	dir := t.TempDir()
	for _, sub := range []string{"export", "recovery"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, sub), 0o755))
	}
	conf := filepath.Join(dir, "ganesha.conf")
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, ganesha4Conf, dir), 0o644))
	start(t, "env", append(env, "ganesha.nfsd", "-F", "-f", conf, "-L", filepath.Join(dir, "log"), "-p", filepath.Join(dir, "pid"))...)
	listening(t, "127.0.0.1:20490")
	return filepath.Join(dir, "export")
}

// nfs4Client is the kernel's NFSv4 client on a real host.
type nfs4Client struct {
	*host
	net *client.Net
}

func newNFS4(t *testing.T) *nfs4Client {
	c := newClient(t)
	n := &nfs4Client{host: c}
	n.net = &client.Net{
		K: c.Kernel(), M: c.Host, NodeName: "sunscope", Kernel: "Linux 6.1.0 x86_64",
		Spawn: func(comm string, first sunrpc.Step) {
			c.Process(comm, func(*sunrpc.Thread) sunrpc.Step { return first() })
		},
	}
	return n
}

// run has a process do something, and waits for it to say what came of it.
func run[T any](c *nfs4Client, comm string, do func(then func(T) sunrpc.Step) sunrpc.Step) T {
	c.t.Helper()
	result := make(chan T, 1)
	c.Post(func() {
		c.Process(comm, func(*sunrpc.Thread) sunrpc.Step {
			return do(func(v T) sunrpc.Step {
				result <- v
				return nil
			})
		})
	})
	return within(c.t, result)
}

// mount mounts a server.
func (c *nfs4Client) mount(minor uint32, server wire.Addr) (m *client.Mount) {
	c.t.Helper()
	require.Zero(c.t, run(c, "mount.nfs", func(then func(int32) sunrpc.Step) sunrpc.Step {
		args := &client.MountArgs{ClientArgs: client.ClientArgs{Minor: minor, Server: server}, Hard: true, RSize: 1 << 16, WSize: 1 << 16}
		return c.net.Mount(args, func(one *client.Mount, status int32) sunrpc.Step {
			m = one
			return then(status)
		})
	}))
	return m
}

// lookup finds a name.
func (c *nfs4Client) lookup(m *client.Mount, dir nfs4.FH, name string) (fh nfs4.FH) {
	c.t.Helper()
	require.Zero(c.t, run(c, "ls", func(then func(int32) sunrpc.Step) sunrpc.Step {
		return m.Lookup("", dir, name, func(found nfs4.FH, status int32) sunrpc.Step {
			fh = found
			return then(status)
		})
	}), name)
	return fh
}

func (c *nfs4Client) open(m *client.Mount, dir nfs4.FH, name string, how client.How) (f *client.File, status int32) {
	c.t.Helper()
	status = run(c, "cat", func(then func(int32) sunrpc.Step) sunrpc.Step {
		return m.Open("", dir, name, how, func(opened *client.File, status int32) sunrpc.Step {
			f = opened
			return then(status)
		})
	})
	return f, status
}

func (c *nfs4Client) close(f *client.File) {
	c.t.Helper()
	require.Zero(c.t, run(c, "cat", func(then func(int32) sunrpc.Step) sunrpc.Step { return f.Close("", then) }))
}

func (c *nfs4Client) umount(m *client.Mount) {
	c.t.Helper()
	run(c, "umount.nfs4", func(then func(int32) sunrpc.Step) sunrpc.Step {
		return m.Umount(func() sunrpc.Step { return then(0) })
	})
}

// io has asynchronous calls made all at once, and returns what came of each. got hears of each that is over.
func (c *nfs4Client) io(n int, setup func(i int, done func(*sunrpc.Task)) *sunrpc.Setup, got func(i int, t *sunrpc.Task)) []int32 {
	c.t.Helper()
	all, over := make([]int32, n), make(chan int, n)
	c.Post(func() {
		c.Process("dd", func(*sunrpc.Thread) sunrpc.Step {
			var next func(i int) sunrpc.Step
			next = func(i int) sunrpc.Step {
				if i == n {
					return nil
				}
				return c.Kernel().RunTask(setup(i, func(t *sunrpc.Task) {
					got(i, t)
					all[i] = t.Status()
					over <- i
				}), func(*sunrpc.Task) sunrpc.Step { return next(i + 1) })
			}
			return next(0)
		})
	})
	for range n {
		within(c.t, over)
	}
	return all
}

func nothing(int, *sunrpc.Task) {}

func TestNFSv41WritesToGaneshaAndReadsBackInOneSessionThoughTheConnectionIsCut(t *testing.T) {
	writesAndReadsBack(t, 1)
}

func TestNFSv40WritesToGaneshaAndReadsBackThoughTheConnectionIsCut(t *testing.T) {
	writesAndReadsBack(t, 0)
}

func writesAndReadsBack(t *testing.T, minor uint32) {
	export := startGanesha4(t)
	c := newNFS4(t)
	way := newCutter(t, "127.0.0.1:20490", 1_000_000, 1_500_000)
	m := c.mount(minor, way.addr)
	dir := c.lookup(m, m.Root, "export")

	const chunk, chunks = 1 << 16, 64
	data := make([]byte, chunk*chunks)
	nfs.Pattern(data, "ganesha", 0)
	f, status := c.open(m, dir, "file", client.How{Access: nfs4.ShareWrite, Create: true, Mode: 0o644})
	require.Zero(t, status)
	session := m.Session
	for i, n := range c.io(chunks, func(i int, done func(*sunrpc.Task)) *sunrpc.Setup {
		return f.Write("", uint64(i*chunk), data[i*chunk:(i+1)*chunk], false, done)
	}, nothing) {
		require.EqualValues(t, chunk, n, "WRITE %d", i)
	}
	require.Zero(t, c.io(1, func(_ int, done func(*sunrpc.Task)) *sunrpc.Setup { return f.Commit("", done) }, nothing)[0])
	c.close(f)
	there, err := os.ReadFile(filepath.Join(export, "file"))
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, there), "what lies on Ganesha's disk")

	f, status = c.open(m, dir, "file", client.How{Access: nfs4.ShareRead})
	require.Zero(t, status)
	back := make([]byte, len(data))
	for i, n := range c.io(chunks, func(i int, done func(*sunrpc.Task)) *sunrpc.Setup {
		return f.Read("", uint64(i*chunk), chunk, done)
	}, func(i int, t *sunrpc.Task) { copy(back[i*chunk:], client.Data(t)) }) {
		require.EqualValues(t, chunk, n, "READ %d", i)
	}
	require.True(t, bytes.Equal(data, back), "what came back")
	c.close(f)
	require.Equal(t, int32(2), way.cuts.Load(), "the connection was cut while it wrote, and while it read")
	require.True(t, session == m.Session, "the session is the one that it had before")
	c.umount(m)
	require.Contains(t, c.end(), "xprt_retransmit: ")
}

// in does something in the host's loop, and waits for it.
func (c *nfs4Client) in(do func()) {
	done := make(chan struct{})
	c.Post(func() { do(); close(done) })
	within(c.t, done)
}
