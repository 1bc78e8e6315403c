package story

import "sunscope/core/time"

// SessionID numbers the sessions of a story from 1.
type SessionID int32

// Session is the client's end of an NFSv4.1 session (nfs4_session) with its fore channel's slots, or of what stands in for
// one in NFSv4.0: a table of slots without limit.
type Session struct {
	ID         SessionID
	Addr, Port string // the server
	Host       string // the client's address; "" unknown
	V40        bool   // NFSv4.0: no session, and slots that bind nothing
	Made       bool   // CREATE_SESSION (or SETCLIENTID_CONFIRM) has been answered
	Gone       bool   // DESTROY_SESSION has been
	Name       Fact[uint32]
	Slots      []SessionSlot // by slot number
	Max        Fact[int]     // how many slots CREATE_SESSION granted
	Target     Fact[int]     // how many the server would like to be used: sr_target_highest_slotid and one
	Flags      Fact[uint32]  // sr_status_flags of the last SEQUENCE that was answered
	BackMax    Fact[int]     // slots of the back channel
	Renewed    time.Duration // when the lease was renewed last: a SEQUENCE, or a RENEW, was answered
	Locks      Fact[int]     // LOCK calls that were granted, less LOCKU calls
	Returned   int           // delegations given back
	Since      time.Duration // of Made
	creating   TaskID        // the CREATE_SESSION under way
	most       int           // most slots in use at once
}

// SessionSlot is a slot of a session (nfs4_slot).
type SessionSlot struct {
	Task  TaskID // 0: free
	Seq   Fact[uint32]
	Since time.Duration
	Uses  int
}

// Used is how many slots are in use, and the number of the highest, -1 without.
func (s *Session) Used() (n, highest int) {
	highest = -1
	for i := range s.Slots {
		if s.Slots[i].Task != 0 {
			n, highest = n+1, i
		}
	}
	return n, highest
}

// Session finds a session by id; nil without.
func (s *State) Session(id SessionID) *Session {
	for i := range s.Sessions {
		if s.Sessions[i].ID == id {
			return &s.Sessions[i]
		}
	}
	return nil
}

// HasSessions says whether NFSv4 is spoken anywhere in the log, as far as it was folded.
func (s *Story) HasSessions() bool { return len(s.front.st.Sessions) > 0 }
