package scenario

// lockVerbs are the operations on locks, and on files while a server comes and goes.
var lockVerbs = map[string]string{"pwrites": "pbtT", "lock": "p", "unlock": "p"}

// LockVerbs explains them.
const LockVerbs = "lock PATH and unlock PATH (a lock for writing on all of the file; with NFSv4 the file is made if it is not there, and the end of the process unlocks it), pwrites PATH BYTES PAUSE TIME (a WRITE at the beginning of the file and a pause, over and over, for that time)"
