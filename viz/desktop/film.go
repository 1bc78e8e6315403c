package main

import (
	"errors"
	"image/png"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"sunscope/viz/desktop/desk"
	"sunscope/viz/stage"
)

// mostPictures is how long an animation from the window may be: a minute.
const mostPictures = 20 * 60

// filming is an animation that is being made in a goroutine of its own, with a player of its own, while the window goes on.
type filming struct {
	events atomic.Int64 // that were played
	of     int
	said   int // tenths that the reader was told of
	done   chan error
	file   string
}

// wanted makes the files that the player wants made and that need a painter.
func (g *game) wanted() {
	for _, id := range g.Desk.Wanted {
		var err error
		switch id {
		case "export-png":
			err = g.stagePicture()
		case "export-apng", "export-webm":
			err = g.beginFilm()
		}
		g.Say(err)
	}
	g.Desk.Wanted = nil
	g.pollFilm()
}

// stagePicture saves a picture of the stage alone.
func (g *game) stagePicture() error {
	a := g.Areas().Stage
	x := exporting{scale: g.scale}
	f, err := desk.Create(fileName(g.Player.Source().Name) + ".png")
	if err != nil {
		return err
	}
	if err := errors.Join(png.Encode(f, x.picture(g.Player, int(a.W), int(a.H))), f.Close()); err != nil {
		return err
	}
	g.Tell(g.Saved(f.Name()))
	return nil
}

// fileName is a run's name without what a file's name must not have, and without the endings of a recording.
func fileName(name string) string {
	for _, ending := range []string{".gz", ".txt", ".trace"} {
		name = strings.TrimSuffix(name, ending)
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name)
	if name == "" {
		return "sunscope"
	}
	return name
}

// beginFilm begins an animation of what the timeline shows, at the present speed.
func (g *game) beginFilm() error {
	p := g.Player
	growing, _ := p.Live()
	switch {
	case g.film != nil:
		return errors.New("export: one animation is being made already: " + g.film.file)
	case growing:
		return errors.New("export: the run still grows; an animation can be made when it has ended")
	}
	from, to := p.Window()
	x := &exporting{rate: 20, scale: 1, most: mostPictures}
	x.from, x.to = max(0, p.Story().OrdinalAt(from)), p.Story().OrdinalAt(to)+1
	twin := stage.NewPlayer()
	twin.Show(p.Story().Log(), p.Source())
	if err := twin.Restore(p.Snapshot()); err != nil {
		return err
	}
	f, err := desk.Create(fileName(p.Source().Name) + ".apng")
	if err != nil {
		return err
	}
	film := &filming{of: max(1, x.to-x.from), done: make(chan error, 1), file: f.Name()}
	x.played = func(instant int) { film.events.Store(int64(instant - x.from)) }
	a := g.Areas().Stage
	w, h := int(a.W), int(a.H)
	go func() { film.done <- errors.Join(x.film(twin, w, h, f, io.Discard), f.Close()) }()
	g.film = film
	g.Tell(film.progress())
	return nil
}

func (f *filming) progress() string {
	return f.file + ": " + strconv.Itoa(int(f.events.Load())*100/f.of) + " %"
}

// pollFilm tells how far the animation is.
func (g *game) pollFilm() {
	if g.film == nil {
		return
	}
	select {
	case err := <-g.film.done:
		if err != nil {
			g.Say(errors.New(g.film.file + ": " + err.Error()))
		} else {
			g.Tell(g.Saved(g.film.file))
		}
		g.film = nil
	default:
		if tenths := int(g.film.events.Load()) * 10 / g.film.of; tenths > g.film.said {
			g.film.said = tenths
			g.Tell(g.film.progress())
		}
	}
}
