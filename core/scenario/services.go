package scenario

import (
	"slices"
	"strings"
)

// Daemons are the server's programs in user space, which start and stop name.
var Daemons = []string{"rpcbind", "mountd"}

// NFSVersions are what rpc.nfsd can be told not to offer. Without 3 there is no NFSACL and no lock manager either.
var NFSVersions = []string{"3", "4", "4.0", "4.1", "4.2"}

// VersionsHelp explains the last word of the operation nfsd.
const VersionsHelp = "VERSIONS are those that it does not offer, such as -3 or -4.1,-4.2; by itself it offers all of them each time"

// ParseVersions reads a list such as -4.1,-4.2.
func ParseVersions(text string) (off []string, err error) {
	for _, one := range strings.Split(text, ",") {
		v, minus := strings.CutPrefix(one, "-")
		if !minus || !slices.Contains(NFSVersions, v) {
			return nil, wrong("not understood: " + quote(one) + "; " + VersionsHelp)
		}
		off = append(off, v)
	}
	return off, nil
}

// Alone says that the operation needs no mount.
func (op *Op) Alone() bool {
	return op.Mount != nil || op.Lab != nil || slices.Contains([]string{"sleep", "umount", "nfsd", "nfsd-u", "start", "stop", "exportfs", "set", "hold"}, op.Verb)
}
