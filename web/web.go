package web

import (
	"embed"
	"encoding/json"
	"html/template"
	"io/fs"
)

//go:embed assets viewer templates strings.json
var files embed.FS

// Assets are the styles and scripts, served under /assets/.
func Assets() fs.FS { return sub("assets") }

// Viewer is the document of the stage's frame, served under /viewer/ beside the module.
func Viewer() fs.FS { return sub("viewer") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic("web: " + err.Error()) // the folder is embedded: it cannot be absent
	}
	return f
}

// Strings are the page's words by language and key.
type Strings map[string]map[string]string

// ReadStrings reads strings.json.
func ReadStrings() (Strings, error) {
	data, err := files.ReadFile("strings.json")
	if err != nil {
		return nil, err
	}
	var s Strings
	return s, json.Unmarshal(data, &s)
}

// Script is the strings as the module that the page's scripts import.
func (s Strings) Script() ([]byte, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return append(append([]byte("export default "), data...), ";\n"...), nil
}

// Templates are the pages. They call "t" with a key for a word of the page in its language.
func Templates(word func(lang, key string) string) (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{"t": word}).ParseFS(files, "templates/*.html")
}
