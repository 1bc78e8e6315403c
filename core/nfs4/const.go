package nfs4

// The programs, RFC 7530 section 3.1. Linux clients announce CallbackProgram; a server must use what it was told.
const (
	Program         = 100003
	Version         = 4
	CallbackProgram = 0x40000000
	CallbackVersion = 1

	ProcNull       = 0 // CB_NULL in the callback program
	ProcCompound   = 1 // CB_COMPOUND
	maxCallbackOps = 16
)

// Sizes in bytes unless said otherwise, RFC 7531 and 5662 section 2; MaxOps is no RFC's, but larger than what any client
// sends.
const (
	MaxFH    = 128
	MaxName  = 255
	MaxPath  = 4096
	MaxOwner = 1024    // NFS4_OPAQUE_LIMIT
	MaxData  = 1 << 20 // of one READ or WRITE
	MaxOps   = 128     // operations of a COMPOUND
	maxWords = 8       // of a bitmap
	maxList  = 1024    // elements of other arrays
	maxBytes = 1 << 16 // of layouts, device addresses
)

// Op is the number of an operation: nfs_opnum4, or nfs_cb_opnum4 in a CB_COMPOUND.
type Op uint32

// The operations of NFSv4.0 (RFC 7530 section 16) and 4.1 (RFC 8881 section 18).
const (
	OpAccess Op = iota + 3
	OpClose
	OpCommit
	OpCreate
	OpDelegpurge
	OpDelegreturn
	OpGetattr
	OpGetFH
	OpLink
	OpLock
	OpLockt
	OpLocku
	OpLookup
	OpLookupp
	OpNverify
	OpOpen
	OpOpenattr
	OpOpenConfirm
	OpOpenDowngrade
	OpPutFH
	OpPutPubFH
	OpPutRootFH
	OpRead
	OpReaddir
	OpReadlink
	OpRemove
	OpRename
	OpRenew
	OpRestoreFH
	OpSaveFH
	OpSecinfo
	OpSetattr
	OpSetclientid
	OpSetclientidConfirm
	OpVerify
	OpWrite
	OpReleaseLockowner
	OpBackchannelCtl
	OpBindConnToSession
	OpExchangeID
	OpCreateSession
	OpDestroySession
	OpFreeStateid
	OpGetDirDelegation
	OpGetdeviceinfo
	OpGetdevicelist
	OpLayoutcommit
	OpLayoutget
	OpLayoutreturn
	OpSecinfoNoName
	OpSequence
	OpSetSSV
	OpTestStateid
	OpWantDelegation
	OpDestroyClientid
	OpReclaimComplete

	OpIllegal Op = 10044 // also OP_CB_ILLEGAL
)

// The operations of the callback program (RFC 7530 section 16.36 and 37, RFC 8881 section 20).
const (
	OpCBGetattr Op = iota + 3
	OpCBRecall
	OpCBLayoutrecall
	OpCBNotify
	OpCBPushDeleg
	OpCBRecallAny
	OpCBRecallableObjAvail
	OpCBRecallSlot
	OpCBSequence
	OpCBWantsCancelled
	OpCBNotifyLock
	OpCBNotifyDeviceid
)

// Rights of OPEN: what is shared, what is denied, and since NFSv4.1 what the client wants of delegations (RFC 8881
// section 18.16).
const (
	ShareRead  = 1
	ShareWrite = 2
	ShareBoth  = 3

	WantMask       = 0xff00
	WantNoPref     = 0
	WantReadDeleg  = 0x100
	WantWriteDeleg = 0x200
	WantAnyDeleg   = 0x300
	WantNoDeleg    = 0x400
	WantCancel     = 0x500
)

// open_claim_type4.
const (
	ClaimNull         = 0
	ClaimPrevious     = 1
	ClaimDelegateCur  = 2
	ClaimDelegatePrev = 3
	ClaimFH           = 4
	ClaimDelegCurFH   = 5
	ClaimDelegPrevFH  = 6
)

// createmode4.
const (
	Unchecked   = 0
	Guarded     = 1
	Exclusive   = 2
	Exclusive41 = 3
)

// open_delegation_type4, and why there is none (why_no_delegation4).
const (
	DelegNone    = 0
	DelegRead    = 1
	DelegWrite   = 2
	DelegNoneExt = 3

	WhyNotWanted  = 0
	WhyContention = 1
	WhyResource   = 2
	WhyNotSupp    = 3
	WhyIsDir      = 8
)

