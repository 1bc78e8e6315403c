package procfs

import "strconv"

// Client is /proc/net/rpc/nfs: of all network namespaces together, counted from the first event on.
func (m *Moment) Client() string {
	counts, unread := m.client()
	var b text
	b.add("== /proc/net/rpc/nfs\nnet 0 0 0 0\nrpc")
	b.numbers(counts.Calls, counts.Retrans, counts.Refreshes).add("\n")
	for v, procs := range counts.Procs {
		if v >= 3 || total(procs) > 0 { // version 2 is not built in, or not used
			b.counts(v, procs)
		}
	}
	b.note(unread, "calls of procedures that no version of NFS has are not in the lines proc")
	return b.String()
}

func total(counts []int64) (sum int64) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// counts adds a line procV.
func (b *text) counts(version int, counts []int64) {
	if len(counts) > 0 {
		b.add("proc", strconv.Itoa(version)).numbers(int64(len(counts))).numbers(counts...).add("\n")
	}
}
