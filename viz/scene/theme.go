package scene

import "image/color"

// Theme gives each role its colour. Roles that fill are opaque; an Item's Alpha makes them lighter.
type Theme [colorCount]color.RGBA

func rgb(v uint32) color.RGBA {
	return color.RGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

// Dark is for a dark room and for screens, Light for a bright one, Projector for a projector that washes out: light,
// with outlines and text as dark as they get. In each of them all text has a contrast of at least 4.5 (WCAG 2 AA) to
// what is behind it; a test measures that on whole pictures.
var (
	Dark = Theme{
		Ground: rgb(0x0B1018), Panel: rgb(0x121A27), PanelEdge: rgb(0x202C3E), Inset: rgb(0x182233), InsetEdge: rgb(0x2B394E),
		Ink: rgb(0xE8EEF6), InkDim: rgb(0xA3B4C9), InkFaint: rgb(0x8396AE),
		Rail: rgb(0x34445C), RailThin: rgb(0x2C3A4F), RailLit: rgb(0xF0E442),
		Station: rgb(0x1A2638), StationEdge: rgb(0x3B4C66), StationLit: rgb(0x22364B),
		Awake: rgb(0xF2F6FB), AwakeInk: rgb(0x0B1018), Asleep: rgb(0x4A5B73), AsleepInk: rgb(0xF2F6FB),
		Call: rgb(0x56B4E9), Reply: rgb(0x2BB38A), Callback: rgb(0xE69F00), Retrans: rgb(0xCC79A7), Trouble: rgb(0xE8663C),
		OnMessage: rgb(0x06121C),
		CallText:  rgb(0x6FC0EE), ReplyText: rgb(0x3FC59B), CallbackText: rgb(0xEDAE24), RetransText: rgb(0xD992B9), TroubleText: rgb(0xF2825C),
		Playhead: rgb(0xF0E442), Focus: rgb(0xFFFFFF), Hover: rgb(0x8FB4DA),
		LaneRun: rgb(0xDCE6F2), LaneReady: rgb(0x8296B0), LaneBacklog: rgb(0x6A4E14), LaneWire: rgb(0x23506D), LaneLock: rgb(0x5C3A55),
		LaneIdle: rgb(0x39475C), LaneReply: rgb(0x2BB38A), LaneMark: rgb(0x0B1018),
		Inferred: rgb(0x8396AE),
	}
	Light = Theme{
		Ground: rgb(0xE9EDF2), Panel: rgb(0xFFFFFF), PanelEdge: rgb(0xD3DBE5), Inset: rgb(0xF3F6F9), InsetEdge: rgb(0xC9D3DF),
		Ink: rgb(0x16202C), InkDim: rgb(0x46566A), InkFaint: rgb(0x5B6B80),
		Rail: rgb(0xBCC8D6), RailThin: rgb(0xCFD8E3), RailLit: rgb(0x9A5B00),
		Station: rgb(0xFBFCFE), StationEdge: rgb(0x93A3B7), StationLit: rgb(0xE2EEF8),
		Awake: rgb(0x16202C), AwakeInk: rgb(0xFFFFFF), Asleep: rgb(0xC4CEDA), AsleepInk: rgb(0x16202C),
		Call: rgb(0x56B4E9), Reply: rgb(0x2BB38A), Callback: rgb(0xE69F00), Retrans: rgb(0xCC79A7), Trouble: rgb(0xE8663C),
		OnMessage: rgb(0x06121C),
		CallText:  rgb(0x0A6296), ReplyText: rgb(0x0B6B50), CallbackText: rgb(0x7D5300), RetransText: rgb(0x96417A), TroubleText: rgb(0xA93A12),
		Playhead: rgb(0x9A5B00), Focus: rgb(0x0B1018), Hover: rgb(0x3F79B0),
		LaneRun: rgb(0x3A4C63), LaneReady: rgb(0x8FA0B5), LaneBacklog: rgb(0xE9C577), LaneWire: rgb(0x9FD2F0), LaneLock: rgb(0xDDB3CF),
		LaneIdle: rgb(0xD5DDE7), LaneReply: rgb(0x2BB38A), LaneMark: rgb(0x16202C),
		Inferred: rgb(0x5B6B80),
	}
	Projector = Theme{
		Ground: rgb(0xFFFFFF), Panel: rgb(0xFFFFFF), PanelEdge: rgb(0x6B7A8D), Inset: rgb(0xF6F8FA), InsetEdge: rgb(0x7E8DA0),
		Ink: rgb(0x000000), InkDim: rgb(0x1F2A37), InkFaint: rgb(0x364456),
		Rail: rgb(0x8595A8), RailThin: rgb(0xA5B2C1), RailLit: rgb(0xB00020),
		Station: rgb(0xFFFFFF), StationEdge: rgb(0x2A3646), StationLit: rgb(0xCFE6F7),
		Awake: rgb(0x000000), AwakeInk: rgb(0xFFFFFF), Asleep: rgb(0xB9C4D1), AsleepInk: rgb(0x000000),
		Call: rgb(0x56B4E9), Reply: rgb(0x2BB38A), Callback: rgb(0xE69F00), Retrans: rgb(0xD58BB4), Trouble: rgb(0xEE7A54),
		OnMessage: rgb(0x000000),
		CallText:  rgb(0x004F80), ReplyText: rgb(0x00573F), CallbackText: rgb(0x664300), RetransText: rgb(0x7D2A63), TroubleText: rgb(0x8F2A06),
		Playhead: rgb(0xB00020), Focus: rgb(0x000000), Hover: rgb(0x1D5C97),
		LaneRun: rgb(0x1C2836), LaneReady: rgb(0x7A8BA0), LaneBacklog: rgb(0xF0BE55), LaneWire: rgb(0x7CC4EC), LaneLock: rgb(0xD493C0),
		LaneIdle: rgb(0xC3CDD9), LaneReply: rgb(0x1E9A75), LaneMark: rgb(0x000000),
		Inferred: rgb(0x364456),
	}
)