// rflags of OPEN.
const (
	OpenConfirm        = 2
	OpenLocktypePosix  = 4
	OpenPreserve       = 8
	OpenMayNotifyLocks = 0x20
)

// Flags of EXCHANGE_ID, RFC 8881 section 18.35.
const (
	ExchgSuppMovedRefer = 1
	ExchgSuppMovedMigr  = 2
	ExchgBindPrinc      = 0x100
	ExchgUseNonPNFS     = 0x10000
	ExchgUsePNFSMDS     = 0x20000
	ExchgUsePNFSDS      = 0x40000
	ExchgUpdConfirmed   = 0x40000000
	ExchgConfirmedR     = 0x80000000
)

// Flags of CREATE_SESSION, RFC 8881 section 18.36.
const (
	SessionPersist  = 1
	SessionBackChan = 2
	SessionRDMA     = 4
)

// Directions of BIND_CONN_TO_SESSION: the first three in a result, the others in arguments too (RFC 8881 section 18.34).
const (
	BindFore       = 1
	BindBack       = 2
	BindBoth       = 3
	BindForeOrBoth = 3
	BindBackOrBoth = 7
)

// sr_status_flags of SEQUENCE, RFC 8881 section 18.46.
const (
	SeqCBPathDown           = 1
	SeqCBGSSExpiring        = 2
	SeqCBGSSExpired         = 4
	SeqExpiredAllRevoked    = 8
	SeqExpiredSomeRevoked   = 0x10
	SeqAdminRevoked         = 0x20
	SeqRecallableRevoked    = 0x40
	SeqLeaseMoved           = 0x80
	SeqRestartReclaimNeeded = 0x100
	SeqCBPathDownSession    = 0x200
	SeqBackchannelFault     = 0x400
	SeqDevidChanged         = 0x800
	SeqDevidDeleted         = 0x1000
	readLock, writeLock     = 1, 2
	layoutFile, layoutFSID  = 1, 2
	layoutAll               = 3

	// ReturnFile is LAYOUTRETURN4_FILE and LAYOUTRECALL4_FILE, IOModeAny is LAYOUTIOMODE4_ANY, FlexFiles LAYOUT4_FLEX_FILES.
	ReturnFile, IOModeAny, FlexFiles = layoutFile, 3, 4
	rpcsecGSS, flavorAuthSys         = 6, 1
)

// nfs_ftype4.
const (
	Regular   = 1
	Directory = 2
	Block     = 3
	Char      = 4
	Symlink   = 5
	Socket    = 6
	FIFO      = 7
)

func ftypeName(v uint32) string {
	return nameIn(v, "", "NF4REG", "NF4DIR", "NF4BLK", "NF4CHR", "NF4LNK", "NF4SOCK", "NF4FIFO", "NF4ATTRDIR", "NF4NAMEDATTR")
}

func delegName(v uint32) string {
	return nameIn(v, "OPEN_DELEGATE_NONE", "OPEN_DELEGATE_READ", "OPEN_DELEGATE_WRITE", "OPEN_DELEGATE_NONE_EXT")
}

func claimName(v uint32) string {
	return nameIn(v, "CLAIM_NULL", "CLAIM_PREVIOUS", "CLAIM_DELEGATE_CUR", "CLAIM_DELEGATE_PREV", "CLAIM_FH",
		"CLAIM_DELEG_CUR_FH", "CLAIM_DELEG_PREV_FH")
}

func lockName(v uint32) string { return nameIn(v, "", "READ_LT", "WRITE_LT", "READW_LT", "WRITEW_LT") }

func stableName(v uint32) string { return nameIn(v, "UNSTABLE4", "DATA_SYNC4", "FILE_SYNC4") }

func iomodeName(v uint32) string {
	return nameIn(v, "", "LAYOUTIOMODE4_READ", "LAYOUTIOMODE4_RW", "LAYOUTIOMODE4_ANY")
}

func layoutName(v uint32) string {
	return nameIn(v, "", "LAYOUT4_NFSV4_1_FILES", "LAYOUT4_OSD2_OBJECTS", "LAYOUT4_BLOCK_VOLUME", "LAYOUT4_FLEX_FILES", "LAYOUT4_SCSI")
}

func flavorName(v uint32) string {
	return nameIn(v, "AUTH_NONE", "AUTH_SYS", "AUTH_SHORT", "AUTH_DH", "", "", "RPCSEC_GSS")
}
