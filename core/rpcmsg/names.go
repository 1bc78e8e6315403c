package rpcmsg

import "strconv"

// nameOf is v's name, or type and number for a value that has none.
func nameOf(kind string, v uint32, names []string) string {
	if s := known(v, names); s != "" {
		return s
	}
	return kind + " " + strconv.FormatUint(uint64(v), 10)
}

func known(v uint32, names []string) string {
	if uint64(v) < uint64(len(names)) {
		return names[v]
	}
	return ""
}

//go:noinline
func from(names []string) func(uint32) string {
	return func(v uint32) string { return known(v, names) }
}

// Lookups for Decoder.Enum; made once, so that decoding allocates nothing.
var (
	msgTypeName    = from(msgTypes)
	replyStatName  = from(replyStats)
	acceptStatName = from(acceptStats)
	rejectStatName = from(rejectStats)
	authStatName   = from(authStats)
	flavorName     = from(flavors)
)

// progName names the programs that Linux uses over SunRPC.
func progName(prog uint32) string {
	switch prog {
	case 100000:
		return "rpcbind"
	case 100003:
		return "nfs"
	case 100005:
		return "mount"
	case 100021:
		return "nlockmgr"
	case 100024:
		return "statd"
	case 100227:
		return "nfsacl"
	case 0x40000000:
		return "NFSv4 callback"
	}
	return ""
}
