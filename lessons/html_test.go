package lessons

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPassageCarriesTheEventItWaitsFor(t *testing.T) {
	l := parse(t, "::: await rpc_task_sleep queue=\"gss pipe version\"\n## Sleep\n:::\n")
	require.Equal(t, "<section class=\"await\" id=\"await-1\" data-await=\"rpc_task_sleep queue=&#34;gss pipe version&#34;\">\n"+
		"<div class=\"passage\">\n<h2>Sleep</h2>\n</div>\n</section>\n", string(l.HTML(Words{})))
}

func TestAQuestionIsAFieldsetWithALabelledRadioButtonForEachChoice(t *testing.T) {
	l := parse(t, "::: predict next-up\nask: rpc_task_end\nabout: rpc_task_wakeup\nchoices: read[3], read[4]\n\nWhich?\n:::\n")
	html := string(l.HTML(Words{Predict: "Predict", Answer: "Answer", Skip: "Skip"}))
	require.Contains(t, html, `data-predict="next-up" data-ask="rpc_task_end" data-about="rpc_task_wakeup" data-choices="read[3],read[4]"`)
	require.Contains(t, html, "<fieldset>\n<legend>Predict</legend>")
	require.Contains(t, html, `role="radiogroup" aria-labelledby="question-next-up"`)
	require.Contains(t, html, `<label><input type="radio" required name="next-up" value="read[4]"><span>read[4]</span></label>`)
	require.Contains(t, html, `role="status"`)
	require.NotContains(t, html, "ask: rpc_task_end", "the question's head is not its text")
}

func TestRawHTMLIsLeftOutAndTextEscaped(t *testing.T) {
	l := parse(t, "a <b onclick=x>bold</b> & `<i>`\n\n<script>alert(1)</script>\n\n[go](javascript:alert(1))\n")
	html := string(l.HTML(Words{}))
	require.Equal(t, "<p>a bold &amp; <code>&lt;i&gt;</code></p>\n<p><a href=\"\">go</a></p>\n", html)
}

func TestTablesArePrinted(t *testing.T) {
	require.Contains(t, string(parse(t, "|a|b|\n|-|-|\n|1|2|\n").HTML(Words{})), "<td>2</td>")
}

func TestChecksAreNotShown(t *testing.T) {
	require.Equal(t, "<p>x</p>\n", string(parse(t, "x\n\n::: check rpc_task_end\n:::\n").HTML(Words{})))
}
