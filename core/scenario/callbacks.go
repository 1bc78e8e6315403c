package scenario

import "strings"

// Callbacks is how the server calls the client, on the connection that the client has opened.
type Callbacks struct {
	Design   string // of the client's end: one of Backchannels; "": there is none
	Slots    int    // calls that the server has outstanding at most; 0: 1
	Prealloc int    // requests that the client makes in advance; 0: 1
}

// Backchannels are the ways in which a client finds room for a call that arrives, in the order of sunrpc.Backchannel.
var Backchannels = []string{"pool", "pool36", "slot", "atomic"}

func backchannel() Key {
	return Key{
		Name: "backchannel", Default: "none", Want: "none or one of " + strings.Join(Backchannels, ", "),
		Help: "where the client puts a call of the server's: in a pool that grows up to 64 requests (pool: Linux 6), in one that does not (pool36: Linux 3.6), " +
			"in a free slot of its own calls (slot), in memory that it allocates without waiting (atomic); none: nowhere, and a call breaks the connection",
		Get: func(s *Scenario) string {
			if s.Callbacks.Design == "" {
				return "none"
			}
			return s.Callbacks.Design
		},
		Set: func(s *Scenario, v string) bool {
			s.Callbacks.Design = v
			for _, b := range Backchannels {
				if v == b {
					return true
				}
			}
			s.Callbacks.Design = ""
			return v == "none"
		},
	}
}
