package stage

import "github.com/hajimehoshi/ebiten/v2"

var cursorShapes = [...]ebiten.CursorShapeType{
	CursorPlain: ebiten.CursorShapeDefault, CursorPress: ebiten.CursorShapePointer,
	CursorEdge: ebiten.CursorShapeEWResize, CursorMove: ebiten.CursorShapeMove,
}
