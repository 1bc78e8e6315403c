package nlm

import "strconv"

// Programs and versions. Name and StatName are what the kernel's clients call the programs.
const (
	Program     = 100021
	Version     = 4
	Name        = "lockd"
	StatProgram = 100024
	StatVersion = 1
	StatName    = "statd"
)

// The procedures of NLM version 4.
const (
	ProcNull uint32 = iota
	ProcTest
	ProcLock
	ProcCancel
	ProcUnlock
	ProcGranted
	ProcTestMsg
	ProcLockMsg
	ProcCancelMsg
	ProcUnlockMsg
	ProcGrantedMsg
	ProcTestRes
	ProcLockRes
	ProcCancelRes
	ProcUnlockRes
	ProcGrantedRes
	ProcSMNotify // the status monitor's call back, on Linux
	ProcShare    = 20
	ProcUnshare  = 21
	ProcNMLock   = 22
	ProcFreeAll  = 23
)

var procNames = [...]string{"NULL", "TEST", "LOCK", "CANCEL", "UNLOCK", "GRANTED", "TEST_MSG", "LOCK_MSG", "CANCEL_MSG",
	"UNLOCK_MSG", "GRANTED_MSG", "TEST_RES", "LOCK_RES", "CANCEL_RES", "UNLOCK_RES", "GRANTED_RES", "SM_NOTIFY", "", "", "",
	"SHARE", "UNSHARE", "NM_LOCK", "FREE_ALL"}

// ProcName is a procedure of NLM as the kernel prints it; "" if there is none of that number.
func ProcName(proc uint32) string {
	if proc < uint32(len(procNames)) {
		return procNames[proc]
	}
	return ""
}

// The procedures of NSM.
const (
	StatNull uint32 = iota
	StatStat
	StatMon
	StatUnmon
	StatUnmonAll
	StatSimuCrash
	StatNotify
)

// Sizes in bytes: a cookie and a lock owner, as the kernel limits them.
const (
	maxCookie = 32   // NLM_MAXCOOKIELEN
	maxOwner  = 1024 // MAXNETOBJ_SZ
	maxName   = 1024 // LM_MAXSTRLEN, SM_MAXSTRLEN
	maxFH     = 64
	privLen   = 16 // SM_PRIV_SIZE
)

// Status is nlm4_stats.
type Status uint32

// The status values.
const (
	Granted           Status = 0
	Denied            Status = 1
	DeniedNoLocks     Status = 2
	Blocked           Status = 3
	DeniedGracePeriod Status = 4
	Deadlock          Status = 5
	ROFS              Status = 6
	StaleFH           Status = 7
	FBig              Status = 8
	Failed            Status = 9
)

var statusNames = [...]string{"NLM4_GRANTED", "NLM4_DENIED", "NLM4_DENIED_NOLOCKS", "NLM4_BLOCKED", "NLM4_DENIED_GRACE_PERIOD",
	"NLM4_DEADLCK", "NLM4_ROFS", "NLM4_STALE_FH", "NLM4_FBIG", "NLM4_FAILED"}

// String is the protocol's name.
func (s Status) String() string {
	if n := statusName(uint32(s)); n != "" {
		return n
	}
	return "nlm4_stats " + strconv.FormatUint(uint64(s), 10)
}

func statusName(v uint32) string {
	if v < uint32(len(statusNames)) {
		return statusNames[v]
	}
	return ""
}
