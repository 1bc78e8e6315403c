package scene

// zoom is by how much what is being drawn will be enlarged, and around which point; the zero value is not at all.
type zoom struct{ k, x, y float32 }

// zoomSteps are the enlargements that there are: few, so that letters come in few sizes.
var zoomSteps = [...]float32{2, 1.75, 1.5, 1.25}

// zoomed draws into r something that w by h pixels are comfortable for. Where r is much larger, because the part is shown
// alone, what is drawn is made larger as well.
func (b *builder) zoomed(r box, w, h float32, draw func(r box)) {
	k := float32(1)
	for _, step := range zoomSteps {
		if r.w >= step*w && r.h >= step*h {
			k = step
			break
		}
	}
	if k == 1 || b.zoom.k != 0 {
		draw(r)
		return
	}
	items := &b.l.Front
	if b.back {
		items = &b.l.Back
	}
	first, hits, places := len(*items), len(b.l.Hits), len(b.l.Places)
	z := zoom{k, r.x, r.y}
	b.zoom = z
	draw(box{r.x, r.y, r.w / k, r.h / k})
	b.zoom = zoom{}
	for i := range (*items)[first:] {
		z.item(&(*items)[first+i])
	}
	for i := range b.l.Hits[hits:] {
		t := &b.l.Hits[hits+i]
		t.X, t.Y = z.at(t.X, t.Y)
		t.W, t.H = t.W*k, t.H*k
	}
	for i := range b.l.Places[places:] {
		t := &b.l.Places[places+i]
		t.X, t.Y = z.at(t.X, t.Y)
	}
}

// at is where a point will be.
func (z zoom) at(x, y float32) (float32, float32) { return z.x + (x-z.x)*z.k, z.y + (y-z.y)*z.k }

// from is at's inverse.
func (z zoom) from(x, y float32) (float32, float32) {
	if z.k == 0 {
		return x, y
	}
	return z.x + (x-z.x)/z.k, z.y + (y-z.y)/z.k
}

func (z zoom) item(it *Item) {
	it.X, it.Y = z.at(it.X, it.Y)
	for _, v := range [...]*float32{&it.W, &it.H, &it.R, &it.Width, &it.Dash, &it.Size, &it.Track} {
		*v *= z.k
	}
	for i := range it.Pts {
		it.Pts[i].X, it.Pts[i].Y = z.at(it.Pts[i].X, it.Pts[i].Y)
	}
}
