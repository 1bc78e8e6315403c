package desk

import (
	"maps"
	"strings"

	"sunscope/viz/prose"
	"sunscope/viz/stage"
)

// askMark goes before a question's id in the watch that marks its moment.
const askMark = "ask:"

// takeStock brings the reader's progress up to date with the player.
func (d *Desk) takeStock() {
	d.takePalette()
	d.followProc()
	notes := d.Player.Notes()
	if len(notes) == 0 && d.seen == d.Player.Revision() {
		return
	}
	d.seen = d.Player.Revision()
	was := d.progress
	now := prose.Progress{Told: map[string]bool{}, Open: was.Open, Away: d.away(), Questions: map[string]prose.Question{}}
	if now.Away {
		now.Told, now.Played = was.Told, d.Player.Source().Name
	}
	for _, q := range d.page.Lesson().Questions {
		st := was.Questions[q.ID]
		st.Come = false
		st.Asked = d.Player.Asking() == q.ID
		st.Skipped = st.Skipped && !st.Asked
		st.Choices = strings.Join(d.Player.Choices(q.ID), ",")
		now.Questions[q.ID] = st
	}
	d.takeMarks(&now)
	for _, n := range notes {
		d.hear(&now, n)
	}
	if same(&was, &now) {
		return
	}
	d.progress = now
	d.told++
	d.follow(&was)
}

// takeMarks finds the passages that were told, and the one that the run is in.
func (d *Desk) takeMarks(now *prose.Progress) {
	latest := -1
	for _, m := range d.Player.Marks() {
		reached := m.Instant >= 0 && m.Instant <= d.Player.Furthest()
		if id, ok := strings.CutPrefix(m.ID, askMark); ok {
			if q, ok := now.Questions[id]; ok {
				q.Come = reached && !now.Away
				now.Questions[id] = q
			}
			continue
		}
		if now.Away {
			continue // such a moment of a recording is none of the lesson's
		}
		now.Told[m.ID] = reached || m.Instant < 0 // never in this run: nothing to wait for
		if m.Instant >= latest && m.Instant >= 0 && m.Instant <= d.Player.Instant() {
			now.Now, latest = m.ID, m.Instant
		}
	}
}

// hear takes in something that happened at the stage.
func (d *Desk) hear(now *prose.Progress, n stage.Note) {
	q, known := now.Questions[n.ID]
	switch {
	case n.Kind == stage.WantedFile:
		if d.browser == nil && !d.Loading() && d.Player.Source().Hash != n.ID {
			d.Say(d.openBrowser())
		}
	case n.Kind == stage.Linked:
		d.showLink(n.Why)
	case n.Kind == stage.Stopped:
		d.Tell(d.either("Stopped: ", "已停在：") + n.Why)
	case n.Kind == stage.Wanted && own(n.ID) != nil:
		d.Do(n.ID)
	case n.Kind == stage.Wanted:
		d.Wanted = append(d.Wanted, n.ID)
	case n.Kind == stage.Exported:
		d.Say(d.keepFile(&n.File))
	case n.Kind == stage.Warned:
		d.notice = notice{text: n.Why, left: noticeTime}
		d.touch()
		d.Complain(n.Why)
	case n.Kind == stage.Asked && known:
		d.showLesson()                        // that is where it is asked
		if d.progress.Questions[n.ID].Asked { // again: the reader tried to go on
			d.Tell(d.words().answerFirst)
		}
		d.reveal("predict-" + n.ID)
	case n.Kind == stage.Graded && known:
		q.Truth, q.Right, q.Seen, q.Why = n.Verdict.Truth, n.Verdict.Right, n.Seen, n.Why
		q.Decided = n.Verdict.Instant
		now.Questions[n.ID] = q
		d.reveal("predict-" + n.ID)
	}
}

// follow scrolls to what has just been reached while the run plays.
func (d *Desk) follow(was *prose.Progress) {
	if d.Player.Playing() && d.progress.Now != "" && d.progress.Now != was.Now && !was.Told[d.progress.Now] {
		d.reveal(d.progress.Now)
	}
}

// forgetAnswers begins anew: another run is played. What was told stays until the lesson's run says otherwise.
func (d *Desk) forgetAnswers() {
	d.progress = prose.Progress{Open: d.progress.Open, Told: d.progress.Told}
	d.told++
	d.seen = 0
}

func same(a, b *prose.Progress) bool {
	return a.Now == b.Now && a.Open == b.Open && a.Away == b.Away && a.Played == b.Played && maps.Equal(a.Told, b.Told) && maps.Equal(a.Questions, b.Questions)
}
