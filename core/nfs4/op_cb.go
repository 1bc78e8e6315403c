package nfs4

// CBGetattrArgs is CB_GETATTR4args.
type CBGetattrArgs struct {
	FH      FH
	Request Bitmap
}

func (b *CBGetattrArgs) code(c *coder) {
	c.fh("fh", &b.FH)
	c.bitmap("attr_request", &b.Request, attrNames)
}

// CBRecallArgs is CB_RECALL4args.
type CBRecallArgs struct {
	Stateid  Stateid
	Truncate bool
	FH       FH
}

func (b *CBRecallArgs) code(c *coder) {
	c.stateid("stateid", &b.Stateid)
	c.bool("truncate", &b.Truncate)
	c.fh("fh", &b.FH)
}

// CBLayoutrecallArgs is CB_LAYOUTRECALL4args.
type CBLayoutrecallArgs struct {
	Type, IOMode   uint32
	Changed        bool
	Recall         uint32 // 1 FILE, 2 FSID, 3 ALL
	FH             FH     // FILE
	Offset, Length uint64
	Stateid        Stateid
	Major, Minor   uint64 // FSID
}

func (b *CBLayoutrecallArgs) code(c *coder) {
	c.enum("clora_type", &b.Type, layoutName)
	c.enum("clora_iomode", &b.IOMode, iomodeName)
	c.bool("clora_changed", &b.Changed)
	c.group("clora_recall", "")
	defer c.end()
	c.enum("lor_recalltype", &b.Recall, func(v uint32) string {
		return nameIn(v, "", "LAYOUTRECALL4_FILE", "LAYOUTRECALL4_FSID", "LAYOUTRECALL4_ALL")
	})
	switch b.Recall {
	case layoutFile:
		c.fh("lor_fh", &b.FH)
		c.u64("lor_offset", &b.Offset)
		c.u64("lor_length", &b.Length)
		c.stateid("lor_stateid", &b.Stateid)
	case layoutFSID:
		c.u64("major", &b.Major)
		c.u64("minor", &b.Minor)
	case layoutAll:
	default:
		c.bad("lor_recalltype", b.Recall, "1 to 3")
	}
}

// CBRecallAnyArgs is CB_RECALL_ANY4args, and that of CB_RECALLABLE_OBJ_AVAIL.
type CBRecallAnyArgs struct {
	Keep uint32
	Mask Bitmap
}

func (b *CBRecallAnyArgs) code(c *coder) {
	c.u32("craa_objects_to_keep", &b.Keep)
	c.bitmap("craa_type_mask", &b.Mask, nil)
}

// CBRecallSlotArgs is CB_RECALL_SLOT4args.
type CBRecallSlotArgs struct{ Target uint32 }

func (b *CBRecallSlotArgs) code(c *coder) { c.u32("rsa_target_highest_slotid", &b.Target) }

// ReferringCall names a call of the fore channel that a callback may have overtaken.
type ReferringCall struct{ Sequence, Slot uint32 }

// ReferringCalls is referring_call_list4.
type ReferringCalls struct {
	Session SessionID
	Calls   []ReferringCall
}

func (b *ReferringCalls) code(c *coder) {
	c.group("referring_call_list4", "")
	c.fixed("rcl_sessionid", b.Session[:])
	list(c, "rcl_referring_calls", &b.Calls, maxList, 8, func(c *coder, t *ReferringCall) {
		c.group("referring_call4", "")
		c.u32("rc_sequenceid", &t.Sequence)
		c.u32("rc_slotid", &t.Slot)
		c.end()
	})
	c.end()
}

// CBSequenceArgs is CB_SEQUENCE4args.
type CBSequenceArgs struct {
	Session                 SessionID
	Sequence, Slot, Highest uint32
	CacheThis               bool
	Referring               []ReferringCalls
}

func (b *CBSequenceArgs) code(c *coder) {
	c.fixed("csa_sessionid", b.Session[:])
	c.u32("csa_sequenceid", &b.Sequence)
	c.u32("csa_slotid", &b.Slot)
	c.u32("csa_highest_slotid", &b.Highest)
	c.bool("csa_cachethis", &b.CacheThis)
	list(c, "csa_referring_call_lists", &b.Referring, maxList, 20, func(c *coder, t *ReferringCalls) { t.code(c) })
}

// CBSequenceRes is CB_SEQUENCE4resok; it has no status flags, unlike SEQUENCE's.
type CBSequenceRes struct {
	Session                         SessionID
	Sequence, Slot, Highest, Target uint32
}

func (b *CBSequenceRes) code(c *coder) {
	c.fixed("csr_sessionid", b.Session[:])
	c.u32("csr_sequenceid", &b.Sequence)
	c.u32("csr_slotid", &b.Slot)
	c.u32("csr_highest_slotid", &b.Highest)
	c.u32("csr_target_highest_slotid", &b.Target)
}

// CBWantsCancelledArgs is CB_WANTS_CANCELLED4args.
type CBWantsCancelledArgs struct{ Contended, Resourced bool }

func (b *CBWantsCancelledArgs) code(c *coder) {
	c.bool("cwca_contended_wants_cancelled", &b.Contended)
	c.bool("cwca_resourced_wants_cancelled", &b.Resourced)
}

// CBNotifyLockArgs is CB_NOTIFY_LOCK4args.
type CBNotifyLockArgs struct {
	FH    FH
	Owner Owner
}

func (b *CBNotifyLockArgs) code(c *coder) {
	c.fh("cnla_fh", &b.FH)
	c.owner("cnla_lock_owner", &b.Owner)
}
