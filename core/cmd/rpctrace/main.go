// Command rpctrace is Sunscope without a picture: it simulates scenarios and checks recordings of a real kernel against
// the map of Linux 6.1. Each subcommand has its file; each explains itself with -h.
package main

import (
	"fmt"
	"io"
	"os"
)

const usage = `usage: rpctrace COMMAND [ARGUMENTS]

  run      simulate a scenario and print its events
  check    read recordings of a kernel and check every task's steps against the map
  stat     compute the NFS client's counters from a recording and compare them with /proc/net/rpc/nfs
  procfs   print /proc/net/rpc, mountstats and debugfs at an instant of a run or a recording
  call     call a procedure of a real server
  serve    serve rpcbind, MOUNT, NFSv3 and NFSv4 to real clients
  convert  print a stored log in another form, or make a packet capture of it
  compare  run a scenario and print the edges that it and a recording of a kernel show, side by side

rpctrace COMMAND -h says more about a command.
Exit status: 0 all is well, 1 something was refused or is missing, or a run ended early, 2 a mistake in the command or a file that cannot be read.
`

func main() { os.Exit(command(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// command runs one subcommand and returns the exit status.
func command(args []string, in io.Reader, out, errs io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(errs, usage)
		return 2
	}
	switch args[0] {
	case "run":
		return runCommand(args[1:], out, errs)
	case "check":
		return checkCommand(args[1:], in, out, errs)
	case "stat":
		return statCommand(args[1:], in, out, errs)
	case "procfs":
		return procfsCommand(args[1:], in, out, errs)
	case "call":
		return callCommand(args[1:], out, errs)
	case "serve":
		return serveCommand(args[1:], out, errs)
	case "convert":
		return convertCommand(args[1:], in, out, errs)
	case "compare":
		return compareCommand(args[1:], in, out, errs)
	case "-h", "-help", "--help", "help":
		fmt.Fprint(out, usage)
		return 0
	}
	return usageError(errs, "no command %q; there are run, check, stat, procfs, call, serve, convert and compare (rpctrace -h)", args[0])
}
