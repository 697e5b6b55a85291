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
