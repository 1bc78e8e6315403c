package scenario

// lockVerbs are the operations on locks, and on files while a server comes and goes.
var lockVerbs = map[string]string{"pwrites": "pbtT"}

// LockVerbs explains them.
const LockVerbs = "pwrites PATH BYTES PAUSE TIME (a WRITE at the beginning of the file and a pause, over and over, for that time). With NFSv4 lock makes the file if it is not there, and the end of the process unlocks it"
