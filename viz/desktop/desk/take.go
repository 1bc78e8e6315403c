package desk

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sunscope/viz/stage"
)

// openShare opens the list of what can be taken along.
func (d *Desk) openShare() {
	d.openChooser(&chooser{
		title: d.either("Take it along", "导出"),
		hint:  d.either("Type to search", "输入文字可搜索"),
		fill: func(query string) []choice {
			var list []choice
			add := func(line, en, zh, detail string) {
				if fits(query, en+" "+zh+" "+detail) {
					list = append(list, choice{label: d.either(en, zh), detail: detail, line: line})
				}
			}
			add("picture", "Picture of the window", "窗口的图片", "png")
			add("export format=png", "Picture of the stage", "舞台的图片", "png")
			add("link", "Link to this moment", "这一刻的链接", "URL")
			add("export format=svg", "Drawing of the stage", "舞台的图形", "svg")
			add("export format=apng", "Animation of what the timeline shows", "时间线所示部分的动画", "apng")
			add("export format=ftrace", "Trace file as the kernel writes it", "内核格式的跟踪文件", "ftrace")
			add("export format=pcapng", "Capture for Wireshark", "供 Wireshark 使用的数据包", "pcapng")
			add("export format=perfetto", "Trace for ui.perfetto.dev", "供 ui.perfetto.dev 使用的跟踪", "json")
			add("export format=csv", "Table of tasks", "任务表", "csv")
			return list
		},
	})
}

// showLink shows a link to the present moment. There is no clipboard here: it also goes to standard output, from where it
// can be copied, and whoever gets it opens it with -link, or behind # of the page's address.
func (d *Desk) showLink(fragment string) {
	d.Print(fragment)
	d.openChooser(&chooser{
		title: d.either("Link to this moment", "这一刻的链接"),
		hint:  fragment,
		text: d.either("Also printed to standard output. Open it with -link, or in the page behind the # of its address.",
			"也已在命令行输出。用 -link 打开，或放在网页地址的 # 之后。"),
		fill: func(string) []choice { return nil },
	})
	d.chooser.field.set(fragment)
}

// keepFile writes a file that was made under its name, or under the first free one after it: nothing is overwritten.
func (d *Desk) keepFile(f *stage.File) error {
	out, err := Create(f.Name)
	if err != nil {
		return err
	}
	if _, err = out.Write(f.Data); err == nil {
		err = out.Close()
	} else {
		out.Close()
	}
	if err != nil {
		return pathError(out.Name(), err)
	}
	d.Tell(d.Saved(out.Name()) + " (" + strconv.Itoa((len(f.Data)+1023)/1024) + " kB)")
	return nil
}

// Create makes a new file of that name in the present folder; if there is one already, name-2 and so on. It never opens a
// file that exists.
func Create(name string) (*os.File, error) {
	ending := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ending)
	for n := 1; ; n++ {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, os.ErrExist) {
			if err != nil {
				return nil, pathError(name, err)
			}
			return f, nil
		}
		name = stem + "-" + strconv.Itoa(n+1) + ending
	}
}
