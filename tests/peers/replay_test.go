//go:build linux

package peers

import (
	"bytes"
	"cmp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcbind"
	"sunscope/core/sunrpc"
)

// difference is where our server means to answer otherwise than the recorded one.
type difference struct{ ours, why string }

// The server is that of Linux 6.1, not libtirpc: these differences are all that there are, for both transports unless
// one is named.
var linuxDiffers = map[string]difference{
	"err-rpcvers":           {"RPC_MISMATCH", "libtirpc never says so, though RFC 5531 wants it"},
	"rpcvers-":              {"RPC_MISMATCH", "the same"},
	"auth-sys-body-401":     {"AUTH_BADCRED", "libtirpc gives the caller up; ours says what is wrong"},
	"auth-body-401":         {"AUTH_BADCRED", "the same"},
	"verf-body-401":         {"AUTH_BADVERF", "the same"},
	"auth-short":            {"AUTH_BADCRED", "Linux: any flavor that it does not have is a bad credential"},
	"auth-dh":               {"AUTH_BADCRED", "the same"},
	"auth-unknown":          {"AUTH_BADCRED", "the same"},
	"auth-tls-probe":        {"AUTH_BADCRED", "the same"},
	"auth-null-with-body":   {"AUTH_BADCRED", "Linux: AUTH_NULL has no body"},
	"verf-auth-sys":         {"AUTH_BADVERF", "Linux: a call's verifier is AUTH_NULL"},
	"truncated-in-verf":     {"GARBAGE_ARGS", "the header is whole up to the credential"},
	"truncated-":            {"closed", "libtirpc reads on in what an earlier datagram left; ours forgets this one"},
	"garbage-args":          {"GARBAGE_ARGS", "the same: arguments end where the datagram does"},
	"err-garbage-args":      {"GARBAGE_ARGS", "the same"},
	"mtype-2":               {"timeout", "Linux drops what is no call and keeps the connection"},
	"reply-direction":       {"timeout", "the same"},
	"reply-message":         {"timeout", "the same"},
	"rm-fragment":           {"SUCCESS", "rpcbind takes records of one fragment only"},
	"rm-empty-first":        {"SUCCESS", "the same"},
	"rm-empty-middle":       {"SUCCESS", "the same"},
	"empty-first":           {"SUCCESS", "libtirpc takes an empty fragment for the end"},
	"empty-middle":          {"SUCCESS", "the same"},
	"1000-empty":            {"SUCCESS", "the same"},
	"rm-only-zero-word":     {"timeout", "the next fragment may still come"},
	"rm-len-9001":           {"timeout", "the rest may still come: a record may have a mebibyte"},
	"len-7fffffff":          {"closed", "libtirpc answers before it has read the record; ours does not wait for two gigabytes"},
	"pmap-v2-callit":        {"PROC_UNAVAIL", "rpcbind has it and keeps silent; ours does not have it"},
	"rpcb-v4-getaddr-after": {"SUCCESS", "rpcbind goes by the transport that the call came over, ours by the netid"},
	"rpcb-v4-gettime":       {"SUCCESS", "time has passed"},
	"rpcb-v4-getstat":       {"SUCCESS", "ours counts nothing"},
}

// The other two servers differ from ours otherwise than libtirpc's. What is not here is in linuxDiffers.
var othersDiffer = map[string]map[string]difference{
	"go-xdr": {
		"auth-sys-17-gids": {"AUTH_BADCRED", "the recorded server looks at no credential; RFC 5531 allows sixteen groups"},
		"auth-sys-short":   {"AUTH_BADCRED", "the recorded server looks at no credential"},
	},
	"ganesha-v4": {
		"frag-1-each":         {"SUCCESS", "ntirpc wants four bytes of a record at once"},
		"empty-last-fragment": {"SUCCESS", "ntirpc gives up a record whose last fragment is empty"},
	},
}

// lookup is the difference with the longest name that a vector's begins with, with that name; "" if there is none.
func lookup(server, name string) (d difference, key string) {
	for _, table := range []map[string]difference{othersDiffer[server], linuxDiffers} {
		for prefix := range table {
			if strings.HasPrefix(name, prefix) && len(prefix) > len(key) {
				key = prefix
			}
		}
		if key != "" {
			return table[key], key
		}
	}
	return difference{}, ""
}

func TestOurServersAnswerWhatOthersWereAsked(t *testing.T) {
	used := map[string]int{}
	t.Run("rpcbind", func(t *testing.T) {
		all := vectors(t, "rpcbind")
		s := serve(t, 4, rpcbindLike(t, all)...)
		require.GreaterOrEqual(t, replay(t, s, all, used), 82, "of %d", len(all))
		s.alive(t, rpcbind.Program, 2)
	})
	for _, c := range []struct {
		server   string
		least    int
		services []*sunrpc.Service
	}{
		{"libtirpc", 21, []*sunrpc.Service{peer(1, 4), peer(2, 2)}},
		{"go-xdr", 15, []*sunrpc.Service{peer(1, 4)}},
		{"ganesha-v4", 12, []*sunrpc.Service{nfs4Like(), peer(1, 4)}},
	} {
		t.Run(c.server, func(t *testing.T) {
			var all []vector
			for _, v := range vectors(t, "server-errors") {
				if v.Server == c.server {
					all = append(all, v)
				}
			}
			s := serve(t, 4, c.services...)
			require.GreaterOrEqual(t, replay(t, s, all, used), c.least, "of %d", len(all))
			s.alive(t, peerProg, 1)
		})
	}
	excused := 0
	for _, n := range used {
		excused += n
	}
	t.Logf("%d answers differ for %d reasons", excused, len(used))
	for _, table := range []map[string]difference{linuxDiffers, othersDiffer["go-xdr"], othersDiffer["ganesha-v4"]} {
		for key, d := range table {
			require.Positive(t, used[key], "%s: nothing differs any more because %s", key, d.why)
		}
	}
}

// silent is how a conversation ends in which nothing more is said.
const silent = "timeout"

// ending is the same description, but that over UDP there is nothing to close.
func (v *vector) ending(what string) string {
	if v.Transport == "udp" && what == "closed" {
		return silent
	}
	return what
}

// replay sends each message and holds the answer against the recorded one, byte for byte unless the difference is known.
// It returns how many were the same, and counts which differences came to light.
func replay(t *testing.T, s *server, all []vector, used map[string]int) (same int) {
	for i := range all {
		v := &all[i]
		d, key := lookup(v.Server, v.Name)
		theirs, patience := v.ending(describe(v.Reply, v.Transport, v.Outcome)), patient
		d.ours = v.ending(d.ours)
		if theirs == silent && key == "" || d.ours == silent {
			patience = silence
		}
		reply, outcome := say(t, v, s.addr, len(v.Reply), patience)
		ours := v.ending(describe(reply, v.Transport, outcome))
		switch {
		case ours == theirs && bytes.HasPrefix(reply, v.Reply):
			same++
		case key != "" && d.ours == ours:
			used[key]++
		default:
			t.Errorf("%s %s over %s: ours %s %x, theirs %s %x", v.Server, v.Name, v.Transport, ours, reply, theirs, v.Reply)
		}
	}
	t.Logf("of %d messages %d are answered byte for byte as by %s, %d otherwise, for a reason in the table",
		len(all), same, cmp.Or(all[0].Server, "rpcbind"), len(all)-same)
	return same
}
