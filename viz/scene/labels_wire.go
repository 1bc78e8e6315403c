package scene

// wireLabels are the words of the wire's and the server's rooms in one language.
type wireLabels struct {
	marker, last, goesOn, noMarker   string
	reads                            string
	toNobody, tree, treeEmpty, found string
	callbacks, noCallbacks, held     string
	pool, list, empty, answers, over string
	ago                              string
	calls                            string
	backClient, sameConn, ownConn    string
	replyCache, cameAgain            string
	listens, overtakes, of, nobody   string
	slots                            string
}

var wireEnglish = wireLabels{
	marker: "marker", last: "last", goesOn: "more follow", noMarker: "a datagram: no marker",
	reads:    "read",
	toNobody: "nobody: discarded", tree: "XID TREE", treeEmpty: "nobody waits for a reply", found: "found",
	callbacks: "CALLBACKS", noCallbacks: "none yet", held: "held",
	pool: "bc_pa_list", list: "sv_cb_list", empty: "empty", answers: "answers", over: "done",
	ago: "ago", calls: "calls",
	backClient: "CALLBACK CLIENT", sameConn: "over the client's connection", ownConn: "over a connection of its own",
	replyCache: "REPLY CACHE", cameAgain: "came again", listens: "listens", of: "of", nobody: "discarded", slots: "≈ slots", overtakes: "overtakes one that was sent before",
}

var wireChinese = wireLabels{
	marker: "标记", last: "最后", goesOn: "后面还有", noMarker: "数据报没有标记",
	reads:    "读取",
	toNobody: "没有人等：丢弃", tree: "XID 树", treeEmpty: "没有人在等应答", found: "已找到",
	callbacks: "回调", noCallbacks: "还没有", held: "持有",
	pool: "bc_pa_list", list: "sv_cb_list", empty: "空", answers: "应答", over: "结束",
	ago: "以前", calls: "调用",
	backClient: "回调客户端", sameConn: "使用客户端的连接", ownConn: "使用自己的连接",
	replyCache: "应答缓存", cameAgain: "再次到来", listens: "监听", of: "/", nobody: "丢弃", slots: "≈ 槽位", overtakes: "超过先发的",
}

// tw are the words of the wire's and the server's rooms.
func (b *builder) tw() *wireLabels {
	if b.tr == &chinese {
		return &wireChinese
	}
	return &wireEnglish
}
