package nfs

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// callsize and recvsize of rpc_buf_alloc, as recordings of Linux 6.1 print them for each procedure. AUTH_SYS has a slack
// of 37 units, the NULL pings were made with AUTH_NULL, which has 4; replies have 2 in both.
func TestBuffersAreAsLargeAsTheKernelsAre(t *testing.T) {
	const sys, null, reply = 37, 4, 2
	for _, c := range []struct {
		prog           uint32
		name           string
		slack          int
		callsize, recv int
	}{
		{Program, "NULL", null, 56, 32},
		{Program, "GETATTR", sys, 388, 112},
		{Program, "LOOKUP", sys, 644, 272},
		{Program, "ACCESS", sys, 392, 120},
		{Program, "READ", sys, 400, 132},
		{Program, "WRITE", sys, 408, 160},
		{Program, "CREATE", sys, 704, 304},
		{Program, "MKDIR", sys, 704, 304},
		{Program, "REMOVE", sys, 644, 144},
		{Program, "RMDIR", sys, 644, 144},
		{Program, "READDIRPLUS", sys, 412, 128},
		{Program, "FSSTAT", sys, 388, 168},
		{Program, "FSINFO", sys, 388, 164},
		{Program, "PATHCONF", sys, 388, 140},
		{Program, "COMMIT", sys, 400, 152},
		{MountProgram, "NULL", null, 56, 32},
		{MountProgram, "MOUNT", sys, 1348, 144},
	} {
		p := named(t, c.prog, c.name)
		require.Equal(t, c.callsize, p.CallSize(c.slack), c.name)
		require.Equal(t, c.recv, p.RecvSize(reply), c.name)
	}
}

func named(t *testing.T, prog uint32, name string) *Proc {
	for num := range uint32(22) {
		if p := Lookup(prog, 3, num); p != nil && p.Name == name {
			return p
		}
	}
	t.Fatalf("program %d has no %s", prog, name)
	return nil
}

func TestTheTableIsInOrderOfNumbers(t *testing.T) {
	for i := range V3 {
		require.EqualValues(t, i, V3[i].Num)
		require.Same(t, &V3[i], Lookup(Program, Version3, uint32(i)))
	}
	require.Nil(t, Lookup(Program, Version3, 22))
	require.Nil(t, Lookup(Program, 4, 1))
	require.Nil(t, Lookup(100021, 3, 1))
}

func TestReplyTimesAreKeptInTheKernelsFiveClasses(t *testing.T) {
	classes := map[int][]string{}
	for _, p := range V3 {
		classes[p.Timer] = append(classes[p.Timer], p.Name)
	}
	require.Equal(t, []string{"GETATTR", "ACCESS"}, classes[1])
	require.Equal(t, []string{"LOOKUP"}, classes[2])
	require.Equal(t, []string{"READLINK", "READ", "READDIR", "READDIRPLUS"}, classes[3])
	require.Equal(t, []string{"WRITE"}, classes[4])
	require.Equal(t, []string{"COMMIT"}, classes[5])
}

func TestARefusalBecomesTheErrnoOfTheKernelsClient(t *testing.T) {
	for status, errno := range map[Status]int32{
		OK: 0, ErrNoEnt: -2, ErrInval: -22, ErrNameTooLong: -36, ErrNotEmpty: -39, ErrStale: -116, ErrDQuot: -122,
		ErrBadHandle: -521, ErrNotSupp: -524, ErrJukebox: -528, 12345: -5,
	} {
		require.Equal(t, errno, status.Errno(), status.String())
	}
	require.Equal(t, "NFS3ERR_STALE", ErrStale.String())
	require.Equal(t, "NFS3_OK", OK.String())
	require.Equal(t, "nfsstat3 12345", Status(12345).String())
	require.EqualValues(t, 4096, (&ReadRes{Count: 4096}).Result(), "a READ's status is how much was read")
}
