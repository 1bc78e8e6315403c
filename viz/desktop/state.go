package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"

	"github.com/hajimehoshi/ebiten/v2"

	"sunscope/lessons"
	"sunscope/viz/desktop/desk"
)

// stateVersion is the version of the state's file. Another one is not read: the file is put aside.
const stateVersion = 1

// state is what the viewer remembers from one start to the next.
type state struct {
	Version    int     `json:"version"`
	Window     *placed `json:"window,omitempty"`
	Maximized  bool    `json:"maximized,omitempty"`
	FullScreen bool    `json:"fullScreen,omitempty"`
	desk.Kept
}

// placed is where the window was: on which monitor, and where on that, in device-independent pixels.
type placed struct {
	Monitor string `json:"monitor,omitempty"`
	X       int    `json:"x"`
	Y       int    `json:"y"`
	W       int    `json:"w"`
	H       int    `json:"h"`
}

// keeper reads the state's file and writes it when something changed.
type keeper struct {
	path  string // "" for a viewer that remembers nothing
	saved state
	bad   bool // what the file held could not be read
}

// statePath is the file in the folder that the system has for such things.
func statePath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "sunscope", "viewer.json"), nil
}

// read takes the state from its file. Without a file it is empty; a bad file is an error of one line and is empty too.
func (k *keeper) read() error {
	data, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = k.decode(data)
	}
	if err != nil {
		k.bad, k.saved = true, state{}
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return errors.New(k.path + ": " + err.Error() + "; begun with the usual settings")
	}
	return nil
}

func (k *keeper) decode(data []byte) error {
	var s state
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&s); err != nil {
		return errors.New("not the state of a viewer: " + err.Error())
	}
	if s.Version != stateVersion {
		return errors.New("version " + strconv.Itoa(s.Version) + "; expected version " + strconv.Itoa(stateVersion))
	}
	if err := s.check(); err != nil {
		return err
	}
	k.saved = s
	return nil
}

// check refuses what no viewer has written.
func (s *state) check() error {
	switch {
	case s.Theme != "" && !slices.Contains(themes, s.Theme):
		return errors.New("theme " + strconv.Quote(s.Theme) + ": expected light, dark or projector")
	case s.Lang != "" && !slices.Contains(lessons.Langs, s.Lang):
		return errors.New("lang " + strconv.Quote(s.Lang) + ": expected en or zh")
	case !(s.Split >= 0 && s.Split < 1e5):
		return errors.New("split: expected a width in pixels")
	}
	if w := s.Window; w != nil && (w.W < leastWidth || w.H < leastHeight || w.W > 16384 || w.H > 16384) {
		return errors.New("window: expected a size of at least " + strconv.Itoa(leastWidth) + "x" + strconv.Itoa(leastHeight))
	}
	return nil
}

// write replaces the file as a whole, so that one half written is never read. A bad one is put aside first.
func (k *keeper) write(s *state) error {
	data, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(k.path), 0o755)
	}
	if err == nil && k.bad {
		k.bad = false
		err = os.Rename(k.path, k.path+".bad")
	}
	if err == nil {
		err = os.WriteFile(k.path+".new", append(data, '\n'), 0o644)
	}
	if err == nil {
		err = os.Rename(k.path+".new", k.path)
	}
	if err == nil {
		k.saved = *s
	}
	return err
}

// keep writes the state if it changed. What cannot be written is said once.
func (k *keeper) keep(now *state) error {
	if reflect.DeepEqual(*now, k.saved) {
		return nil
	}
	err := k.write(now)
	if err != nil {
		k.path = ""
	}
	return err
}

// state is how the window is now.
func (g *game) state() *state {
	s := &state{Version: stateVersion, FullScreen: ebiten.IsFullscreen(), Maximized: ebiten.IsWindowMaximized(), Kept: g.Kept()}
	s.Window = g.keeper.saved.Window
	if !s.FullScreen && !s.Maximized && !ebiten.IsWindowMinimized() {
		p := &placed{Monitor: ebiten.Monitor().Name()}
		p.X, p.Y = ebiten.WindowPosition()
		p.W, p.H = ebiten.WindowSize()
		s.Window = p
	}
	return s
}

// place puts the window where it was, as far as that is on a monitor.
func (s *state) place() {
	if w := s.Window; w != nil {
		for _, m := range ebiten.AppendMonitors(nil) {
			if m.Name() == w.Monitor {
				ebiten.SetMonitor(m)
				mw, mh := m.Size()
				ebiten.SetWindowPosition(max(0, min(w.X, mw-100)), max(0, min(w.Y, mh-100)))
			}
		}
	}
	if s.Maximized {
		ebiten.MaximizeWindow()
	}
}
