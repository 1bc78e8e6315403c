// Command probe does what depends on the tables that the runtime keeps of functions, and prints what happened. Its test runs it before
// and after slimming and compares. With the argument "fall" it ends in a panic that nobody recovers.
package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "fall" {
		fall(3)
	}
	panics()
	recovers()
	stacks()
	goroutines()
	reflection()
	frames()
	finalizers()
}

//go:noinline
func fall(n int) {
	if n > 0 {
		fall(n - 1)
	}
	panic(fmt.Sprintf("boom %d", n))
}

// caught runs a function and tells how it ended.
func caught(what string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			err, _ := r.(runtime.Error)
			fmt.Printf("%s: recovered %v (%T, runtime error %t)\n", what, r, r, err != nil)
			return
		}
		fmt.Printf("%s: no panic\n", what)
	}()
	f()
}

type value struct{ n int }

func (v value) get() int { return v.n }

type getter interface{ get() int }

// hidden keeps the compiler from seeing which type it is.
//
//go:noinline
func hidden(v *value) getter { return v }

func panics() {
	var none *value
	var nothing getter
	var empty []int
	var anything any = "text"
	zero := len(empty)
	caught("nil pointer", func() { fmt.Println(none.n) })
	caught("value method of a nil pointer", func() { hidden(none).get() })
	caught("nil interface", func() { nothing.get() })
	caught("index", func() { empty[zero+3] = 1 })
	caught("division", func() { fmt.Println(1 / zero) })
	caught("type assertion", func() { fmt.Println(anything.(getter)) })
	caught("nil map", func() { map[string]int(nil)["a"] = 1 })
	caught("own error", func() { panic(errors.New("own")) })
	caught("panic in a deferred call", func() {
		defer func() { panic("second") }()
		panic("first")
	})
	caught("recovered and again", func() {
		defer func() { panic(fmt.Sprint(recover(), " again")) }()
		panic("once")
	})
}

// rescuer recovers in a method, which is deferred through an interface and through a wrapper.
type rescuer struct{ said string }

func (r rescuer) rescue()         { fmt.Println(r.said, "rescued:", recover()) }
func (r *rescuer) helpless()      { r.ask() }
func (r *rescuer) ask()           { fmt.Println(r.said, "one call too far:", recover()) }
func inlined(r rescuer, n int)    { more(r, n) }
func more(r rescuer, n int)       { askDeep(r, n) }
func askDeep(r rescuer, n int)    { fmt.Println(r.said, n, "too far:", recover()) }
func direct(said string, n int)   { fmt.Println(said, n, "rescued:", recover()) }
func deferred(f func(int), n int) { defer f(n); panic("deferred") }

type helper interface{ rescue() }

func recovers() {
	r := rescuer{"rescuer"}
	caught("method", func() { defer r.rescue(); panic("a") })
	caught("method of a pointer", func() { p := &r; defer p.rescue(); panic("b") })
	caught("method of an interface", func() { var h helper = &r; defer h.rescue(); panic("c") })
	caught("not from a helper", func() { defer r.helpless(); panic("d") })
	caught("not from a helper of an inlined function", func() { defer inlined(r, 5); panic("e") })
	caught("a function with arguments", func() { defer direct("direct", 6); panic("f") })
	caught("not by itself", func() { defer recover(); panic("g") })
	caught("in a loop", func() {
		for i := range 3 {
			defer direct("loop", i)
		}
		panic("h")
	})
	caught("through a function value", func() { deferred(func(n int) { fmt.Println("value", n, recover()) }, 7) })
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("goexit:", recover()) }()
		runtime.Goexit()
	}()
	<-done
}

type node struct {
	next *node
	n    int
	pad  [5]*int
}

// deep keeps pointers in every frame, collects at the bottom, and sums what the frames point to on the way back.
//
//go:noinline
func deep(n int, prev *node) int {
	var local [8]*int
	here := &node{next: prev, n: n}
	for i := range local {
		local[i] = new(n + i)
		here.pad[i%5] = local[i]
	}
	if n == 0 {
		runtime.GC()
		runtime.GC()
		return len(strings.Repeat("x", 1<<16))
	}
	sum := deep(n-1, here)
	for i := range local {
		sum += *local[i] - *here.pad[i%5] + here.n
	}
	return sum
}

func stacks() {
	fmt.Println("deep:", deep(20000, nil))
	var all []*node
	for i := range 200000 {
		n := &node{n: i}
		if i%1000 == 0 {
			all = append(all, n)
		}
	}
	runtime.GC()
	sum := 0
	for _, n := range all {
		sum += n.n
	}
	fmt.Println("kept:", len(all), sum)
}

func goroutines() {
	var wait sync.WaitGroup
	var mu sync.Mutex
	sums := map[int]int{}
	in := make(chan int)
	for w := range 20 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for n := range in {
				s := deep(n%50, nil)
				mu.Lock()
				sums[n] = s + w - w
				mu.Unlock()
				runtime.Gosched()
			}
		}()
	}
	runtime.Gosched()
	fmt.Println("goroutines:", runtime.NumGoroutine())
	for n := range 300 {
		select {
		case in <- n:
		case <-time.After(time.Minute):
		}
	}
	close(in)
	wait.Wait()
	total := 0
	for _, s := range sums {
		total += s
	}
	fmt.Println("sums:", len(sums), total)
	caught("in another goroutine", func() {
		errs := make(chan any)
		go func() {
			defer func() { errs <- recover() }()
			fall(2)
		}()
		panic(<-errs)
	})
}

// reflection collects garbage while the frames of reflect's stubs are on the stack.
func reflection() {
	swap := reflect.MakeFunc(reflect.TypeFor[func(*int, string) (string, *int)](), func(in []reflect.Value) []reflect.Value {
		s := deep(3000, nil)
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(in[1], s)), in[0]}
	}).Interface().(func(*int, string) (string, *int))
	text, p := swap(new(42), "swapped")
	fmt.Println("MakeFunc:", text, *p)
	method := reflect.ValueOf(&carrier{new(7)}).MethodByName("Carry").Interface().(func(*int) *int)
	fmt.Println("method value:", *method(new(35)))
	fmt.Printf("%T %T %v\n", method, carrier{}, reflect.TypeFor[carrier]())
}

type carrier struct{ p *int }

func (c *carrier) Carry(q *int) *int {
	deep(3000, nil)
	return new(*c.p + *q)
}

//go:noinline
func callers(n int) int {
	if n > 0 {
		return callers(n - 1)
	}
	return runtime.Callers(0, make([]uintptr, 100))
}

func frames() { fmt.Println("callers:", callers(10)-callers(0), callers(50)-callers(30)) }

func finalizers() {
	done := make(chan string, 2)
	func() {
		n := &node{n: 1}
		runtime.SetFinalizer(n, func(*node) { done <- "finalized" })
		runtime.AddCleanup(&node{n: 2}, func(s string) { done <- s }, "cleaned up")
	}()
	for range 5 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	got := map[string]bool{<-done: true, <-done: true}
	fmt.Println("finalizers:", got)
}
