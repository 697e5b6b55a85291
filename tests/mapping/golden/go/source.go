package store

import (
	"fmt"
	fsys "io/fs"
	_ "embed"
	. "strings"

	"gopkg.in/yaml.v3"
	"example.com/api/v2"
)

// Repo is a clone.
type Repo struct {
	Base
	*sync.Mutex
	URL, Ref string `json:"url"` // where it came from
	rows     map[string]Row
}

type Opener interface {
	fmt.Stringer
	Open(name string) (Row, error)
}

type Alias = Repo
type Handler func(Row) error

const (
	Queued State = iota
	Running
)
const Limit = 10

var ErrGone, ErrBusy = errors.New("gone"), errors.New("busy")

func (r *Repo) Clone(url string) error {
	const local = 1
	r.rows[url] = Row{Name: Limit}
	return fmt.Errorf("%w", r.Base.open(ErrGone))
}

func (Repo) String() string { return Title("repo") }

func (s *Set[T]) Add(v T) {}

func Map[K comparable, V any](in []K, f func(K) V) (
	out []V,
) {
	handler := func() { var inner = 1 }
	use(Queued, handler, api.New[int](3))
	return nil
}

// Number is what can be added.
type Number interface {
	~int | ~int64 | ~float64
	comparable
}

type (
	// Pair holds two values.
	Pair[K comparable, V any] struct {
		Left  K
		Right V
		_     struct{}
		inner struct {
			depth int
		}
	}
	Walker interface{ Walk(func(path string) error) error }
	State  uint8
)

//go:generate stringer -type=State
const (
	Idle State = iota + 1
	_
	Busy, Gone = iota, iota * 2
)

var (
	registry = map[string]func() Walker{
		"disk": func() Walker { return &disk{} },
	}
	_ Walker = (*disk)(nil)
)

type disk struct {
	*Repo
	mu  sync.RWMutex
	ch  chan<- Row
	tag [4]byte
}

var defaults = struct{ Depth int }{Depth: Limit}

func init() {
	registry["memory"] = nil
}

func (p Pair[K, V]) Swap(other *Pair[K, V]) { p.Left = other.Left }

func (d *disk) Walk(visit func(path string) error) error {
	defer d.mu.Unlock()
	go func() {
		if err := visit(d.URL); err != nil {
			log.Printf("walk: %v", err)
		}
	}()
	switch value := any(d).(type) {
	case fmt.Stringer:
		_ = value.String()
	case *disk:
		d.Clone(value.URL)
	}
	return fsys.WalkDir(d, ".", func(path string, entry fsys.DirEntry, err error) error { return err })
}

func Sum[N Number](numbers ...N) (total N) {
	for _, number := range numbers {
		total += number
	}
	return
}

func assembly(x uint32) uint32

func New(options ...Option) *Repo {
	repo := &Repo{URL: "x", rows: make(map[string]Row, Limit)}
	for _, option := range options {
		option(repo)
	}
	Map[string, int](nil, length)
	return repo
}

type Option func(*Repo)
