package stage

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

// forked is a player in the middle of two-slots.
func forked(t *testing.T) *Player {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "seek", "event=xprt_transmit item=read[2]")
	return p
}

func texts(p *Player, to int) (list []string) {
	for i := range to {
		list = append(list, string(eventText(p.log(), i)))
	}
	return list
}

func TestAForkLeavesTheReaderWhereTheyWere(t *testing.T) {
	p := forked(t)
	do(t, p, "zoom-in")
	do(t, p, "select", "item=read[2]")
	before, at, now, window, selected := texts(p, p.Instant()+1), p.Instant(), p.Time(), p.view.To-p.view.From, p.Selected()
	do(t, p, "fault", "do=restart 20ms")
	require.Equal(t, at, p.Instant())
	require.Equal(t, now, p.Time())
	require.Equal(t, selected, p.Selected())
	require.Equal(t, window, p.view.To-p.view.From)
	require.Equal(t, before, texts(p, at+1))
	require.Equal(t, "1~"+itoa(at)+",restart,20ms", p.Source().Commands)
	require.Equal(t, 2, p.RunID())
	id, d := p.Compared()
	require.Equal(t, 1, id, "a fork is laid beside the run that it comes from")
	require.Greater(t, d.This, at)
}

func TestAnOpenWholeTimelineStaysOnThePieceThatWasSeenWhenTheForkGoesOnForLong(t *testing.T) {
	p := forked(t)
	end := p.End()
	do(t, p, "fault", "do=drop")
	require.Greater(t, p.End(), 2*end)
	from, to := p.Window()
	require.Equal(t, p.Start(), from)
	require.Equal(t, end, to)
}

func TestForksOfForksKeepWhatWasDoneBeforeAndLoseWhatWasDoneLater(t *testing.T) {
	p := forked(t)
	at := p.Instant()
	do(t, p, "fault", "do=slow 5ms", "at="+itoa(at-20))
	require.Equal(t, at-20, p.Instant(), "the fork is looked at where it begins")
	do(t, p, "seek", "instant="+itoa(at))
	do(t, p, "fault", "do=reset")
	require.Equal(t, "1~"+itoa(at-20)+",slow,5ms~"+itoa(at)+",reset", p.Source().Commands)
	do(t, p, "seek", "instant="+itoa(at-10))
	do(t, p, "knob", "name=delay", "value=2ms")
	require.Equal(t, "1~"+itoa(at-20)+",slow,5ms~"+itoa(at-10)+",set,link.delay,2ms", p.Source().Commands)
	require.Len(t, p.Runs(), 4)
	require.Equal(t, []int{0, 1, 2, 3}, []int{p.Runs()[0].Parent, p.Runs()[1].Parent, p.Runs()[2].Parent, p.Runs()[3].Parent})
}

func TestTheSameCommandsAreTheSameRun(t *testing.T) {
	p := forked(t)
	at := p.Instant()
	do(t, p, "fault", "do=reset")
	do(t, p, "run", "id=1")
	require.Equal(t, at, p.Instant(), "the two are equal up to there")
	do(t, p, "fault", "do=reset")
	require.Len(t, p.Runs(), 2)
	require.Equal(t, 2, p.RunID())
}

func TestAKnobOfTheMountMakesARunFromTheBeginning(t *testing.T) {
	p := forked(t)
	now := p.Time()
	require.Equal(t, "2", knobNamed(t, p, "slots").Value)
	require.True(t, knobNamed(t, p, "slots").FromStart)
	do(t, p, "knob", "name=slots", "value=4")
	require.Equal(t, "1~-1,set,sunrpc.tcp_slot_table_entries,4~-1,set,sunrpc.tcp_max_slot_table_entries,4", p.Source().Commands,
		"the table may not grow to less than it has")
	require.Equal(t, "4", knobNamed(t, p, "slots").Value)
	require.Equal(t, "2", knobNamed(t, p, "slots").Was)
	require.LessOrEqual(t, p.Time(), now, "the same time of the clock")
	require.Greater(t, p.Instant(), 0)
	end := p.story.At(p.story.Len() - 1)
	require.Len(t, end.Xprts[0].Slots, 4)
	do(t, p, "knob", "name=slots", "value=2")
	do(t, p, "knob", "name=max-slots", "value=2")
	require.Equal(t, 1, p.RunID(), "turned back it is the run that it was")
}

