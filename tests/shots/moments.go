package main

import (
	"os"
	"path/filepath"

	"sunscope/viz/stage"
)

// moment is what a picture shows: a run, and what the reader has done in it.
type moment struct {
	name      string
	scenario  string // or
	recording string // a folder of tests/recordings
	do        []string
	window    bool // the native viewer's window instead of the stage alone
	lang      string
}

func (m *moment) language() string {
	if m.lang == "" {
		return "en"
	}
	return m.lang
}

func (m *moment) open(do func(string, stage.Args) error, recording func(string, []byte) error) error {
	if err := do("lang", stage.Args{"value": m.language()}); err != nil {
		return err
	}
	if m.recording != "" {
		data, err := os.ReadFile(filepath.Join("tests", "recordings", m.recording, "trace.txt.gz"))
		if err != nil {
			return err
		}
		return recording(m.recording, data)
	}
	if m.scenario == "" {
		return nil
	}
	return do("scenario", stage.Args{"name": m.scenario, "seed": "42"})
}

// moments are the pictures: each part of the stage alone, the whole stage in runs of every sort, and the window with
// each of the things that open in it.
var moments = append(parts(), []moment{
	{name: "stage-two-slots", scenario: "two-slots", do: []string{"seek event=svc_process nth=4"}},
	{name: "stage-two-slots-zh", scenario: "two-slots", lang: "zh", do: []string{"seek event=svc_process nth=4"}},
	{name: "stage-start", scenario: "two-slots"},
	{name: "fork-slots", scenario: "two-slots", do: []string{"seek event=svc_process nth=4", "knob name=slots value=4"}},
	{name: "fork-drop", scenario: "two-slots", do: []string{"seek event=sunscope_wire_send nth=6", "fault do=packet 6 drop", "diverge"}},
	{name: "stage-udp", scenario: "udp-loss", do: []string{"seek event=xprt_retransmit"}},
	{name: "stage-deleg-recall", scenario: "deleg-recall", do: []string{"seek event=rpc_task_run_action action=call_bc_transmit"}},
	{name: "stage-session-slots", scenario: "session-slots", do: []string{"seek instant=1500"}},
	{name: "stage-restart", scenario: "server-restart", do: []string{"seek event=rpc_task_run_action action=call_connect nth=3"}},
	{name: "stage-nlm", scenario: "nlm-lock", do: []string{"seek event=rpc_task_sleep nth=40"}},
	{name: "stage-rec06", recording: "06-slot-contention", do: []string{"seek instant=9000"}},
	{name: "stage-rec07", recording: "07-reconnect", do: []string{"seek event=xprt_disconnect_done"}},
	{name: "stage-rec12", recording: "12-server-restart", do: []string{"seek instant=2500"}},
	{name: "stage-rec13", recording: "13-nconnect", do: []string{"seek instant=3000"}},
	{name: "stage-rec27", recording: "27-slow-link-sndbuf", do: []string{"seek event=rpc_socket_nospace"}},
	{name: "stage-rec26", recording: "26-v41-session-slots", do: []string{"seek instant=2500"}},
	{name: "window-lesson", window: true, do: []string{"seek event=svc_process nth=4"}},
	{name: "window-lesson-zh", window: true, lang: "zh", do: []string{"seek event=svc_process nth=4"}},
	{name: "window-task", window: true, do: []string{"seek event=svc_process nth=4", "select item=read[3]"}},
	{name: "window-help", window: true, do: []string{"help"}},
	{name: "window-menu", window: true, do: []string{"menubar id=view"}},
	{name: "window-palette", window: true, do: []string{"palette"}},
	{name: "window-scenarios", window: true, do: []string{"show-scenarios"}},
	{name: "window-find", window: true, do: []string{"lesson", "find text=queue:xprt_backlog"}},
	{name: "window-thing", window: true, do: []string{"seek event=svc_process", "select item=read[3]", "menu"}},
	{name: "window-faults", window: true, do: []string{"seek event=svc_process", "select item=read[3]", "show-faults"}},
	{name: "window-runs", window: true, do: []string{"seek event=svc_process", "fault do=reset", "show-runs"}},
	{name: "window-stops", window: true, lang: "zh", do: []string{"break-add when=rpc_retrans>=2", "show-find"}},
	{name: "window-share", window: true, do: []string{"show-share"}},
	{name: "window-open", window: true, do: []string{"open"}},
	{name: "window-rec27", window: true, recording: "27-slow-link-sndbuf", do: []string{"seek event=rpc_socket_nospace"}},
}...)

// parts are pictures of one part each.
func parts() (all []moment) {
	for _, p := range []string{"map", "slots", "queues", "work", "wire", "demux", "server", "counters", "timeline"} {
		all = append(all, moment{name: "part-" + p, scenario: "two-slots", do: []string{"parts value=" + p, "seek event=svc_process nth=4"}})
	}
	return all
}
