package rpcmsg

// Version is the version of the RPC protocol itself.
const Version = 2

// Direction words, RFC 5531 section 9 msg_type.
const (
	Call  uint32 = 0
	Reply uint32 = 1
)

// ReplyStat is reply_stat: whether the message was accepted at all.
type ReplyStat uint32

// The reply_stat values.
const (
	MsgAccepted ReplyStat = 0
	MsgDenied   ReplyStat = 1
)

// AcceptStat is accept_stat: what came of an accepted call.
type AcceptStat uint32

// The accept_stat values.
const (
	Success      AcceptStat = 0
	ProgUnavail  AcceptStat = 1
	ProgMismatch AcceptStat = 2
	ProcUnavail  AcceptStat = 3
	GarbageArgs  AcceptStat = 4
	SystemErr    AcceptStat = 5
)

// RejectStat is reject_stat: why a call was denied.
type RejectStat uint32

// The reject_stat values.
const (
	RPCMismatch RejectStat = 0
	AuthError   RejectStat = 1
)

// AuthStat is auth_stat: why authentication failed.
type AuthStat uint32

// The auth_stat values.
const (
	AuthOK           AuthStat = 0
	AuthBadCred      AuthStat = 1
	AuthRejectedCred AuthStat = 2
	AuthBadVerf      AuthStat = 3
	AuthRejectedVerf AuthStat = 4
	AuthTooWeak      AuthStat = 5
	AuthInvalidResp  AuthStat = 6
	AuthFailed       AuthStat = 7
	AuthKerbGeneric  AuthStat = 8
	AuthTimeExpire   AuthStat = 9
	AuthTktFile      AuthStat = 10
	AuthDecode       AuthStat = 11
	AuthNetAddr      AuthStat = 12
	GSSCredProblem   AuthStat = 13
	GSSCtxProblem    AuthStat = 14
)

// Flavor is auth_flavor: how caller and server prove who they are.
type Flavor uint32

// The flavors that may stand in a message. AuthNone is what the kernel calls AUTH_NULL, AuthUnix what the RFC calls AUTH_SYS.
const (
	AuthNone  Flavor = 0
	AuthUnix  Flavor = 1
	AuthShort Flavor = 2
	AuthDH    Flavor = 3
	AuthKerb  Flavor = 4
	AuthGSS   Flavor = 6 // RPCSEC_GSS, RFC 2203
	AuthTLS   Flavor = 7 // RFC 9289
)

// MaxAuth is the largest body of a credential or verifier in bytes, RFC 5531 section 8.2.
const MaxAuth = 400

func (s ReplyStat) String() string  { return nameOf("reply_stat", uint32(s), replyStats) }
func (s AcceptStat) String() string { return nameOf("accept_stat", uint32(s), acceptStats) }
func (s RejectStat) String() string { return nameOf("reject_stat", uint32(s), rejectStats) }
func (s AuthStat) String() string   { return nameOf("auth_stat", uint32(s), authStats) }
func (f Flavor) String() string     { return nameOf("auth_flavor", uint32(f), flavors) }

var (
	msgTypes    = []string{"CALL", "REPLY"}
	replyStats  = []string{"MSG_ACCEPTED", "MSG_DENIED"}
	acceptStats = []string{"SUCCESS", "PROG_UNAVAIL", "PROG_MISMATCH", "PROC_UNAVAIL", "GARBAGE_ARGS", "SYSTEM_ERR"}
	rejectStats = []string{"RPC_MISMATCH", "AUTH_ERROR"}
	authStats   = []string{"AUTH_OK", "AUTH_BADCRED", "AUTH_REJECTEDCRED", "AUTH_BADVERF", "AUTH_REJECTEDVERF",
		"AUTH_TOOWEAK", "AUTH_INVALIDRESP", "AUTH_FAILED", "AUTH_KERB_GENERIC", "AUTH_TIMEEXPIRE", "AUTH_TKT_FILE",
		"AUTH_DECODE", "AUTH_NET_ADDR", "RPCSEC_GSS_CREDPROBLEM", "RPCSEC_GSS_CTXPROBLEM"}
	flavors = []string{"AUTH_NONE", "AUTH_SYS", "AUTH_SHORT", "AUTH_DH", "AUTH_KERB", "", "RPCSEC_GSS", "AUTH_TLS"}
)

// Name is the flavor's name, or "" for one that has none here.
func (f Flavor) Name() string { return known(uint32(f), flavors) }
