package nfs4

// OpenArgs is OPEN4args.
type OpenArgs struct {
	Seqid        uint32 // of the owner; NFSv4.1 ignores it
	ShareAccess  uint32 // with WantMask
	ShareDeny    uint32
	Owner        Owner
	Create       bool
	CreateMode   uint32   // Create
	CreateAttrs  Attrs    // Unchecked, Guarded, Exclusive41
	CreateVerf   Verifier // Exclusive, Exclusive41
	Claim        uint32
	Name         string  // ClaimNull, ClaimDelegateCur, ClaimDelegatePrev
	DelegateType uint32  // ClaimPrevious
	DelegStateid Stateid // ClaimDelegateCur, ClaimDelegCurFH
}

func (b *OpenArgs) code(c *coder) {
	c.u32("seqid", &b.Seqid)
	c.hex("share_access", &b.ShareAccess)
	c.u32("share_deny", &b.ShareDeny)
	c.owner("owner", &b.Owner)
	c.group("openhow", "")
	how := uint32(0)
	if b.Create {
		how = 1
	}
	c.enum("opentype", &how, func(v uint32) string { return nameIn(v, "OPEN4_NOCREATE", "OPEN4_CREATE") })
	if b.Create = how == 1; b.Create {
		b.codeHow(c)
	} else if how > 1 {
		c.bad("opentype", how, "0 or 1")
	}
	c.end()
	c.group("claim", "")
	b.codeClaim(c)
	c.end()
}

func (b *OpenArgs) codeHow(c *coder) {
	c.enum("mode", &b.CreateMode, func(v uint32) string { return nameIn(v, "UNCHECKED4", "GUARDED4", "EXCLUSIVE4", "EXCLUSIVE4_1") })
	switch b.CreateMode {
	case Unchecked, Guarded:
		c.attrs("createattrs", &b.CreateAttrs)
	case Exclusive:
		c.fixed("createverf", b.CreateVerf[:])
	case Exclusive41:
		c.fixed("cva_verf", b.CreateVerf[:])
		c.attrs("cva_attrs", &b.CreateAttrs)
	default:
		c.bad("mode", b.CreateMode, "0 to 3")
	}
}

func (b *OpenArgs) codeClaim(c *coder) {
	c.enum("claim", &b.Claim, claimName)
	switch b.Claim {
	case ClaimNull, ClaimDelegatePrev:
		c.component("file", &b.Name)
	case ClaimPrevious:
		c.enum("delegate_type", &b.DelegateType, delegName)
	case ClaimDelegateCur:
		c.stateid("delegate_stateid", &b.DelegStateid)
		c.component("file", &b.Name)
	case ClaimDelegCurFH:
		c.stateid("oc_delegate_stateid", &b.DelegStateid)
	case ClaimFH, ClaimDelegPrevFH:
	default:
		c.bad("claim", b.Claim, "0 to 6")
	}
}

// Delegation is open_delegation4.
type Delegation struct {
	Type    uint32
	Stateid Stateid // DelegRead, DelegWrite
	Recall  bool    // it is to be returned at once
	LimitBy uint32  // DelegWrite: 1 Size, 2 Blocks
	Size    uint64
	Blocks  [2]uint32 // number and bytes each
	Perm    Ace
	Why     uint32 // DelegNoneExt
	Will    bool   // WhyContention, WhyResource: the server will say when it can be had
}

func (b *Delegation) code(c *coder) {
	c.group("delegation", "")
	defer c.end()
	c.enum("delegation_type", &b.Type, delegName)
	switch b.Type {
	case DelegNone:
	case DelegRead, DelegWrite:
		c.stateid("stateid", &b.Stateid)
		c.bool("recall", &b.Recall)
		if b.Type == DelegWrite {
			b.codeLimit(c)
		}
		c.ace("permissions", &b.Perm)
	case DelegNoneExt:
		c.enum("ond_why", &b.Why, func(v uint32) string {
			return nameIn(v, "WND4_NOT_WANTED", "WND4_CONTENTION", "WND4_RESOURCE", "WND4_NOT_SUPP_FTYPE",
				"WND4_WRITE_DELEG_NOT_SUPP_FTYPE", "WND4_NOT_SUPP_UPGRADE", "WND4_NOT_SUPP_DOWNGRADE", "WND4_CANCELLED", "WND4_IS_DIR")
		})
		if b.Why == WhyContention || b.Why == WhyResource {
			c.bool("ond_server_will_push_deleg", &b.Will)
		}
	default:
		c.bad("delegation_type", b.Type, "0 to 3")
	}
}

func (b *Delegation) codeLimit(c *coder) {
	c.group("space_limit", "")
	defer c.end()
	c.enum("limitby", &b.LimitBy, func(v uint32) string { return nameIn(v, "", "NFS_LIMIT_SIZE", "NFS_LIMIT_BLOCKS") })
	switch b.LimitBy {
	case 1:
		c.u64("filesize", &b.Size)
	case 2:
		c.u32("num_blocks", &b.Blocks[0])
		c.u32("bytes_per_block", &b.Blocks[1])
	default:
		c.bad("limitby", b.LimitBy, "1 or 2")
	}
}

// OpenRes is OPEN4resok.
type OpenRes struct {
	Stateid    Stateid
	Cinfo      ChangeInfo
	Rflags     uint32
	Set        Bitmap
	Delegation Delegation
}

