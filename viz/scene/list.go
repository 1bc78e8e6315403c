package scene

import "sunscope/viz/scene/face"

// Color is a role, not a value: a theme says what it looks like, so that one display list serves every theme.
type Color uint8

// The roles. Message colours say what kind of message something is, and a shape or a word always says it too. The
// ...Text roles are the same hues where they colour letters or thin lines instead of filling a body.
const (
	NoColor Color = iota
	Ground        // behind everything
	Panel         // a room: client, wire, server, timeline
	PanelEdge
	Inset // a bay, a bench, a row inside a panel
	InsetEdge
	Ink      // text
	InkDim   // secondary text
	InkFaint // hints, numbers on an axis
	Rail     // an edge of the state map
	RailThin // an edge off the main line
	RailLit  // an edge that was just taken
	Station  // a state's body
	StationEdge
	StationLit // a state that some task is in
	Awake      // a task that runs: pill body
	AwakeInk   // text on it
	Asleep     // a task that sleeps
	AsleepInk
	Call // message colours: design palette
	Reply
	Callback
	Retrans
	Trouble
	OnMessage // text on a message colour
	CallText
	ReplyText
	CallbackText
	RetransText
	TroubleText
	Playhead
	Focus // ring around what is selected
	Hover // ring around what is pointed at
	LaneRun
	LaneReady // woken, and no thread has it yet
	LaneBacklog
	LaneWire
	LaneLock
	LaneIdle
	LaneReply
	LaneMark // the pattern on a lane's colour
	Inferred // outline of what is a guess
	colorCount
)

// Font is a face of the project's own fonts.
type Font = face.Font

// The faces. Every face falls back to a CJK face for runes that it lacks.
const (
	Sans     = face.Sans
	SansBold = face.SansBold
	Mono     = face.Mono
	MonoBold = face.MonoBold
)

// Op is what an item draws.
type Op uint8

// The operations.
const (
	OpRect Op = iota // X,Y,W,H with corner radius R; filled and/or stroked inside its edge; Dash > 0 dashes the stroke
	OpLine           // Pts as a polyline of width Width; Dash > 0 makes dashes of that length
	OpArc            // ring segment around X,Y: radius R, width Width, from turn A0 to A1 (0 is up, clockwise, 1 is a full turn)
	OpTri            // filled triangle of three Pts
	OpText           // Text at X (by Align), baseline at Y
)

// Align places a text relative to its X.
type Align uint8

// Left, Center and Right say which part of the text is at X.
const (
	Left Align = iota
	Center
	Right
)

// Point is a position in CSS pixels from the upper left corner of the view.
type Point struct{ X, Y float32 }

// Item is one thing to draw. Lengths are CSS pixels; the painter multiplies by the device's scale.
type Item struct {
	Op         Op
	X, Y, W, H float32
	R          float32
	Width      float32 // of the stroke of an OpRect, OpLine, OpArc
	Dash       float32
	A0, A1     float32
	Fill       Color // NoColor: not filled. For OpLine and OpArc the stroke's colour is Stroke
	Stroke     Color
	Alpha      uint8 // 255 is opaque
	Font       Font
	Align      Align
	Size       float32 // of text, CSS pixels; never below 11
	Track      float32 // extra space after each rune of a text
	Text       string
	Pts        []Point
}

// RefKind says what a thing on the picture stands for.
type RefKind uint8

// The kinds of things that can be selected.
const (
	RefNone RefKind = iota
	RefTask
	RefPacket
	RefState
	RefSlot
	RefQueue
	RefThread
	RefXprt
	RefWorkQueue
	RefTimeline     // Num is an ordinal
	RefEvent        // Num is an ordinal: a line of an inspected task's story
	RefField        // Num is an index into Inspection.Fields
	RefHost         // Num is a HostID: whose room the client's is
	RefRead         // Num is an XprtID: what its receiver read last
	RefCallback     // Num is its XID
	RefCallbackPool // the requests of bc_pa_list
	RefBackChannel  // Name is the client, as nfsd prints it
	RefSvcXprt      // Name is its addresses: "10.0.0.1:2049 10.0.0.2:908"
	RefServed       // Num is the XID of a call that nfsd has answered
	RefMarker       // Num is an ordinal: a moment marked on the timeline
	RefOverview     // the strip of the whole run; RefLanes the lanes' names, RefAxis the times below
	RefLanes
	RefAxis
	RefSession // Num is a SessionID
	RefLegend  // what the timeline's signs mean
)

// Ref names a thing on the picture.
type Ref struct {
	Kind RefKind
	Num  int64  // TaskID, PacketID, fsm.State, slot number, thread pid, XprtID
	Name string // queue or work queue
}

// Hit is an area that answers to a pointer. Later ones lie on top.
type Hit struct {
	X, Y, W, H float32
	Ref        Ref
}

// Phrase is a piece of the text twin: what the picture shows, in words, under a heading.
type Phrase struct {
	Level int // 1, 2: heading; 0: a line
	Text  string
	Ref   Ref
}

// Place is where a thing that can glide is drawn. Ref and Part name it; Part tells apart the several places of one
// task (its pill on the map, its seat on a bench, its bay).
type Place struct {
	Ref  Ref
	Part uint8
	X, Y float32
}

// List is one picture. Back changes only with the view and the theme and is cached by the painter under BackKey;
// Front is drawn each time. Everything in both is a plain value: two equal Lists are the same picture.
type List struct {
	W, H    float32
	Back    []Item
	BackKey uint64
	Front   []Item
	Hits    []Hit
	Said    []Phrase
	Places  []Place // of what can glide, in a fixed order; see Glide

	scratch scratch // memory that LayoutInto uses again
}
