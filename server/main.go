// The server: builds the viewer when it must and serves the lessons.
//
//	go run ./server [-addr 127.0.0.1:8080] [-names]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"sunscope/lessons"
	"sunscope/server/build"
	"sunscope/server/first"
	"sunscope/server/site"
)

const defaultAddr = "127.0.0.1:8080"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "sunscope:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, complaints io.Writer) error {
	addr, names, err := options(args, complaints)
	if err != nil {
		return err
	}
	library, err := lessons.Open()
	if err != nil {
		return err
	}
	listener, err := listen(addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	module, err := module(ctx, names, out)
	if err != nil {
		if ctx.Err() != nil {
			return nil // interrupted while building
		}
		return err
	}
	frames := new(first.Frames)
	handler, err := site.New(site.Options{Lessons: library, Module: module, First: frames.Draw, Inline: frames.Inline, Colours: first.Colours()})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Sunscope: http://%s/\n", reachable(listener.Addr()))
	go squeeze(ctx, module, out)
	return serve(ctx, listener, handler)
}

// options reads the command line.
func options(args []string, complaints io.Writer) (addr string, names bool, err error) {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.StringVar(&addr, "addr", defaultAddr, "address to serve on, `host:port`; port 0 picks a free one")
	flags.BoolVar(&names, "names", false, "keep the names of functions in the viewer, for a panic's trace in the browser's console; it is a quarter larger")
	flags.Usage = func() {
		fmt.Fprint(complaints, "Usage: go run ./server [-addr host:port] [-names]\n\n"+
			"Serves Sunscope's lessons. The first start builds the viewer's WebAssembly, later ones\n"+
			"build only what changed. Ctrl-C ends it.\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return "", false, err
		}
		return "", false, errors.New("see go run ./server -h")
	}
	if flags.NArg() > 0 {
		return "", false, fmt.Errorf("unexpected argument %q: the server takes only -addr host:port and -names", flags.Arg(0))
	}
	return addr, names, nil
}

// listen takes the port before anything is built: a port in use should not cost a minute.
func listen(addr string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, fmt.Errorf("-addr %q: expected host:port, such as %s", addr, defaultAddr)
	}
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use already: end the program that listens there, or choose a free port with -addr 127.0.0.1:0", addr)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}

// reachable is an address that a browser on this machine can open: one that stands for all interfaces is not.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

func module(ctx context.Context, names bool, out io.Writer) (*build.Module, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	root, err := build.Root(dir)
	if err != nil {
		return nil, err
	}
	b := build.Builder{Root: root, Cache: build.CacheDir(root), Names: names, Say: func(line string) { fmt.Fprintln(out, line) }}
	return b.Viewer(ctx)
}

// squeeze makes the brotli form while the server is already serving gzip.
func squeeze(ctx context.Context, m *build.Module, out io.Writer) {
	began := time.Now()
	did, err := m.Compress(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		fmt.Fprintln(out, "The viewer stays in its gzip form:", err)
	case did:
		fmt.Fprintf(out, "Compressed the viewer further in %.0f s: %s.\n", time.Since(began).Seconds(), m.Describe())
	}
}

// serve answers until the context ends, and then lets running answers finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		return server.Close()
	}
	return nil
}
