// Shots draws the stage and the native viewer's window at three sizes in three themes, panel by panel and moment by
// moment, and writes the pictures into a folder, with one page that shows them all. It needs no display: the pictures
// come from the display lists that the windows paint, through the reference painter.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
)

func main() {
	out := flag.String("out", filepath.Join("tests", "artifacts", "shots"), "`folder` to write into; pictures of an earlier run are replaced")
	only := flag.String("only", "", "draw only pictures whose name matches the regular `expression`")
	scale := flag.Float64("scale", 1, "pixels to a CSS pixel")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: go run ./tests/shots [flags]\n\nPictures of every panel at three sizes in three themes.")
		flag.PrintDefaults()
	}
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err == nil {
		err = run(*out, match, *scale)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

// run draws all pictures that match, several at once.
func run(out string, match *regexp.Regexp, scale float64) error {
	shots := chosen(match)
	if len(shots) == 0 {
		return fmt.Errorf("no picture is called like %q", match)
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	var (
		next, done atomic.Int64
		group      sync.WaitGroup
		mu         sync.Mutex
		first      error
	)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(shots) {
					return
				}
				if err := shots[i].write(out, scale); err != nil {
					mu.Lock()
					if first == nil {
						first = fmt.Errorf("%s: %w", shots[i].name(), err)
					}
					mu.Unlock()
				}
				fmt.Fprintf(os.Stderr, "\r%d of %d", done.Add(1), len(shots))
			}
		})
	}
	group.Wait()
	fmt.Fprintln(os.Stderr)
	if first != nil {
		return first
	}
	fmt.Println(filepath.Join(out, "index.html"))
	return writeIndex(filepath.Join(out, "index.html"), shots)
}
