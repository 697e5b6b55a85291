"""What one file says of the values of its names, in languages that declare little."""

from tests.support.golden import told


def test_python_declares_parameters_and_fields_by_annotations() -> None:
    source = """
class Cache:
    store: Store
    def __init__(self, store: Store, limit: "Optional[Limit]" = None, *rest: Row, spare: Row | None = None):
        self.store = store
        self.ready: Ready = make()
        limit.check(), rest.sort(), spare.key()
"""
    assert told("python", source) == {
        "Cache": "store is Store, ready is Ready",
        "__init__": "store is Store, limit is Limit, rest unknown, spare is Row",
    }


def test_python_variables_are_what_they_are_given() -> None:
    source = """
def run(rows: list[Row], path: paths.Path, other: Union[Row, Path]):
    first = Row()
    second = first.next()
    third = first.child
    fourth = second
    a, b = Row(), Path()
    with open(path) as file, lock() as held:
        if found := find(path):
            first.x(), second.x(), third.x(), fourth.x(), a.x(), b.x(), file.x(), held.x(), found.x(), path.x()
    rows.x(), other.x()
    for row in rows:
        row.x()
    return first
"""
    assert told("python", source) == {
        "run": (
            "rows unknown, path is paths . Path, other unknown, first is Row(), second is first . next(), third like "
            "first . child, fourth like second, a is Row(), b is Path(), file is open(), held is lock(), found is "
            "find(), row unknown, returns like first"
        ),
    }


def test_python_functions_give_what_they_return_but_not_what_a_lambda_in_them_gives() -> None:
    source = """
class Store:
    @classmethod
    def open(cls) -> "Self":
        return cls()
    async def rows(self) -> Awaitable[Rows]: ...
    def cache(self):
        return Cache()
    def maker(self):
        return lambda: Row()
"""
    assert told("python", source) == {
        "open": "returns is Self, returns is cls()",
        "rows": "returns is Rows",
        "cache": "returns is Cache()",
    }


def test_javascript_values_are_what_is_made_or_returned() -> None:
    source = """
const shared = new Store();
class Cache {
  constructor(options) { this.store = new Store(options); this.first = this.store; this.late = await open(); }
  rows(options, { path }) {
    const rows = this.store.rows();
    let row = rows;
    options.x(); path.x(); rows.x(); row.x(); shared.x();
    options.each(one => one.x());
    return new Rows();
  }
  maker() { return () => new Row(); }
  own() { return this; }
}
const make = () => new Cache();
"""
    assert told("javascript", source) == {
        "<file>": "shared is Store()",
        "constructor": "options unknown",
        "Cache": "store is Store(), first like this . store, late is open()",
        "rows": (
            "options unknown, path unknown, rows is this.store . rows(), row like rows, one unknown, returns is Rows()"
        ),
        "own": "returns like this",
        "make": "returns is Cache()",
    }


def test_typescript_declares_parameters_variables_and_fields() -> None:
    source = """
class Cache<T extends Row> {
  rows: Row[]; limit?: Limit; later: Promise<Row | undefined>; several: Row | Limit;
  private made = new Row(); #own: Row;
  fold = (step: Step): Row => step.run();
  constructor(private readonly store: Store, plain: Store, @Inject() public spare?: Store) { this.plain = plain; }
  find(one: T, other: rows.Row, step: (one: Limit) => void, filled = new Row()): Promise<Row | null> {
    const cast = one as Limit, sure = other!;
    const { key, value: held } = one;
    one.x(); other.x(); step.x(); filled.x(); cast.x(); sure.x(); key.x(); held.x();
  }
}
interface Reader { row: Row; next(size: Size): Row }
"""
    assert told("typescript", source) == {
        "Cache": (
            "limit is Limit, later is Row, made is Row(), #own is Row, store is Store, spare is Store, plain is Store"
        ),
        "fold": "step is Step, returns is Row, returns is step . run()",
        "constructor": "plain is Store",
        "find": (
            "one is Row, other is rows . Row, step unknown, filled is Row(), returns is Row, cast is Limit, sure like "
            "other, key unknown, held unknown"
        ),
        "Reader": "row is Row",
        "next": "returns is Row",
    }


def test_php_values_are_declared_made_or_returned() -> None:
    source = r"""
<?php
class Cache {
  private Store $store; public ?Row $spare = null; private \Rows\Row $full; private $plain;
  private Row|Limit $either;
  public function __construct(private readonly Store $promoted, Store $plain) {
    $this->plain = $plain; $this->made = new Row(1);
  }
  public function get(Row $one, Row|Limit $either): ?Row {
    $made = new Row();
    $got = $this->make();
    $static = Row::open();
    $child = $one->child;
    $same = $one;
    $copy = clone $one;
    $maybe = $one?->make();
    $late ??= new Row();
    try {} catch (Gone $gone) { $gone->x(); }
    $fold = function (Row $inner): Limit { $inner->x(); return new Limit(); };
    $one->x(); $either->x(); $made->x(); $got->x(); $static->x(); $child->x(); $same->x();
    $copy->x(); $maybe->x(); $late->x();
    return $made;
  }
  public static function open(): static { return new static(); }
  function own(): self { return $this; }
  function cache() { return $this->store; }
}
"""
    assert told("php", source) == {
        "Cache": "store is Store, spare is Row, full is \\Rows . Row, promoted is Store, plain is Store, made is Row()",
        "__construct": "$plain is Store",
        "get": (
            "$one is Row, $either unknown, returns is Row, $made is Row(), $got is $this . make(), $static is Row . "
            "open(), $child like $one . child, $same like $one, $copy like $one, $maybe is $one . make(), $late is "
            "Row(), $gone is Gone, $inner is Row, returns like $made"
        ),
        "open": "returns is static, returns is static()",
        "own": "returns is self, returns like $this",
        "cache": "returns like $this . store",
    }


def test_ruby_values_are_what_is_made_and_methods_give_their_last_expression() -> None:
    source = """
class Cache
  def initialize(store, plain)
    @store = Store.new(store)
    @plain = plain
    plain.x
  end
  def rows
    @rows ||= Rows.new(1)
  end
  def first(one, *rest, key: nil, &block)
    made = Row.new
    got = made.next
    same = got
    made.x; got.x; same.x; one.x; rest.x; key.x; block.x
    list.each { |each, (left, right)| each.x; left.x }
    begin; rescue Gone => gone; gone.x; end
    list.map do |inner|
      inner.x
      Limit.new
    end
    made
  end
  def own
    self
  end
  def count
    rows.count
  end
end
"""
    assert told("ruby", source) == {
        "initialize": "plain unknown, returns is plain . x()",
        "Cache": "@store is Store(), @plain unknown, @rows is Rows()",
        "rows": "returns like @rows",
        "first": (
            "one unknown, rest unknown, key unknown, block unknown, made is Row(), got is made . next(), same like "
            "got, each unknown, left unknown, gone unknown, inner unknown, returns like made"
        ),
        "own": "returns like self",
        "count": "returns is rows . count()",
    }
