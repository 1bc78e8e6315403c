package nfs4

// LayoutgetArgs is LAYOUTGET4args.
type LayoutgetArgs struct {
	Signal                    bool
	Type, IOMode              uint32
	Offset, Length, MinLength uint64
	Stateid                   Stateid
	Maxcount                  uint32
}

func (b *LayoutgetArgs) code(c *coder) {
	c.bool("loga_signal_layout_avail", &b.Signal)
	c.enum("loga_layout_type", &b.Type, layoutName)
	c.enum("loga_iomode", &b.IOMode, iomodeName)
	c.u64("loga_offset", &b.Offset)
	c.u64("loga_length", &b.Length)
	c.u64("loga_minlength", &b.MinLength)
	c.stateid("loga_stateid", &b.Stateid)
	c.u32("loga_maxcount", &b.Maxcount)
}

// Layout is layout4. What Body means depends on the type and is not read here.
type Layout struct {
	Offset, Length uint64
	IOMode, Type   uint32
	Body           []byte
}

func (b *Layout) code(c *coder) {
	c.group("layout4", refTypes)
	c.u64("lo_offset", &b.Offset)
	c.u64("lo_length", &b.Length)
	c.enum("lo_iomode", &b.IOMode, iomodeName)
	c.enum("loc_type", &b.Type, layoutName)
	c.opaque("loc_body", &b.Body, maxBytes)
	c.end()
}

// LayoutgetRes is LAYOUTGET4res behind the status.
type LayoutgetRes struct {
	ReturnOnClose bool
	Stateid       Stateid
	Layouts       []Layout
	WillSignal    bool // ErrLayoutTryLater
}

func (b *LayoutgetRes) code(c *coder) {
	if c.status == ErrLayoutTryLater {
		c.bool("logr_will_signal_layout_avail", &b.WillSignal)
		return
	}
	c.bool("logr_return_on_close", &b.ReturnOnClose)
	c.stateid("logr_stateid", &b.Stateid)
	list(c, "logr_layout", &b.Layouts, maxList, 28, func(c *coder, t *Layout) { t.code(c) })
}

// LayoutreturnArgs is LAYOUTRETURN4args. The last members count if Return is 1, LAYOUTRETURN4_FILE.
type LayoutreturnArgs struct {
	Reclaim              bool
	Type, IOMode, Return uint32
	Offset, Length       uint64
	Stateid              Stateid
	Body                 []byte
}

func (b *LayoutreturnArgs) code(c *coder) {
	c.bool("lora_reclaim", &b.Reclaim)
	c.enum("lora_layout_type", &b.Type, layoutName)
	c.enum("lora_iomode", &b.IOMode, iomodeName)
	c.group("lora_layoutreturn", "")
	defer c.end()
	c.enum("lr_returntype", &b.Return, func(v uint32) string {
		return nameIn(v, "", "LAYOUTRETURN4_FILE", "LAYOUTRETURN4_FSID", "LAYOUTRETURN4_ALL")
	})
	switch b.Return {
	case layoutFile:
		c.u64("lrf_offset", &b.Offset)
		c.u64("lrf_length", &b.Length)
		c.stateid("lrf_stateid", &b.Stateid)
		c.opaque("lrf_body", &b.Body, maxBytes)
	case layoutFSID, layoutAll:
	default:
		c.bad("lr_returntype", b.Return, "1 to 3")
	}
}

// LayoutreturnRes is LAYOUTRETURN4res behind the status: the layout's stateid, if something of it is left.
type LayoutreturnRes struct {
	Present bool
	Stateid Stateid
}

func (b *LayoutreturnRes) code(c *coder) {
	if c.bool("lrs_present", &b.Present) {
		c.stateid("lrs_stateid", &b.Stateid)
	}
}

// LayoutcommitArgs is LAYOUTCOMMIT4args.
type LayoutcommitArgs struct {
	Offset, Length uint64
	Reclaim        bool
	Stateid        Stateid
	HasLast        bool
	LastOffset     uint64 // HasLast
	HasTime        bool
	Time           Time // HasTime
	Type           uint32
	Update         []byte
}

func (b *LayoutcommitArgs) code(c *coder) {
	c.u64("loca_offset", &b.Offset)
	c.u64("loca_length", &b.Length)
	c.bool("loca_reclaim", &b.Reclaim)
	c.stateid("loca_stateid", &b.Stateid)
	if c.bool("no_newoffset", &b.HasLast) {
		c.u64("no_offset", &b.LastOffset)
	}
	if c.bool("nt_timechanged", &b.HasTime) {
		c.time("nt_time", &b.Time)
	}
	c.enum("lou_type", &b.Type, layoutName)
	c.opaque("lou_body", &b.Update, maxBytes)
}

// LayoutcommitRes is LAYOUTCOMMIT4resok.
type LayoutcommitRes struct {
	Changed bool
	Size    uint64 // Changed
}

func (b *LayoutcommitRes) code(c *coder) {
	if c.bool("ns_sizechanged", &b.Changed) {
		c.u64("ns_size", &b.Size)
	}
}

// GetdeviceinfoArgs is GETDEVICEINFO4args.
type GetdeviceinfoArgs struct {
	Device   DeviceID
	Type     uint32
	Maxcount uint32
	Notify   Bitmap
}

func (b *GetdeviceinfoArgs) code(c *coder) {
	c.fixed("gdia_device_id", b.Device[:])
	c.enum("gdia_layout_type", &b.Type, layoutName)
	c.u32("gdia_maxcount", &b.Maxcount)
	c.bitmap("gdia_notify_types", &b.Notify, nil)
}

// GetdeviceinfoRes is GETDEVICEINFO4res behind the status.
type GetdeviceinfoRes struct {
	Type     uint32
	Addr     []byte
	Notify   Bitmap
	Mincount uint32 // ErrTooSmall
}

func (b *GetdeviceinfoRes) code(c *coder) {
	if c.status == ErrTooSmall {
		c.u32("gdir_mincount", &b.Mincount)
		return
	}
	c.enum("da_layout_type", &b.Type, layoutName)
	c.opaque("da_addr_body", &b.Addr, maxBytes)
	c.bitmap("gdir_notification", &b.Notify, nil)
}
