package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The procedures (nfs4_procedures): all are COMPOUND, and differ in what they hold.
const (
	procNull = iota
	procRead
	procWrite
	procCommit
	procOpen
	procOpenConfirm
	procOpenNoattr
	procOpenDowngrade
	procClose
	procSetattr
	procFsinfo
	procSetclientid
	procSetclientidConfirm
	procLock
	procLocku
	procAccess
	procGetattr
	procLookup
	procLookupRoot
	procRemove
	procRename
	procLink
	procSymlink
	procCreate
	procPathconf
	procStatfs
	procReadlink
	procReaddir
	procServerCaps
	procDelegreturn
	procExchangeID
	procCreateSession
	procDestroySession
	procSequence
	procGetLeaseTime
	procReclaimComplete
	procSecinfoNoName
	procTestStateid
	procFreeStateid
	procBindConnToSession
	procDestroyClientid
	procLayoutget
	procLayoutreturn
	procRenew
	procCount
)

// size is the most that a procedure's arguments and results take, in units of four bytes. Recordings of the kernel show
// them as callsize and recvsize of rpc_buf_alloc: arguments are what is there beyond 4·(6+2·37) bytes, results what is
// beyond 4·(4+2).
type size struct {
	name      string
	arg, res  int
	withPages bool // of the results, data go to pages
}

var sizes = [procCount]size{
	procNull:               {"NULL", 0, 0, false},
	procRead:               {"READ", 54, 21, true},
	procWrite:              {"WRITE", 60, 657, false},
	procCommit:             {"COMMIT", 50, 20, false},
	procOpen:               {"OPEN", 756, 1790, false},
	procOpenConfirm:        {"OPEN_CONFIRM", 43, 11, false},
	procOpenNoattr:         {"OPEN_NOATTR", 755, 1755, false},
	procOpenDowngrade:      {"OPEN_DOWNGRADE", 324, 29, false}, // in no recording; by its parts, as CLOSE and DELEGRETURN have them
	procClose:              {"CLOSE", 327, 664, false},
	procSetattr:            {"SETATTR", 659, 657, false},
	procFsinfo:             {"FSINFO", 51, 42, false},
	procSetclientid:        {"SETCLIENTID", 284, 28, false},
	procSetclientidConfirm: {"SETCLIENTID_CONFIRM", 9, 5, false},
	procLock:               {"LOCK", 67, 59, false},
	procLocku:              {"LOCKU", 58, 22, false},
	procAccess:             {"ACCESS", 53, 655, false},
	procGetattr:            {"GETATTR", 55, 653, false},
	procLookup:             {"LOOKUP", 118, 688, false},
	procLookupRoot:         {"LOOKUP_ROOT", 19, 686, false},
	procRemove:             {"REMOVE", 112, 23, false},
	procRename:             {"RENAME", 212, 32, false},
	procLink:               {"LINK", 153, 664, false},
	procSymlink:            {"SYMLINK", 753, 696, false},
	procCreate:             {"CREATE", 724, 697, false},
	procPathconf:           {"PATHCONF", 51, 651, false},
	procStatfs:             {"STATFS", 51, 651, false},
	procReadlink:           {"READLINK", 51, 20, true},
	procReaddir:            {"READDIR", 577, 21, true},
	procServerCaps:         {"SERVER_CAPS", 51, 651, false},
	procDelegreturn:        {"DELEGRETURN", 326, 660, false},
	procExchangeID:         {"EXCHANGE_ID", 605, 1054, false},
	procCreateSession:      {"CREATE_SESSION", 46, 27, false},
	procDestroySession:     {"DESTROY_SESSION", 8, 5, false},
	procSequence:           {"SEQUENCE", 12, 14, false},
	procGetLeaseTime:       {"GET_LEASE_TIME", 18, 42, false},
	procReclaimComplete:    {"RECLAIM_COMPLETE", 17, 20, false},
	procSecinfoNoName:      {"SECINFO_NO_NAME", 15, 163, false},
	procTestStateid:        {"TEST_STATEID", 18, 17, false},
	procFreeStateid:        {"FREE_STATEID", 18, 16, false},
	procBindConnToSession:  {"BIND_CONN_TO_SESSION", 10, 11, false},
	procDestroyClientid:    {"DESTROY_CLIENTID", 6, 5, false},
	procLayoutget:          {"LAYOUTGET", 61, 31, true}, // no recording shows these two
	procLayoutreturn:       {"LAYOUTRETURN", 315, 23, false},
	procRenew:              {"RENEW", 7, 5, false},
}

var procs = makeProcs()

func makeProcs() (all [procCount]sunrpc.Proc) {
	for i, s := range sizes {
		all[i] = sunrpc.Proc{Num: nfs4.ProcCompound, Name: s.name, ArgLen: s.arg, ReplyLen: s.res, Encode: encode, Decode: decode}
	}
	all[procNull] = sunrpc.Proc{Name: "NULL", Encode: nothing, Decode: nobody}
	return all
}

func nothing(*xdr.Encoder, any) wire.Errno { return wire.OK }

func nobody(*xdr.Decoder, any) int32 { return 0 }

// Proc is a procedure by its name, as the kernel's trace prints it; nil if there is none.
func Proc(name string) *sunrpc.Proc {
	for i := range procs {
		if procs[i].Name == name {
			return &procs[i]
		}
	}
	return nil
}
