package scenario

// NFS is the settings of the client's nfs module.
type NFS struct {
	MaxSessionSlots int // max_session_slots; 0: 64
}

// Vers4 is whether a version is NFSv4, and its minor version.
func Vers4(vers string) (minor uint32, ok bool) {
	switch vers {
	case "4.0":
		return 0, true
	case "4.1":
		return 1, true
	}
	return 0, false
}

// mountVers is mount.vers, and maxSessionSlots nfs.max_session_slots.
func mountVers() Key {
	return Key{Name: "mount.vers", Help: "the version of NFS", Want: "3, 4.0 or 4.1", Default: "3",
		Get: func(s *Scenario) string {
			if s.Mount.Vers == "" {
				return "3"
			}
			return s.Mount.Vers
		},
		Set: func(s *Scenario, v string) bool { return setVers(&s.Mount.Vers, v) }}
}

func setVers(vers *string, v string) bool {
	_, ok := Vers4(v)
	if *vers = v; v == "3" {
		*vers = ""
	}
	return ok || v == "3"
}

// checkIdle is for operations that could do nothing.
func (s *Scenario) checkIdle() error {
	for i, p := range s.Processes {
		ops, _ := ParseScript(p.Do)
		vers := s.Mount.Vers
		for _, op := range ops {
			_, v4 := Vers4(vers)
			want := ""
			switch {
			case op.Verb == "callback" && s.Callbacks.Design == "":
				want = "no callback when backchannel is none"
			case op.Verb == "getacl" && v4 && p.On == "":
				want = "no getacl over NFSv4, which has no NFSACL"
			case op.Verb == "umount":
				vers = "" // what is left is not known here
			case op.Mount != nil && op.Mount.Vers != "":
				vers = op.Mount.Vers
			case op.Mount != nil:
				vers = s.Mount.Vers
			}
			if want != "" {
				return &KeyError{"process." + itoa(i+1) + ".do", p.Do, want}
			}
		}
	}
	return nil
}

// softErr is mount.softerr.
func softErr() Key {
	k := yesno("mount.softerr", "whether calls that give up fail with ETIMEDOUT instead of EIO, when the mount is not hard", func(s *Scenario) *bool { return &s.Mount.SoftErr })
	k.Default = "false"
	return k
}

func maxSessionSlots() Key {
	return usually(64, "nfs.max_session_slots", "slots that the client asks for in a session of NFSv4.1", 1, 1024,
		func(s *Scenario) *int { return &s.NFS.MaxSessionSlots })
}