func TestAKnobThatIsTurnedBeforeTheFirstEventHoldsFromTheStart(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "knob", "name=delay", "value=2ms", "at=-1")
	require.Equal(t, "1~-1,set,link.delay,2ms", p.Source().Commands)
	do(t, p, "knob", "name=slow", "value=20ms", "at=-1")
	require.Equal(t, "1~-1,set,link.delay,2ms~0,slow,20ms", p.Source().Commands)
}

func knobNamed(t *testing.T, p *Player, name string) Knob {
	for _, k := range p.Knobs() {
		if k.Name == name {
			return k
		}
	}
	require.Fail(t, "no knob "+name)
	return Knob{}
}

func TestEveryKnobTakesEveryValueThatItOffers(t *testing.T) {
	for _, name := range []string{"two-slots", "callback-pool", "layout-recall"} {
		p := NewPlayer()
		do(t, p, "scenario", "name="+name, "seed=42")
		do(t, p, "seek", "instant="+itoa(p.story.Len()/2))
		for _, k := range p.Knobs() {
			for _, v := range append(k.Choices, k.Try...) {
				base := p.RunID()
				do(t, p, "knob", "name="+k.Name, "value="+v)
				if base != p.RunID() {
					require.Equal(t, v, knobNamed(t, p, k.Name).Value, name+" "+k.Name) // as it is offered
				}
				do(t, p, "scenario", "name="+name, "seed=42")
				do(t, p, "seek", "instant="+itoa(p.story.Len()/2))
			}
		}
	}
}

func TestOverUDPThereAreOtherKnobs(t *testing.T) {
	p := forked(t)
	do(t, p, "knob", "name=proto", "value=udp")
	require.Equal(t, "0", knobNamed(t, p, "loss").Value)
	do(t, p, "knob", "name=loss", "value=20")
	require.Equal(t, "20", knobNamed(t, p, "loss").Value)
	at := p.Instant()
	do(t, p, "home")
	require.Equal(t, "0", knobNamed(t, p, "loss").Value, "before the instant it had not been turned")
	do(t, p, "seek", "instant="+itoa(at))
	require.True(t, hasEvent(p, "sunscope_fault kind=LOST"))
}

func hasEvent(p *Player, predicate string) bool {
	pred, err := story.ParsePredicate(predicate)
	if err != nil {
		panic(err)
	}
	_, ok := p.story.Find(pred, 0)
	return ok
}

func TestEightRunsAreKeptAndTheOldestGoesWithANote(t *testing.T) {
	p := forked(t)
	at := p.Instant()
	p.Notes()
	for i := range 9 {
		do(t, p, "run", "id=1")
		do(t, p, "fault", "do=reset", "at="+itoa(at-i))
		if i == 0 {
			do(t, p, "compare", "id=off")
		}
	}
	require.Len(t, p.Runs(), 8)
	var told []string
	for _, n := range p.Notes() {
		if n.Kind == Warned {
			told = append(told, n.Why)
		}
	}
	require.Len(t, told, 2)
	require.Contains(t, told[0], "run 2 (reset @"+itoa(at)+", seed 42) is not kept any longer: 8 runs are")
	require.ErrorContains(t, p.Do("run", Args{"id": "2"}), "expected the number of a run that is kept")
	do(t, p, "scenario", "name=slow-link")
	require.Len(t, p.Runs(), 1, "runs of another scenario are not kept")
}

func TestTheFirstEventThatDiffersIsFoundAndGoneTo(t *testing.T) {
	p := forked(t)
	span := p.story.WireSpans()[len(p.story.WireSpans())-3]
	ref := scene.Ref{Kind: scene.RefPacket, Num: int64(span.Packet)}
	do(t, p, "seek", "instant="+itoa(int(span.To)+5))
	faults := p.Faults(ref)
	require.Equal(t, int(span.From), faults[0].At, "it has arrived: it is broken where it set out")
	require.NoError(t, p.Do("fault", faults[0].Args()))
	_, d := p.Compared()
	require.False(t, d.Same)
	this, other := texts(p, p.story.Len()), []string(nil)
	do(t, p, "diverge")
	require.Equal(t, d.This, p.Instant())
	require.Equal(t, this[d.This], d.ThisText)
	do(t, p, "run", "id=1")
	other = texts(p, p.story.Len())
	require.Equal(t, other[d.Other], d.OtherText)
	require.NotEqual(t, d.ThisText, d.OtherText)
	skipped := 0
	for i := range d.This {
		if strings.HasPrefix(this[i], "sunscope_fault: kind=packet") {
			skipped++
			continue
		}
		require.Equal(t, other[i-skipped], this[i])
	}
	require.Equal(t, 1, skipped, "what was done is no difference; what comes of it is")
}

