package nfs4

import "sunscope/core/xdr"

// SetclientidArgs is SETCLIENTID4args: NFSv4.0's introduction, with the address for callbacks.
type SetclientidArgs struct {
	Verifier  Verifier // changes when the client restarts
	ID        []byte
	CBProgram uint32
	Addr      NetAddr
	Ident     uint32
}

func (b *SetclientidArgs) code(c *coder) {
	c.group("client", refTypes)
	c.fixed("verifier", b.Verifier[:])
	c.opaque("id", &b.ID, MaxOwner)
	c.end()
	c.group("callback", refTypes)
	c.hex("cb_program", &b.CBProgram)
	c.netaddr("cb_location", &b.Addr)
	c.end()
	c.u32("callback_ident", &b.Ident)
}

// SetclientidRes is SETCLIENTID4res behind the status.
type SetclientidRes struct {
	Clientid uint64   // OK
	Confirm  Verifier // OK
	Using    NetAddr  // ErrClidInUse
}

func (b *SetclientidRes) code(c *coder) {
	if c.status == ErrClidInUse {
		c.netaddr("client_using", &b.Using)
		return
	}
	c.clientid("clientid", &b.Clientid)
	c.fixed("setclientid_confirm", b.Confirm[:])
}

// SetclientidConfirmArgs is SETCLIENTID_CONFIRM4args.
type SetclientidConfirmArgs struct {
	Clientid uint64
	Confirm  Verifier
}

func (b *SetclientidConfirmArgs) code(c *coder) {
	c.clientid("clientid", &b.Clientid)
	c.fixed("setclientid_confirm", b.Confirm[:])
}

// StateProtect is state_protect4_a and _r: 0 SP4_NONE, 1 SP4_MACH_CRED. SP4_SSV is not read: no Linux speaks it.
type StateProtect struct {
	How            uint32
	Enforce, Allow Bitmap // SP4_MACH_CRED: operations by number
}

func (b *StateProtect) code(c *coder, name string) {
	c.group(name, "")
	defer c.end()
	c.enum("spa_how", &b.How, func(v uint32) string { return nameIn(v, "SP4_NONE", "SP4_MACH_CRED", "SP4_SSV") })
	switch b.How {
	case 0:
	case 1:
		c.bitmap("spo_must_enforce", &b.Enforce, opNames)
		c.bitmap("spo_must_allow", &b.Allow, opNames)
	default:
		c.bad("spa_how", b.How, "0 or 1")
	}
}

func opNames(b Bitmap) string {
	text := ""
	for n := range 32 * len(b) {
		if b.Has(n) {
			text += " " + Op(n).Name(false)
		}
	}
	if text == "" {
		return "none"
	}
	return text[1:]
}

// ImplID is nfs_impl_id4: who wrote the client or server, and when.
type ImplID struct {
	Domain, Name string
	Date         Time
}

func (c *coder) implIDs(name string, v *[]ImplID) {
	list(c, name, v, 1, 20, func(c *coder, t *ImplID) {
		c.group("nfs_impl_id4", refTypes)
		c.string("nii_domain", &t.Domain, MaxOwner)
		c.string("nii_name", &t.Name, MaxOwner)
		c.time("nii_date", &t.Date)
		c.end()
	})
}

// ExchangeIDArgs is EXCHANGE_ID4args: NFSv4.1's introduction.
type ExchangeIDArgs struct {
	Verifier Verifier // changes when the client restarts
	Owner    []byte
	Flags    uint32
	Protect  StateProtect
	Impl     []ImplID
}

func (c *coder) exchangeFlags(name string, v *uint32) {
	c.hex(name, v)
	flags := *v
	c.say(func() string {
		return flagText(flags, "SUPP_MOVED_REFER", "SUPP_MOVED_MIGR", "SUPP_FENCE_OPS", "", "", "", "", "", "BIND_PRINC_STATEID",
			"", "", "", "", "", "", "", "USE_NON_PNFS", "USE_PNFS_MDS", "USE_PNFS_DS", "", "", "", "", "", "", "", "", "", "", "",
			"UPD_CONFIRMED_REC_A", "CONFIRMED_R")
	})
}

