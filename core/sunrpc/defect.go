package sunrpc

// Defect is a mistake that tests build into the engine to see that the audit finds it. Each is at one place, where the
// engine really does the wrong thing.
type Defect uint8

// The defects, with the rule that each breaks.
const (
	SlotForgotten      Defect = iota + 1 // a freed slot goes nowhere (SlotsAddUp)
	SlotBeyondMost                       // one more slot than there may be is allocated (SlotsAddUp)
	SleeperStays                         // a woken task stays on its queue (OneQueue)
	LockShared                           // a second task gets the write lock (OneLockOwner)
	LockKept                             // a task ends with the write lock (OneLockOwner)
	XIDTwice                             // the next request has the same XID (UniqueXIDs)
	CreditKept                           // a request that ends gives no credit back (CreditsBalance)
	ReplyStillExpected                   // a request that ends stays in the transport's queues (ReleasedIsOver)
	TimerOutlives                        // a timer fires for a task that has been released (ReleasedIsOver)
	ReferenceKept                        // a task that ends keeps its client (ReferencesAddUp)
	ReferenceTwice                       // a task that ends gives its client up twice (ReferencesAddUp)
	WakeupLost                           // a freed slot wakes nobody (EverybodyArrives)
	CallbackTakesSlot                    // a call that arrives takes a slot of the fore channel (CallbacksApart)
	Defects                              // how many there are, and one
)

// Break builds a defect into the kernel; 0 is none.
func (k *Kernel) Break(d Defect) { k.defect = d }

// broken says whether the defect is built in.
func (k *Kernel) broken(d Defect) bool { return k.defect == d }
