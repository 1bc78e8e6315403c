package trace

// Str is a string of a Log, by its place in the log's string table. 0 is the empty string.
type Str uint32

// strTable is a log's string table.
type strTable struct {
	strs []string
	ids  map[string]Str
	// recent finds most strings again with a look at three of their bytes. It is several times as fast as the map.
	recent [256]struct {
		s  string
		id Str
	}
}

// Str interns s.
func (t *strTable) Str(s string) Str {
	if s == "" {
		return 0
	}
	n := len(s)
	r := &t.recent[(uint(s[0])+uint(s[n/2])*7+uint(s[n-1])*31+uint(n)*57)%uint(len(t.recent))]
	if r.s == s {
		return r.id
	}
	id, ok := t.ids[s]
	if !ok {
		id = t.add(s)
		t.ids[s] = id
	}
	r.s, r.id = s, id
	return id
}

// Blob keeps bytes that hardly ever come twice, such as a segment's payload. They are not looked for among the strings
// that are there.
func (t *strTable) Blob(b []byte) Str {
	if len(b) == 0 {
		return 0
	}
	return t.add(string(b))
}

//go:noinline
func (t *strTable) add(s string) Str {
	if t.ids == nil {
		t.ids = map[string]Str{}
		t.strs = []string{""}
	}
	t.strs = append(t.strs, s)
	return Str(len(t.strs) - 1)
}

// Lookup is Str without interning: it reports whether some event may hold s.
func (t *strTable) Lookup(s string) (Str, bool) {
	if s == "" {
		return 0, true
	}
	id, ok := t.ids[s]
	return id, ok
}

// Text is the string that s stands for; "" for one that the log does not have.
//
//go:noinline
func (t *strTable) Text(s Str) string {
	if int(s) >= len(t.strs) {
		return ""
	}
	return t.strs[s]
}