func TestRunsThatNeverPartAreSaidToBeTheSame(t *testing.T) {
	p := forked(t)
	do(t, p, "fault", "do=packet 9999 drop")
	_, d := p.Compared()
	require.True(t, d.Same)
	require.ErrorContains(t, p.Do("diverge", Args{}), "diverge: runs 2 and 1 have the same events")
}

func TestTheLanesOfTwoRunsAreMatchedByWorkloadItem(t *testing.T) {
	p := forked(t)
	do(t, p, "knob", "name=slots", "value=8")
	b := p.view.Beside
	require.NotNil(t, b)
	lanes, theirs := p.story.Lanes(), b.Story.Lanes()
	reads := 0
	for i := range lanes {
		if j := b.Lane[i]; lanes[i].Item != "" {
			require.Equal(t, lanes[i].Item, theirs[j].Item)
			reads++
		}
	}
	require.Equal(t, 8, reads)
	require.Zero(t, b.More)
}

func TestARunThatDoesNotEndIsShownAsFarAsItGoes(t *testing.T) {
	p := forked(t)
	p.Notes()
	do(t, p, "fault", "do=drop")
	notes := p.Notes()
	require.Len(t, notes, 1)
	require.Contains(t, notes[0].Why, "did not end within an hour of virtual time")
	require.Equal(t, notes[0].Why[len("this run is shown as far as it goes: "):], p.Runs()[1].Ended)
}

func TestWhatCannotBeDoneIsSaidInOneLine(t *testing.T) {
	p := forked(t)
	for _, c := range []struct{ cmd, args, want string }{
		{"fault", "do=dorp", "fault: \"dorp\": expected one of drop"},
		{"fault", "do=drop at=9999999", "fault: at=\"9999999\": expected an ordinal from 0 to"},
		{"knob", "name=slot value=3", "knob: name=\"slot\": expected one of slots, max-slots"},
		{"knob", "name=slots value=1", "knob: sunrpc.tcp_slot_table_entries: expected a whole number from 2"},
		{"knob", "name=proto value=rdma", "knob: value=\"rdma\": expected one of tcp, udp"},
		{"knob", "name=timeo value=1s at=5", "knob: timeo is read when a mount is made"},
		{"knob", "name=delay value=-1s", "knob: delay: link.delay: expected a time"},
		{"run", "id=7", "run: id=\"7\": expected the number of a run that is kept"},
		{"run-drop", "id=1", "run-drop: run 1 is the one that is shown"},
		{"compare", "", "compare: there is one run only"},
		{"compare", "id=1", "compare: run 1 is the one that is shown"},
		{"diverge", "", "diverge: there is one run only"},
	} {
		args := Args{}
		for _, a := range strings.Fields(c.args) {
			name, value, _ := strings.Cut(a, "=")
			args[name] = value
		}
		source, instant := p.Source(), p.Instant()
		err := p.Do(c.cmd, args)
		require.ErrorContains(t, err, c.want)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, source, p.Source())
		require.Equal(t, instant, p.Instant())
	}
}

func TestARecordingIsNotChanged(t *testing.T) {
	p := NewPlayer()
	p.Show(logOf(t, oneSlot(2)), Source{Kind: Recording, Name: "r"})
	for _, cmd := range []string{"knob", "fault", "compare", "diverge"} {
		err := p.Do(cmd, Args{"name": "slots", "value": "4", "do": "drop"})
		require.EqualError(t, err, cmd+": a recording is what a real kernel has done, and nothing in it can be changed; open a scenario")
	}
	require.Empty(t, p.Knobs())
	require.Empty(t, p.Faults(scene.Ref{}))
	require.Empty(t, p.Runs())
}

