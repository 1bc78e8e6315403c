// Package paint puts display lists (scene.List) on an Ebitengine image. It is thin: package mesh makes the triangles, a
// [Painter] keeps the atlas on the GPU and the background in an image, and a picture is then one copy and one
// DrawTriangles32.
//
// What was rejected, and why: Ebitengine's vector package rasterises each path anew into a stencil image, which a
// software GPU pays for in every frame (4 frames a second instead of 89 for 300 tokens), and its text package shapes
// text, which costs a learner a megabyte of download. Neither is imported; a test keeps it so.
package paint
