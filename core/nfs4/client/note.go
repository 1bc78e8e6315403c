package client

import (
	"strconv"
	"strings"

	"sunscope/core/nfs4"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// The lines of the client's own tracepoints (nfs4:nfs4_cb_*), as the kernel prints them.

func (n *Net) note(event, text string) {
	l := n.M.Log()
	n.M.Emit(".....", trace.Note, int64(l.Str(event)), int64(l.Str(text)))
}

// noteSequence is nfs4_cb_sequence.
func (b *callbacks) noteSequence(q *nfs4.CBSequenceArgs, st nfs4.Status) {
	b.n.note("nfs4_cb_sequence", errorText(st)+" session="+hash(q.Session[:])+" slot_nr="+decimal(q.Slot)+
		" seq_nr="+decimal(q.Sequence)+" highest_slotid="+decimal(q.Highest))
}

// noteRecall is nfs4_cb_recall.
func (b *callbacks) noteRecall(a *nfs4.CBRecallArgs, st nfs4.Status) {
	b.n.note("nfs4_cb_recall", errorText(st)+" fileid=00:00:0 fhandle="+hash(a.FH)+" stateid="+decimal(a.Stateid.Seqid)+":"+
		hash(a.Stateid.Other[:])+" dstaddr="+b.c.Server.Host)
}

func errorText(st nfs4.Status) string {
	name := "OK"
	if st != nfs4.OK {
		name = strings.TrimPrefix(st.String(), "NFS4ERR_")
	}
	return "error=" + strconv.Itoa(-int(st)) + " (" + name + ")"
}

func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// hash is how the kernel abbreviates handles, stateids and session ids in what it prints: their CRC-32.
func hash(b []byte) string {
	crc := ^uint32(0)
	for _, c := range b {
		crc ^= uint32(c)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xedb88320
			} else {
				crc >>= 1
			}
		}
	}
	return xdr.Hex(uint64(^crc), 8)
}