func (b *ExchangeIDArgs) code(c *coder) {
	c.group("eia_clientowner", refTypes)
	c.fixed("co_verifier", b.Verifier[:])
	c.opaque("co_ownerid", &b.Owner, MaxOwner)
	c.end()
	c.exchangeFlags("eia_flags", &b.Flags)
	b.Protect.code(c, "eia_state_protect")
	c.implIDs("eia_client_impl_id", &b.Impl)
}

// ExchangeIDRes is EXCHANGE_ID4resok.
type ExchangeIDRes struct {
	Clientid    uint64
	Sequence    uint32 // what CREATE_SESSION begins with
	Flags       uint32
	Protect     StateProtect
	ServerMinor uint64
	ServerMajor []byte
	Scope       []byte
	Impl        []ImplID
}

func (b *ExchangeIDRes) code(c *coder) {
	c.clientid("eir_clientid", &b.Clientid)
	c.u32("eir_sequenceid", &b.Sequence)
	c.exchangeFlags("eir_flags", &b.Flags)
	b.Protect.code(c, "eir_state_protect")
	c.group("eir_server_owner", refTypes)
	c.u64("so_minor_id", &b.ServerMinor)
	c.opaque("so_major_id", &b.ServerMajor, MaxOwner)
	c.end()
	c.opaque("eir_server_scope", &b.Scope, MaxOwner)
	c.implIDs("eir_server_impl_id", &b.Impl)
}

// ChannelAttrs is channel_attrs4: what one direction of a session may carry. Sizes in bytes.
type ChannelAttrs struct {
	HeaderPad, MaxRequest, MaxResponse, MaxCached uint32
	MaxOps, MaxReqs                               uint32 // operations of a COMPOUND, slots
	RDMA                                          []uint32
}

func (b *ChannelAttrs) code(c *coder, name string) {
	c.group(name, "")
	c.u32("ca_headerpadsize", &b.HeaderPad)
	c.u32("ca_maxrequestsize", &b.MaxRequest)
	c.u32("ca_maxresponsesize", &b.MaxResponse)
	c.u32("ca_maxresponsesize_cached", &b.MaxCached)
	c.u32("ca_maxoperations", &b.MaxOps)
	c.u32("ca_maxrequests", &b.MaxReqs)
	list(c, "ca_rdma_ird", &b.RDMA, 1, 4, func(c *coder, t *uint32) { c.u32("ca_rdma_ird", t) })
	c.end()
}

// SecParms is callback_sec_parms4: a credential that the server may use for callbacks.
type SecParms struct {
	Flavor       uint32
	Stamp        uint32 // AUTH_SYS
	Machine      string
	UID, GID     uint32
	GIDs         []uint32
	Service      uint32 // RPCSEC_GSS
	Server, Mine []byte // handles of the context
}

func (b *SecParms) code(c *coder) {
	c.group("callback_sec_parms4", "")
	defer c.end()
	c.enum("cb_secflavor", &b.Flavor, flavorName)
	switch b.Flavor {
	case 0:
	case flavorAuthSys:
		c.u32("stamp", &b.Stamp)
		c.string("machinename", &b.Machine, 255)
		c.u32("uid", &b.UID)
		c.u32("gid", &b.GID)
		list(c, "gids", &b.GIDs, 16, 4, func(c *coder, t *uint32) { c.u32("gid", t) })
	case rpcsecGSS:
		c.u32("gcbp_service", &b.Service)
		c.opaque("gcbp_handle_from_server", &b.Server, MaxOwner)
		c.opaque("gcbp_handle_from_client", &b.Mine, MaxOwner)
	default:
		c.bad("cb_secflavor", b.Flavor, "0, 1 or 6")
	}
}

func (c *coder) secParms(name string, v *[]SecParms) {
	list(c, name, v, 16, 4, func(c *coder, t *SecParms) { t.code(c) })
}

func (c *coder) sessionFlags(name string, v *uint32) {
	c.hex(name, v)
	flags := *v
	c.say(func() string { return flagText(flags, "PERSIST", "CONN_BACK_CHAN", "CONN_RDMA") })
}

// CreateSessionArgs is CREATE_SESSION4args.
type CreateSessionArgs struct {
	Clientid   uint64
	Sequence   uint32
	Flags      uint32
	Fore, Back ChannelAttrs
	CBProgram  uint32
	Sec        []SecParms
}

