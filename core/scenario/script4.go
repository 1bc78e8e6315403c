package scenario

// fileVerbs are the operations on open files and on names; q is the second path of two, s a size that may be 0.
var fileVerbs = map[string]string{
	"open": "p", "close": "p", "rename": "pq", "link": "pq", "symlink": "pq", "readlink": "p", "truncate": "ps", "chmod": "p", "dropcaches": "", "layoutget": "p", "recall": "p", "recall-slots": "z",
}

// FileVerbs explains them.
const FileVerbs = "open PATH and close PATH (with NFSv4; read and write open what is not open, and the end of the process closes it), rename PATH PATH, link PATH PATH (the second is the new name), symlink TEXT PATH, readlink PATH, truncate PATH BYTES, chmod PATH, dropcaches (the client forgets names and handles), layoutget PATH (with server.layouts), recall PATH (a program on the server uses the file: whoever has a delegation or a layout of it is called back), recall-slots N (the server asks every client with NFSv4.1 to use no slot of its session beyond number N: CB_RECALL_SLOT)"

// AllVerbs explains all operations.
const AllVerbs = Verbs + ", " + FileVerbs + ", " + LockVerbs

// formOf is what follows a verb.
func formOf(verb string) (form string, ok bool) {
	for _, list := range [...]map[string]string{verbs, fileVerbs, lockVerbs} {
		if form, ok = list[verb]; ok {
			return form, ok
		}
	}
	return "", false
}
