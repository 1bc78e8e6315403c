package scenario

import (
	"strconv"
	"strings"
)

// File is a file that is on the server from the start, in the export.
type File struct {
	Name string
	Size int // bytes
}

// files is server.files: names and sizes, with commas between the files.
func files() Key {
	return Key{Name: "server.files", Help: "files that are in the export from the start, with their sizes in bytes", Want: "none, or names each with a size, such as f1 7, f2 4096", Default: "none",
		Get: func(s *Scenario) string {
			if len(s.Server.Files) == 0 {
				return "none"
			}
			text := ""
			for _, f := range s.Server.Files {
				text += ", " + f.Name + " " + itoa(f.Size)
			}
			return text[2:]
		},
		Set: func(s *Scenario, v string) bool {
			s.Server.Files = nil
			if v == "none" {
				return true
			}
			for _, one := range strings.Split(v, ",") {
				words := strings.Fields(one)
				if len(words) != 2 || strings.Contains(words[0], "/") {
					return false
				}
				size, err := strconv.Atoi(words[1])
				if err != nil || size < 0 || size > 1<<26 || len(s.Server.Files) == 1000 {
					return false
				}
				s.Server.Files = append(s.Server.Files, File{words[0], size})
			}
			return true
		}}
}

// layouts is server.layouts.
func layouts() Key {
	k := yesno("server.layouts", "whether the NFSv4.1 server gives layouts (flexible files without data servers: GETDEVICEINFO is not asked for)", func(s *Scenario) *bool { return &s.Server.Layouts })
	k.Default = "false"
	return k
}