func (b *CreateSessionArgs) code(c *coder) {
	c.clientid("csa_clientid", &b.Clientid)
	c.u32("csa_sequence", &b.Sequence)
	c.sessionFlags("csa_flags", &b.Flags)
	b.Fore.code(c, "csa_fore_chan_attrs")
	b.Back.code(c, "csa_back_chan_attrs")
	c.hex("csa_cb_program", &b.CBProgram)
	c.secParms("csa_sec_parms", &b.Sec)
}

// CreateSessionRes is CREATE_SESSION4resok.
type CreateSessionRes struct {
	Session    SessionID
	Sequence   uint32
	Flags      uint32
	Fore, Back ChannelAttrs
}

func (b *CreateSessionRes) code(c *coder) {
	c.fixed("csr_sessionid", b.Session[:])
	c.u32("csr_sequence", &b.Sequence)
	c.sessionFlags("csr_flags", &b.Flags)
	b.Fore.code(c, "csr_fore_chan_attrs")
	b.Back.code(c, "csr_back_chan_attrs")
}

// BackchannelCtlArgs is BACKCHANNEL_CTL4args.
type BackchannelCtlArgs struct {
	CBProgram uint32
	Sec       []SecParms
}

func (b *BackchannelCtlArgs) code(c *coder) {
	c.hex("bca_cb_program", &b.CBProgram)
	c.secParms("bca_sec_parms", &b.Sec)
}

// SessionArgs is DESTROY_SESSION4args.
type SessionArgs struct{ Session SessionID }

func (b *SessionArgs) code(c *coder) { c.fixed("dsa_sessionid", b.Session[:]) }

// BindConnBody is BIND_CONN_TO_SESSION4args and 4resok.
type BindConnBody struct {
	Session SessionID
	Dir     uint32
	RDMA    bool
}

func (b *BindConnBody) code(c *coder) {
	c.fixed("bctsa_sessid", b.Session[:])
	c.enum("bctsa_dir", &b.Dir, func(v uint32) string {
		return nameIn(v, "", "CDFC4_FORE", "CDFC4_BACK", "CDFC4_FORE_OR_BOTH", "", "", "", "CDFC4_BACK_OR_BOTH")
	})
	c.bool("bctsa_use_conn_in_rdma_mode", &b.RDMA)
}

// SequenceArgs is SEQUENCE4args: which slot a COMPOUND occupies.
type SequenceArgs struct {
	Session                 SessionID
	Sequence, Slot, Highest uint32
	CacheThis               bool
}

func (b *SequenceArgs) code(c *coder) {
	c.fixed("sa_sessionid", b.Session[:])
	c.u32("sa_sequenceid", &b.Sequence)
	c.u32("sa_slotid", &b.Slot)
	c.u32("sa_highest_slotid", &b.Highest)
	c.bool("sa_cachethis", &b.CacheThis)
}

// SequenceRes is SEQUENCE4resok.
type SequenceRes struct {
	Session                         SessionID
	Sequence, Slot, Highest, Target uint32
	Flags                           uint32
}

func (b *SequenceRes) code(c *coder) {
	c.fixed("sr_sessionid", b.Session[:])
	c.u32("sr_sequenceid", &b.Sequence)
	c.u32("sr_slotid", &b.Slot)
	c.u32("sr_highest_slotid", &b.Highest)
	c.u32("sr_target_highest_slotid", &b.Target)
	c.hex("sr_status_flags", &b.Flags)
	flags := b.Flags
	c.say(func() string { return sequenceFlags(flags) })
}

func sequenceFlags(v uint32) string {
	if v == 0 {
		return xdr.Hex(0, 2)
	}
	return flagText(v, "CB_PATH_DOWN", "CB_GSS_CONTEXTS_EXPIRING", "CB_GSS_CONTEXTS_EXPIRED", "EXPIRED_ALL_STATE_REVOKED",
		"EXPIRED_SOME_STATE_REVOKED", "ADMIN_STATE_REVOKED", "RECALLABLE_STATE_REVOKED", "LEASE_MOVED", "RESTART_RECLAIM_NEEDED",
		"CB_PATH_DOWN_SESSION", "BACKCHANNEL_FAULT", "DEVID_CHANGED", "DEVID_DELETED")
}

// ReclaimCompleteArgs is RECLAIM_COMPLETE4args.
type ReclaimCompleteArgs struct{ OneFS bool }

func (b *ReclaimCompleteArgs) code(c *coder) { c.bool("rca_one_fs", &b.OneFS) }
