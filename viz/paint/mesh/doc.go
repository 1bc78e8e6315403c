// Package mesh turns a display list into triangles: plain Go, no graphics library, so that everything about drawing
// except the drawing itself is tested without a display.
//
// A [Builder] walks the items of a scene.List and fills two slices that it uses again for the next picture. All
// triangles take their coverage from one [Atlas], so that a whole picture is one draw call:
//
//   - rectangles are nine-slices of a mask, rasterised once per corner radius and stroke width;
//   - glyphs are masks rasterised once per face, pixel size and rune, set at whole pixels;
//   - lines, arcs and triangles use the atlas' white spot; their soft edge is a strip one pixel wide along which the
//     vertices' alpha runs to 0.
//
// Vertex colours are premultiplied. Positions are pixels of the destination, atlas coordinates are texels; neither needs
// filtering: masks are only ever drawn texel on pixel, or stretched where they are constant.
//
// Once every radius and rune of a picture has been seen, building it allocates nothing; a test holds that.
package mesh
