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
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// ganeshaConf lets nfs-ganesha serve a directory over NFSv3.
const ganeshaConf = `
NFS_CORE_PARAM { Protocols = 3; NFS_Port = 20490; MNT_Port = 20491; Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = true; }
NFSv4 { Graceless = true; RecoveryBackend = fs; RecoveryRoot = %[1]s/recovery; }
LOG { Default_Log_Level = EVENT; }
EXPORT {
  Export_Id = 1; Path = %[1]s/export; Pseudo = /export; Access_Type = RW; Squash = None; SecType = sys, none;
  Protocols = 3; Transports = TCP, UDP;
  FSAL { Name = VFS; }
}
`

// startGanesha runs nfs-ganesha; it returns the directory that it exports.
func startGanesha(t *testing.T) (export string) {
	startRpcbind(t)
	dir := t.TempDir()
	for _, sub := range []string{"export", "recovery"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, sub), 0o755))
	}
	conf := filepath.Join(dir, "ganesha.conf")
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, ganeshaConf, dir), 0o644))
	start(t, "ganesha.nfsd", "-F", "-f", conf, "-L", filepath.Join(dir, "log"), "-p", filepath.Join(dir, "pid"))
	listening(t, "127.0.0.1:20490")
	listening(t, "127.0.0.1:20491")
	return filepath.Join(dir, "export")
}

func TestAFileIsWrittenToGaneshaAndReadBackThoughTheConnectionIsCut(t *testing.T) {
	export := startGanesha(t)
	c := newClient(t)
	mount := c.create(&sunrpc.CreateArgs{
		Program: "mount", Prog: nfs.MountProgram, Vers: nfs.MountVersion, Null: nfs.MountCallNull(), Server: at(20491), Protocol: sunrpc.UDP,
	})
	var root nfs.MntRes
	require.Zero(t, c.call(mount, nfs.MountCallMnt(), &nfs.PathArgs{Path: export}, &root))

	way := newCutter(t, "127.0.0.1:20490", 1_000_000, 1_500_000)
	server := c.create(&sunrpc.CreateArgs{
		Program: nfs.Name, Prog: nfs.Program, Vers: nfs.Version3, Null: nfs.Null(), Server: way.addr, Hard: true, ReusePort: true,
	})
	where := nfs.DirOp{Dir: root.FH, Name: "file"}
	var made nfs.CreateRes
	mode := nfs.SetAttr{Mode: nfs.Opt32{Set: true, Value: 0o644}}
	require.Zero(t, c.call(server, nfs.Call(nfs.ProcCreate), &nfs.CreateArgs{Where: where, Attr: mode}, &made))
	require.True(t, made.FH.Present)

	data := make([]byte, 4<<20)
	nfs.Pattern(data, "ganesha", 0)
	const chunk = 1 << 16
	var all []<-chan int32
	for off := 0; off < len(data); off += chunk {
		args := &nfs.WriteArgs{FH: made.FH.FH, Offset: uint64(off), Count: chunk, Data: data[off : off+chunk]}
		all = append(all, c.start(server, nfs.Call(nfs.ProcWrite), args, new(nfs.WriteRes)))
	}
	for i, one := range all {
		require.EqualValues(t, chunk, within(t, one), "WRITE %d", i)
	}
	var committed nfs.CommitRes
	require.Zero(t, c.call(server, nfs.Call(nfs.ProcCommit), &nfs.CommitArgs{FH: made.FH.FH}, &committed))
	there, err := os.ReadFile(filepath.Join(export, "file"))
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, there), "what lies on Ganesha's disk")

	all = all[:0]
	results := make([]nfs.ReadRes, len(data)/chunk)
	for i := range results {
		args := &nfs.ReadArgs{FH: made.FH.FH, Offset: uint64(i * chunk), Count: chunk}
		all = append(all, c.start(server, nfs.Call(nfs.ProcRead), args, &results[i]))
	}
	for i, one := range all {
		require.EqualValues(t, chunk, within(t, one), "READ %d", i)
		require.True(t, bytes.Equal(data[i*chunk:(i+1)*chunk], results[i].Data), "READ %d", i)
	}
	require.Equal(t, int32(2), way.cuts.Load(), "the connection was cut while it wrote, and while it read")
	require.Contains(t, c.end(), "xprt_retransmit: ")
}

func TestOurKernelRegistersItsServerWithRpcbind(t *testing.T) {
	startRpcbind(t)
	c := newClient(t)
	status := make(chan int32, 1)
	var srv *sunrpc.Server
	c.Post(func() {
		k := c.Kernel()
		c.Process("rpc.nfsd", func(*sunrpc.Thread) sunrpc.Step {
			srv = k.NewServer([]*sunrpc.Service{nfs.Service(nfs.NewFS())})
			end := func(s int32) sunrpc.Step {
				status <- s
				return nil
			}
			return srv.Bind(func(s int32) sunrpc.Step {
				if s < 0 {
					return end(s)
				}
				return srv.AddSocket(sunrpc.SvcSocket{Protocol: sunrpc.TCP, Port: 20050}, func(s int32) sunrpc.Step {
					srv.Start(c.Threads("nfsd", 2))
					return end(s)
				})
			})
		})
	})
	require.Zero(t, within(t, status))
	require.Contains(t, output(t, "rpcinfo", "-T", "tcp", "127.0.0.1", "nfs", "3"), "program 100003 version 3 ready and waiting")
	c.Post(func() {
		c.Process("rpc.nfsd", func(*sunrpc.Thread) sunrpc.Step {
			return srv.Stop(func() sunrpc.Step {
				status <- 0
				return nil
			})
		})
	})
	within(t, status)
	require.NotContains(t, output(t, "rpcinfo", "-p", "127.0.0.1"), "100003")
}

func at(port uint16) wire.Addr { return wire.Addr{Host: "127.0.0.1", Port: port} }
