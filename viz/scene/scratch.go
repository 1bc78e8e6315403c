package scene

type scratch struct{}
