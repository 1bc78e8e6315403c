package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABadCommandLineGetsOneLineThatSaysWhatWasExpected(t *testing.T) {
	for line, want := range map[string]string{
		"-theme pink":                         "expected light, dark or projector",
		"-lang fr":                            "expected en or zh",
		"-seed -1":                            "expected a whole number",
		"-size huge":                          "expected WIDTHxHEIGHT",
		"-size 10x10":                         "at least 320x400",
		"-scenario two-slots -open x":         "expected one of them",
		"-scenario two-slots -live 1.2.3.4:5": "expected one of them",
		"-after 0":                            "expected at least 1",
		"-nonsense":                           "-h lists the flags",
		"trace.txt":                           "to play a recording: -open FILE",
		"-after thousand":                     "-h lists the flags",
		"-live nowhere":                       "expected an address and a port",
		"-live 127.0.0.1:1 nfs":               "expected PROGRAM VERSION PROC, or the /PATH of a file",
		"-live 127.0.0.1:1 nfs three NULL":    "expected a version's number",
		"-live 127.0.0.1:1 ftp 3 NULL":        "expected a program's number",
		"-live 127.0.0.1:1 -every 0s":         "at least 1ms",
		"-live 127.0.0.1:1 -at-once 65":       "1 to 64 calls",
		"-live 127.0.0.1:1 -open trace.txt":   "expected one of them",
	} {
		var stderr bytes.Buffer
		require.Equal(t, 2, run(strings.Fields(line), &stderr), line)
		require.Contains(t, stderr.String(), want)
		require.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
	}
}

func TestWhatCannotBeOpenedEndsTheProgramBeforeAWindowOpens(t *testing.T) {
	for line, want := range map[string]string{
		"-open no-such-file":      "sunscope: no-such-file: no such file or directory\n",
		"-open main.go":           "main.go",
		"-scenario no-such-thing": `there is no scenario "no-such-thing"; there are: async-writeback`,
		"-lesson no-such-thing":   `there is no lesson "no-such-thing"`,
	} {
		var stderr bytes.Buffer
		require.Equal(t, 1, run(strings.Fields(line), &stderr), line)
		require.Contains(t, stderr.String(), want)
		require.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
	}
}

func TestHelpListsTheFlags(t *testing.T) {
	var stderr bytes.Buffer
	require.Zero(t, run([]string{"-h"}, &stderr))
	for _, flag := range []string{"-open", "-lesson", "-lang", "-theme", "-seed", "-screenshot", "-after", "-size", "-play", "-live", "-every", "-at-once", "-scenario", "-export", "-events", "-do", "-no-state"} {
		require.Contains(t, stderr.String(), flag)
	}
}