func (b *OpenRes) code(c *coder) {
	c.stateid("stateid", &b.Stateid)
	c.cinfo("cinfo", &b.Cinfo)
	c.hex("rflags", &b.Rflags)
	flags := b.Rflags
	c.say(func() string {
		return flagText(flags, "", "CONFIRM", "LOCKTYPE_POSIX", "PRESERVE_UNLINKED", "", "MAY_NOTIFY_LOCK")
	})
	c.bitmap("attrset", &b.Set, attrNames)
	b.Delegation.code(c)
}

// OpenConfirmArgs is OPEN_CONFIRM4args, of NFSv4.0 only.
type OpenConfirmArgs struct {
	Stateid Stateid
	Seqid   uint32
}

func (b *OpenConfirmArgs) code(c *coder) {
	c.stateid("open_stateid", &b.Stateid)
	c.u32("seqid", &b.Seqid)
}

// OpenDowngradeArgs is OPEN_DOWNGRADE4args.
type OpenDowngradeArgs struct {
	Stateid                Stateid
	Seqid                  uint32
	ShareAccess, ShareDeny uint32
}

func (b *OpenDowngradeArgs) code(c *coder) {
	c.stateid("open_stateid", &b.Stateid)
	c.u32("seqid", &b.Seqid)
	c.u32("share_access", &b.ShareAccess)
	c.u32("share_deny", &b.ShareDeny)
}

// CloseArgs is CLOSE4args.
type CloseArgs struct {
	Seqid   uint32
	Stateid Stateid
}

func (b *CloseArgs) code(c *coder) {
	c.u32("seqid", &b.Seqid)
	c.stateid("open_stateid", &b.Stateid)
}

// LockArgs is LOCK4args. NewOwner: the lock owner's first lock, under an open; else one that has locks already.
type LockArgs struct {
	Type           uint32 // 1 READ_LT, 2 WRITE_LT, 3 and 4 the same for a client that waits
	Reclaim        bool
	Offset, Length uint64
	NewOwner       bool
	OpenSeqid      uint32  // NewOwner
	OpenStateid    Stateid // NewOwner
	Owner          Owner   // NewOwner
	LockStateid    Stateid // otherwise
	LockSeqid      uint32
}

func (b *LockArgs) code(c *coder) {
	c.enum("locktype", &b.Type, lockName)
	c.bool("reclaim", &b.Reclaim)
	c.u64("offset", &b.Offset)
	c.u64("length", &b.Length)
	c.group("locker", "")
	defer c.end()
	if c.bool("new_lock_owner", &b.NewOwner) {
		c.u32("open_seqid", &b.OpenSeqid)
		c.stateid("open_stateid", &b.OpenStateid)
		c.u32("lock_seqid", &b.LockSeqid)
		c.owner("lock_owner", &b.Owner)
		return
	}
	c.stateid("lock_stateid", &b.LockStateid)
	c.u32("lock_seqid", &b.LockSeqid)
}

// Denied is LOCK4denied: the lock in the way.
type Denied struct {
	Offset, Length uint64
	Type           uint32
	Owner          Owner
}

func (b *Denied) code(c *coder) {
	c.group("denied", "")
	c.u64("offset", &b.Offset)
	c.u64("length", &b.Length)
	c.enum("locktype", &b.Type, lockName)
	c.owner("owner", &b.Owner)
	c.end()
}

// LockRes is LOCK4res behind the status.
type LockRes struct {
	Stateid Stateid // OK
	Denied  Denied  // ErrDenied
}

func (b *LockRes) code(c *coder) {
	if c.status == ErrDenied {
		b.Denied.code(c)
		return
	}
	c.stateid("lock_stateid", &b.Stateid)
}

// LocktArgs is LOCKT4args.
type LocktArgs struct {
	Type           uint32
	Offset, Length uint64
	Owner          Owner
}

func (b *LocktArgs) code(c *coder) {
	c.enum("locktype", &b.Type, lockName)
	c.u64("offset", &b.Offset)
	c.u64("length", &b.Length)
	c.owner("owner", &b.Owner)
}

// LocktRes is LOCKT4res behind the status: nothing, unless it is ErrDenied.
type LocktRes struct{ Denied Denied }

func (b *LocktRes) code(c *coder) {
	if c.status == ErrDenied {
		b.Denied.code(c)
	}
}

// LockuArgs is LOCKU4args.
type LockuArgs struct {
	Type           uint32
	Seqid          uint32
	Stateid        Stateid
	Offset, Length uint64
}

func (b *LockuArgs) code(c *coder) {
	c.enum("locktype", &b.Type, lockName)
	c.u32("seqid", &b.Seqid)
	c.stateid("lock_stateid", &b.Stateid)
	c.u64("offset", &b.Offset)
	c.u64("length", &b.Length)
}

// LockownerArgs is RELEASE_LOCKOWNER4args.
type LockownerArgs struct{ Owner Owner }

func (b *LockownerArgs) code(c *coder) { c.owner("lock_owner", &b.Owner) }

// TestStateidArgs is TEST_STATEID4args.
type TestStateidArgs struct{ Stateids []Stateid }

func (b *TestStateidArgs) code(c *coder) {
	list(c, "ts_stateids", &b.Stateids, maxList, 16, func(c *coder, t *Stateid) { c.stateid("stateid", t) })
}

// TestStateidRes is TEST_STATEID4resok.
type TestStateidRes struct{ Codes []Status }

func (b *TestStateidRes) code(c *coder) {
	list(c, "tsr_status_codes", &b.Codes, maxList, 4, func(c *coder, t *Status) { c.enum("status", (*uint32)(t), statusName) })
}