func TestASnapshotOfAForkBringsItBack(t *testing.T) {
	p := forked(t)
	do(t, p, "fault", "do=freeze 30ms")
	do(t, p, "step")
	do(t, p, "knob", "name=threads", "value=1")
	do(t, p, "compare", "id=2")
	saved := p.Snapshot()
	require.Less(t, len(saved), 2000)
	q := NewPlayer()
	require.NoError(t, q.Restore(saved))
	require.Equal(t, p.Source(), q.Source())
	require.Equal(t, p.Instant(), q.Instant())
	require.Equal(t, texts(p, p.story.Len()), texts(q, q.story.Len()))
	_, there := p.Compared()
	_, here := q.Compared()
	require.Equal(t, there, here, "and what it was compared with")
	require.ErrorContains(t, q.Restore(strings.Replace(saved, "beside=42", "beside=x", 1)), "beside=")
	require.NoError(t, q.Restore(strings.Replace(saved, "beside=", "other=", 1)))
	require.Nil(t, q.view.Beside)
	require.ErrorContains(t, q.Restore(strings.Replace(saved, "commands=1~", "commands=9~", 1)), "version \"9\": expected 1")
}

func TestEveryFaultThatIsOfferedCanBeDone(t *testing.T) {
	for _, name := range []string{"two-slots", "udp-window", "callback-slot", "layout-recall"} {
		p := NewPlayer()
		do(t, p, "scenario", "name="+name, "seed=42")
		at := p.story.Len() * 2 / 5
		do(t, p, "seek", "instant="+itoa(at))
		st := p.State()
		refs := []scene.Ref{{}}
		for i := range st.Packets {
			refs = append(refs, scene.Ref{Kind: scene.RefPacket, Num: int64(st.Packets[i].ID)})
		}
		for i := range st.Tasks {
			if !st.Tasks[i].Finished && len(refs) < 8 {
				refs = append(refs, scene.Ref{Kind: scene.RefTask, Num: int64(st.Tasks[i].ID)})
			}
		}
		for i := range st.Threads {
			if len(refs) < 10 {
				refs = append(refs, scene.Ref{Kind: scene.RefThread, Num: int64(st.Threads[i].PID)})
			}
		}
		for _, r := range refs {
			for _, f := range p.Faults(r) {
				require.NotEmpty(t, f.En)
				require.NotEmpty(t, f.Zh)
				require.NoError(t, p.Do("fault", f.Args()), name+" "+f.Do)
				require.True(t, applied(p, f), name+" "+f.Do)
				do(t, p, "run", "id=1")
				do(t, p, "run-drop", "id="+itoa(p.Runs()[len(p.Runs())-1].ID))
				do(t, p, "seek", "instant="+itoa(at))
			}
		}
	}
}

// applied says whether the run holds the event of a fault.
func applied(p *Player, f Break) bool {
	verb, arg, _ := strings.Cut(f.Do, " ")
	var e trace.Event
	for i := f.At; i < p.log().Len(); i++ {
		if p.log().KindAt(i) != trace.Fault {
			continue
		}
		p.log().At(i, &e)
		if p.log().Text(trace.Str(e.F[0])) == verb && p.log().Text(trace.Str(e.F[1])) == arg {
			return true
		}
	}
	return false
}

func TestALongForkIsMadePieceByPieceAndIsTheSameAsOneMadeAtOnce(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=slow-link", "seed=42")
	require.Greater(t, p.story.Len(), heavy)
	do(t, p, "seek", "instant=3000")
	do(t, p, "fault", "do=freeze 2s")
	require.Equal(t, 1, p.RunID(), "the present run stays on the stage meanwhile")
	require.Equal(t, 1, p.Making())
	last, frames := 1, 0
	for p.Making() > 0 {
		require.GreaterOrEqual(t, p.Making(), last)
		last = p.Making()
		p.Advance(time.Second / 60)
		frames++
	}
	require.Greater(t, last, 50)
	require.Greater(t, frames, 10)
	require.Equal(t, 2, p.RunID())
	require.Equal(t, 3000, p.Instant())
	q := NewPlayer()
	require.NoError(t, q.OpenRun(p.Source()))
	require.Equal(t, q.log().Bytes(), p.log().Bytes())
	require.Equal(t, copyOf(q.story.At(20_000)), copyOf(p.story.At(20_000)))
	do(t, p, "undo")
	require.Equal(t, 1, p.RunID(), "it is taken back as any other")
	do(t, p, "redo")
	require.Equal(t, 2, p.RunID())
	do(t, p, "fault", "do=close")
	require.Positive(t, p.Making())
	do(t, p, "scenario", "name=two-slots")
	require.Zero(t, p.Making(), "another run was opened: nobody waits for it")
}

