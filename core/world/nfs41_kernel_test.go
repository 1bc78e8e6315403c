package world

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	recording "sunscope/core/record"
	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
	"sunscope/tests/capture"
)

// What the kernel's client sent while recordings 03 and 30 were made, and what ours sends in the scenarios that imitate
// them: the same COMPOUNDs, operation by operation.
func TestTheCompoundsAreThoseOfTheKernelsClient(t *testing.T) {
	for scenario, name := range map[string]string{"v41-mount-basic": "03-v41-mount-basic", "metadata-mix": "30-metadata-mix"} {
		kernel := map[string]bool{}
		for _, x := range capture.Exchanges(t, "../nfs4/testdata/"+name+"-srvA.pcap.gz") {
			if x.Head.Prog == nfs4.Program && x.Head.Proc == nfs4.ProcCompound {
				s := &spy{rig: &rig{t: t, World: &World{}}}
				s.hears(x.Call)
				kernel[s.calls[0].ops] = true
			}
		}
		sc, err := yaml.Builtin(scenario)
		require.NoError(t, err)
		w, err := New(sc, 42)
		require.NoError(t, err)
		s := &spy{rig: &rig{t, w, w.kernel}}
		w.nfsd.srv.Answer = s.hears
		for w.Step() {
		}
		require.NoError(t, w.Err())
		ours := map[string]bool{}
		for _, h := range s.calls {
			ours[h.ops] = true
		}
		require.Equal(t, kernel, ours, scenario)
	}
}

// buffers are callsize, recvsize, and the flags that tasks begin with, of each procedure of NFSv4.
func buffers(log *trace.Log) map[string]string {
	all, flags, now := map[string]string{}, map[[2]int64]string{}, map[[2]int64]string{}
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		id := [2]int64{e.Int("task"), e.Int("client")}
		switch e.Kind {
		case trace.RPCTaskBegin:
			flags[id] = trace.TaskFlags(e.Int("flags")).String()
			delete(now, id)
		case trace.RPCRequest:
			if e.Text(log, "prog") == "nfs" && e.Int("vers") == 4 {
				now[id] = e.Text(log, "proc")
			}
		case trace.RPCBufAlloc:
			if proc := now[id]; proc != "" {
				all[proc] = "callsize=" + strconv.Itoa(int(e.Int("callsize"))) + " recvsize=" + strconv.Itoa(int(e.Int("recvsize"))) + " flags=" + flags[id]
			}
		}
	}
	return all
}

func TestBuffersAndFlagsOfEachProcedureAreTheKernels(t *testing.T) {
	for scenario, name := range map[string]string{"v41-mount-basic": "03-v41-mount-basic", "metadata-mix": "30-metadata-mix", "session-slots": "26-v41-session-slots"} {
		f, err := os.Open("../../tests/recordings/" + name + "/trace.txt.gz")
		require.NoError(t, err)
		defer f.Close()
		rec, err := recording.Read(name, f)
		require.NoError(t, err)
		sc, err := yaml.Builtin(scenario)
		require.NoError(t, err)
		log, err := Run(sc, 42)
		require.NoError(t, err)
		kernel, ours := buffers(rec.Log), buffers(log)
		require.Greater(t, len(kernel), 15)
		both := 0
		for proc, size := range kernel {
			if ours[proc] != "" {
				require.Equal(t, size, ours[proc], "%s: %s", scenario, proc)
				both++
			}
		}
		require.GreaterOrEqual(t, both, len(kernel)-1, "%s: %v", scenario, ours)
	}
}

// calls4 are the calls of NFSv4 up to the first ACCESS and from the last GETATTR on, each with its client, counted in the
// order of creation, and the kind of thread that makes it.
func calls4(log *trace.Log) (all []string) {
	clients := map[int64]string{}
	var e trace.Event
	for i := range log.Len() {
		switch log.At(i, &e); e.Kind {
		case trace.RPCClntNew:
			clients[e.Int("client")] = e.Text(log, "prog") + " " + strconv.Itoa(len(clients)+1)
		case trace.RPCRequest:
			if e.Text(log, "prog") == "nfs" && e.Int("vers") == 4 {
				who, _, manager := strings.Cut(log.Text(e.Comm), "-man")
				if manager {
					who = "state manager"
				}
				all = append(all, who+": "+e.Text(log, "proc")+" of "+clients[e.Int("client")])
			}
		}
	}
	access := slices.IndexFunc(all, func(s string) bool { return strings.Contains(s, " ACCESS ") })
	for i := len(all) - 1; ; i-- {
		if strings.Contains(all[i], " GETATTR ") {
			return append(all[:access:access], all[i:]...)
		}
	}
}

// mount.nfs, the state manager and umount.nfs4 make the kernel's calls in the kernel's order over the kernel's clients.
func TestAMountOfNFSv41BeginsAndEndsAsInRecording03(t *testing.T) {
	f, err := os.Open("../../tests/recordings/03-v41-mount-basic/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	rec, err := recording.Read("03", f)
	require.NoError(t, err)
	sc, err := yaml.Builtin("v41-mount-basic")
	require.NoError(t, err)
	log, err := Run(sc, 42)
	require.NoError(t, err)
	want := calls4(rec.Log)
	require.Len(t, want, 17)
	require.Equal(t, want, calls4(log))
}
