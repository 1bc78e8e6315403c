package slim

// BuildFlags are what every module of the project is built with: no paths, no symbols, and no copies of functions in
// their callers where nothing is in a hurry (NFSv4, locks, the reading of scenarios). Copies make a module larger and
// those packages no faster that anybody would notice; the engine proper and what draws keep theirs.
func BuildFlags() []string {
	return []string{"-trimpath", "-ldflags=-s -w",
		"-gcflags=sunscope/core/nfs4/...=-l", "-gcflags=sunscope/core/nlm=-l", "-gcflags=sunscope/core/scenario=-l"}
}