func TestWhateverIsDoneOnTopOfWhateverElseTheStageShowsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := NewPlayer()
		name := rapid.SampledFrom([]string{"two-slots", "callback-slot", "udp-window", "layout-recall"}).Draw(t, "scenario")
		require.NoError(t, p.Do("scenario", Args{"name": name, "seed": "7"}))
		for range rapid.IntRange(1, 4).Draw(t, "commands") {
			require.NoError(t, p.Do("seek", Args{"instant": itoa(rapid.IntRange(0, p.story.Len()-1).Draw(t, "instant"))}))
			refs := []scene.Ref{{}}
			for _, h := range p.Layout(1440, 900).Hits {
				refs = append(refs, h.Ref)
			}
			faults := p.Faults(rapid.SampledFrom(refs).Draw(t, "thing"))
			if len(faults) == 0 || rapid.Bool().Draw(t, "a knob") {
				k := rapid.SampledFrom(p.Knobs()).Draw(t, "knob")
				require.NoError(t, p.Do("knob", Args{"name": k.Name, "value": rapid.SampledFrom(append(k.Choices, k.Try...)).Draw(t, "value")}))
			} else {
				require.NoError(t, p.Do("fault", rapid.SampledFrom(faults).Draw(t, "fault").Args()))
			}
			for p.Making() > 0 {
				p.Advance(time.Second)
			}
			id, d := p.Compared()
			require.True(t, id > 0 || len(p.Runs()) == 1)
			require.LessOrEqual(t, d.This, p.story.Len())
			p.Layout(1440, 900)
			p.Said()
			require.NoError(t, p.Do("end", nil))
			p.Layout(390, 844)
			require.LessOrEqual(t, len(p.Snapshot()), 2000)
		}
	})
}

func TestAComparisonShowsBothHalvesAndWhereTheyPartAndCostsNoMemoryInAFrame(t *testing.T) {
	p := forked(t)
	do(t, p, "fault", "do=slow 5ms")
	_, d := p.Compared()
	said := ""
	for _, f := range p.Said() {
		said += f.Text + "\n"
	}
	require.Contains(t, said, "above: this run, below: the other run")
	require.Contains(t, said, "above: this run: "+d.ThisText+"\n")
	require.Contains(t, said, "below: the other run: "+d.OtherText+"\n")
	frame := func() {
		p.touch()
		p.Layout(1440, 900)
	}
	frame()
	with := len(p.list.Front)
	allocs := testing.AllocsPerRun(50, frame)
	do(t, p, "compare", "id=off")
	frame()
	require.Greater(t, with, len(p.list.Front)+20, "the other run has spans of its own")
	require.LessOrEqual(t, allocs, testing.AllocsPerRun(50, frame))
	sign := scene.Hit{Ref: scene.Ref{Kind: scene.RefTimeline, Num: int64(d.This)}}
	clickable := func() bool {
		return slices.ContainsFunc(p.Layout(1440, 900).Hits, func(h scene.Hit) bool { return h.Ref == sign.Ref })
	}
	require.False(t, clickable())
	do(t, p, "compare")
	require.True(t, clickable(), "the sign leads to where they part")
}

func TestASessionsMenuHasTheServerAskForItsSlots(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=layout-recall", "seed=42")
	do(t, p, "seek", "instant="+itoa(p.story.Len()*3/4))
	faults := p.Faults(scene.Ref{Kind: scene.RefSession, Num: 1})
	require.Equal(t, "recall-slots 1", faults[0].Do)
	calls := func() int {
		return strings.Count(strings.Join(texts(p, p.story.Len()), "\n"), "service=NFSv4 callback")
	}
	before := calls()
	require.NoError(t, p.Do("fault", faults[0].Args()))
	require.Equal(t, before+1, calls(), "the client is called once more")
}

func TestAnAnswerThatWasGivenStaysGivenInAFork(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "predict", "id=next", "ask=rpc_task_sleep queue=xprt_backlog item=read[8]", "about=rpc_task_run_action action=call_reserveresult",
		"choices=read[1], read[2], read[3], read[4], read[5], read[6], read[7], read[8]")
	do(t, p, "fault", "do=slow 1ms", "at=3")
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, 1e9)
	require.Equal(t, "next", p.Asking(), "it was not answered: the fork asks it too")
	do(t, p, "answer", "id=next", "choice=read[8]")
	do(t, p, "fault", "do=reset")
	require.Empty(t, p.Asking())
	do(t, p, "play")
	watchFor(p, 1e9)
	require.Equal(t, p.story.Len()-1, p.Instant(), "nothing is asked again")
}
