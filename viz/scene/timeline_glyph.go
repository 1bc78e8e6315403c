package scene

import "sunscope/core/story"

// glyph is a small sign on the timeline. Each has a shape of its own besides its colour.
type glyph uint8

// The signs, in the order of the legend.
const (
	glyphCall       glyph = iota // triangle
	glyphReply                   // square
	glyphCallback                // diamond
	glyphHandshake               // small ring
	glyphReset                   // square with a gap across
	glyphRetrans                 // two triangles, one behind the other
	glyphLost                    // cross
	glyphError                   // disc
	glyphTimeout                 // hourglass
	glyphDisconnect              // two bars
	glyphConnect                 // ring with a dot
	glyphFull                    // half full square
	glyphFault                   // triangle on its tip
	glyphMatch                   // ring of the search
	glyphCount
)

var markGlyphs = [story.MarkerKinds]glyph{
	story.MarkFault: glyphFault, story.MarkError: glyphError, story.MarkTimeout: glyphTimeout,
	story.MarkDisconnect: glyphDisconnect, story.MarkRetransmit: glyphRetrans, story.MarkLost: glyphLost,
	story.MarkFull: glyphFull, story.MarkCallback: glyphCallback, story.MarkConnect: glyphConnect,
}

var wayGlyphs = [story.WireKinds]glyph{
	story.WireHandshake: glyphHandshake, story.WireReply: glyphReply, story.WireCall: glyphCall,
	story.WireCallback: glyphCallback, story.WireRetrans: glyphRetrans, story.WireReset: glyphReset, story.WireLost: glyphLost,
}

// glyph draws a sign around x, y; r is half its height.
func (b *builder) glyph(g glyph, x, y, r float32) {
	switch g {
	case glyphCall:
		b.tri(CallText, Point{x - 0.8*r, y - r}, Point{x - 0.8*r, y + r}, Point{x + r, y})
	case glyphReply:
		b.fill(box{x - 0.8*r, y - 0.8*r, 1.6 * r, 1.6 * r}, 0, ReplyText)
	case glyphCallback:
		b.tri(Callback, Point{x - r, y}, Point{x, y - r}, Point{x + r, y})
		b.tri(Callback, Point{x - r, y}, Point{x, y + r}, Point{x + r, y})
	case glyphHandshake:
		b.frame(box{x - 0.7*r, y - 0.7*r, 1.4 * r, 1.4 * r}, 0.7*r, NoColor, InkDim, 1.25)
	case glyphReset:
		b.fill(box{x - r, y - r, 2 * r, 0.8 * r}, 0, TroubleText)
		b.fill(box{x - r, y + 0.2*r, 2 * r, 0.8 * r}, 0, TroubleText)
	case glyphRetrans:
		b.tri(RetransText, Point{x - r, y - r}, Point{x - r, y + r}, Point{x + 0.2*r, y})
		b.tri(RetransText, Point{x, y - r}, Point{x, y + r}, Point{x + 1.2*r, y})
	case glyphLost:
		b.line(TroubleText, 1.75, 0, Point{x - 0.8*r, y - 0.8*r}, Point{x + 0.8*r, y + 0.8*r})
		b.line(TroubleText, 1.75, 0, Point{x - 0.8*r, y + 0.8*r}, Point{x + 0.8*r, y - 0.8*r})
	case glyphError:
		b.fill(box{x - r, y - r, 2 * r, 2 * r}, r, Trouble)
	case glyphTimeout:
		b.tri(TroubleText, Point{x - r, y - r}, Point{x + r, y - r}, Point{x, y + 0.2*r})
		b.tri(TroubleText, Point{x - r, y + r}, Point{x + r, y + r}, Point{x, y - 0.2*r})
	case glyphDisconnect:
		b.fill(box{x - r, y - r, 0.7 * r, 2 * r}, 0, TroubleText)
		b.fill(box{x + 0.3*r, y - r, 0.7 * r, 2 * r}, 0, TroubleText)
	case glyphConnect:
		b.frame(box{x - r, y - r, 2 * r, 2 * r}, r, NoColor, ReplyText, 1.5)
		b.fill(box{x - 1, y - 1, 2, 2}, 0, ReplyText)
	case glyphFull:
		b.frame(box{x - r, y - r, 2 * r, 2 * r}, 0, NoColor, CallbackText, 1)
		b.fill(box{x - r, y - 0.2*r, 2 * r, 1.2 * r}, 0, CallbackText)
	case glyphFault:
		b.tri(CallbackText, Point{x - r, y - r}, Point{x + r, y - r}, Point{x, y + r})
		b.line(Ink, 1, 0, Point{x - r, y - r}, Point{x + r, y - r}, Point{x, y + r}, Point{x - r, y - r})
	case glyphMatch:
		b.frame(box{x - r, y - r, 2 * r, 2 * r}, r, NoColor, Playhead, 2)
	}
}
