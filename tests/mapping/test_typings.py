"""What one file says of the values of its names, in languages that declare most."""

from tests.support.golden import told


def test_go_values_are_declared_made_or_returned() -> None:
    source = """
type Server struct {
	store *Store
	other *pkg.Store
	rows  []Row
	step  func(one int) Row
	cache Cache[Row]
}
var shared = NewStore()
func (s *Server) Get(one *Row, a, b pkg.Row, rest ...Row) (*Row, error) {
	made, err := s.Make()
	row := &Row{a: 1}
	plain, fresh := Row{}, new(Row)
	cast := other.(*Row)
	child := s.store
	star := *one
	var zero Row
	for i, each := range s.rows { i.X(); each.X() }
	switch kind := other.(type) { case *Row: kind.X() }
	step := func(inner Row) Limit { inner.X(); return Limit{} }
	one.X(); a.X(); b.X(); rest.X(); made.X(); err.X(); row.X(); plain.X(); fresh.X(); cast.X();
	child.X(); star.X(); zero.X(); step.X(); shared.X()
	return made, nil
}
func Fold[T Goer](one T) (row *Row, err error) { one.X(); row.X(); return }
"""
    assert told("go", source) == {
        "Server": "store is Store, other is pkg . Store, cache is Cache",
        "<file>": "shared is NewStore()",
        "Get": (
            "s is Server, one is Row, a is pkg . Row, b is pkg . Row, rest unknown, returns is Row, made is s . "
            "Make(), err unknown, row is Row, plain is Row, fresh unknown, cast is Row, child like s . store, star "
            "like one, zero is Row, i unknown, each unknown, kind unknown, step unknown, inner is Row"
        ),
        "Fold": "one is Goer, row is Row, returns is Row, err unknown",
    }


def test_rust_values_are_seen_through_references_wrappers_and_patterns() -> None:
    source = """
struct Server { store: Arc<Store>, spare: Option<Box<Store>>, rows: Vec<Row>, any: Box<dyn Reader>, lock: Mutex<Store> }
impl<T: Reader> Server<T> {
    fn new(store: Arc<Store>) -> Self { store.x(); Self { store } }
    fn get(&self, one: &Row, other: &'a mut Row, any: impl Reader, read: T) -> Result<Row, Error> {
        let made = Row::new();
        let tried = self.make()?;
        let waited = Row::open("a)").await?;
        let sure = Row::open(1, "a)").unwrap();
        let copy = one.clone();
        let child = &one.child;
        let literal = Row { key: 1 };
        let shared = Arc::new(Row::new());
        let boxed = Box::new(Row { key: 1 });
        let again = Arc::clone(&shared);
        let fold = |step: Step| -> Limit { step.x(); Limit::new() };
        if let Some(some) = self.spare.as_ref() { some.x(); }
        for each in self.rows { each.x(); }
        match one { Row::Full(held) => held.x(), rest => rest.x() }
        one.x(); other.x(); any.x(); read.x(); made.x(); tried.x(); waited.x(); sure.x(); copy.x();
        child.x(); literal.x();
        shared.x(); boxed.x(); again.x(); fold.x();
    }
}
static SHARED: Store = Store::new();
"""
    assert told("rust", source) == {
        "Server": "store is Store, spare is Store, rows is Vec, any is Reader, lock is Store",
        "new": "store is Store, returns is Self",
        "get": (
            "one is Row, other is Row, any is Reader, read is Reader, returns is Row, made is Row . new(), tried is "
            "self . make(), waited is Row . open(), sure is Row . open(), copy like one, child like one . child, "
            "literal is Row, shared is Row . new(), boxed is Row, again like shared, fold unknown, step is Step, some "
            "like self . spare, each unknown, held unknown, rest unknown"
        ),
        "<file>": "SHARED is Store",
    }


def test_java_declares_parameters_variables_and_fields() -> None:
    source = """
class Cache<T extends Row> {
  private final Store store; List<Row> rows; Row first, last;
  Cache(Store store, final Optional<Row> spare, Row... rest) { this.store = store; store.x(); spare.x(); rest.x(); }
  Row get(Row one, rows.Row other, Row[] many, T own) {
    var made = new Row();
    var got = store.make();
    var child = one.child;
    var same = one;
    var cast = (Row) got;
    Row given = make(), zero;
    try (Row open = open()) { open.x(); } catch (Late | Lost late) { late.x(); } catch (final Gone gone) { gone.x(); }
    for (Row each : rows) each.x();
    if (other instanceof Row match) match.x();
    rows.forEach(short -> short.x());
    Maker maker = new Maker() { public Limit make() { return new Limit(); } };
    one.x(); other.x(); many.x(); own.x(); made.x(); got.x(); child.x(); same.x(); cast.x(); given.x(); zero.x();
  }
  <S extends Row> S fold(S one) { one.x(); return one; }
  void nothing() {}
}
record Pair(Row left, int right) {}
"""
    assert told("java", source) == {
        "Cache": "store is Store, rows is List, first is Row, last is Row, store is Store, spare unknown, rest unknown",
        "get": (
            "returns is Row, one is Row, other is rows . Row, many unknown, own is Row, made is Row(), got is store . "
            "make(), child like one . child, same like one, cast is Row, given is Row, zero is Row, open is Row, late "
            "unknown, gone is Gone, each is Row, match is Row"
        ),
        "make": "returns is Limit",
        "fold": "returns is Row, one is Row",
        "Pair": "left is Row",
    }


def test_csharp_declares_parameters_variables_and_fields() -> None:
    source = """
class Cache {
  readonly Store store; List<Row> rows; static Row made = new Row(1), other;
  public Row First { get; set; }
  public Cache(Store store, Row? spare, Row[] many) { this.store = store; store.X(); spare.X(); many.X(); }
  Task<Row> Get(ref Row one, out rows.Row two) {
    var made = new Row(); var waited = await Make(); var cast = (Row)one; var soft = one as Row;
    var child = one.Child; var same = one;
    Row given = Make(), zero; Row fresh = new();
    using (var open = Open()) { open.X(); }
    foreach (Row each in rows) each.X();
    foreach (var row in rows) row.X();
    if (one is Row match) match.X();
    try {} catch (Gone gone) { gone.X(); }
    rows.ForEach(shortened => shortened.X());
    rows.ForEach((Row typed) => { return typed.X(); });
    Row Local(Row inner) { inner.X(); return inner; }
    one.X(); two.X(); made.X(); waited.X(); cast.X(); soft.X(); child.X(); same.X(); given.X(); zero.X(); fresh.X();
  }
  Row Expression() => new Row();
  void Nothing() {}
  T Fold<T>(T one) where T : Row { one.X(); return one; }
}
"""
    assert told("csharp", source) == {
        "Cache": "store is Store, rows is List, made is Row, other is Row, store is Store, spare is Row, many unknown",
        "First": "returns is Row",
        "Get": (
            "returns is Row, one is Row, two is rows . Row, made is Row(), waited is Make(), cast is Row, soft is "
            "Row, child like one . Child, same like one, given is Row, zero is Row, fresh is Row, open is Open(), "
            "each is Row, row unknown, match is Row, gone is Gone, shortened unknown, typed is Row"
        ),
        "Local": "returns is Row, inner is Row",
        "Expression": "returns is Row",
        "Fold": "returns is Row, one is Row",
    }


def test_cpp_values_are_seen_through_pointers_and_casts() -> None:
    source = """
class Cache {
 public:
  Row make() const;
  Row* find();
  std::unique_ptr<Row> own();
  const Row& first() const { return first_; }
 private:
  Store* store_;
  Row first_, second_;
  std::shared_ptr<Row> shared_;
  std::vector<Row> rows_;
};
Cache::Cache(Store* store, const Row& row) { store->x(); row.x(); }
Row Cache::get() {
  Row plain; Row built(1); Row braced{1}; Row given = make(); rows::Row other;
  auto made = make(); auto* fresh = new Row(1); auto held = std::make_unique<Row>(1);
  auto cast = static_cast<Row*>(made);
  const auto& child = plain.child(); auto same = plain; auto literal = Row{1};
  for (const Row& each : rows_) each.x();
  for (auto& row : rows_) row.x();
  try {} catch (const Gone& gone) { gone.x(); }
  auto fold = [](Step step) -> Limit { step.x(); return Limit(); };
  if (Row* found = find()) found->x();
  auto [left, right] = pair();
  plain.x(); built.x(); braced.x(); given.x(); other.x(); made.x(); fresh->x(); held->x();
  cast->x(); child.x(); same.x(); literal.x(); left.x();
}
auto open() -> Row* {}
"""
    assert told("cpp", source) == {
        "make": "returns is Row",
        "find": "returns is Row",
        "own": "returns is Row",
        "first": "returns is Row",
        "Cache": (
            "store_ is Store, first_ is Row, second_ is Row, shared_ is Row, rows_ is std . vector, store is Store, "
            "row is Row"
        ),
        "get": (
            "returns is Row, plain is Row, built is Row, braced is Row, given is Row, other is rows . Row, made is "
            "make(), fresh is Row, held is Row, cast is Row, child is plain . child(), same like plain, literal is "
            "Row, each is Row, row unknown, gone is Gone, step is Step, found is Row, left unknown"
        ),
        "open": "returns is Row",
    }


def test_kotlin_declares_parameters_variables_and_properties() -> None:
    source = """
class Cache<T : Row>(private val store: Store, spare: Row?) {
  val first: Row = Row()
  val made = Row(1)
  private val lazily by lazy { Row() }
  val last: Row?
    get() = find()
  companion object {
    fun open(): Cache = Cache()
    fun other() = Cache()
  }
  fun get(one: Row, own: T, vararg rest: Row): rows.Row? {
    val got = one!!.make()
    val child = one.child
    val sure = one.child!!
    val or = one ?: return null
    val cast = one as Limit
    val set = Row().apply { x() }
    for (each in rows) { each.x() }
    for (typed: Row in rows) { typed.x() }
    rows.map { lambda, exact: Row -> lambda.x(); exact.x() }
    val (left, right) = pair()
    try { } catch (gone: Gone) { gone.x() }
    fun local(inner: Row) = inner.x()
    one.x(); own.x(); rest.x(); got.x(); child.x(); sure.x(); or.x(); cast.x(); set.x(); left.x()
    return got
  }
}
fun make() = Row()
"""
    assert told("kotlin", source) == {
        "store": "returns is Store",
        "Cache": "spare is Row",
        "first": "returns is Row",
        "made": "returns is Row()",
        "lazily": "returns is Row()",
        "last": "returns is Row, returns is find()",
        "open": "returns is Cache, returns is Cache()",
        "other": "returns is Cache()",
        "get": (
            "one is Row, own is Row, returns is rows . Row, got is one . make(), child like one . child, sure like "
            "one . child, or like one, cast is Limit, set is Row(), each unknown, typed is Row, lambda unknown, exact "
            "is Row, left unknown, gone is Gone"
        ),
        "local": "inner is Row, returns is inner . x()",
        "make": "returns is Row()",
    }


def test_swift_declares_parameters_variables_and_properties() -> None:
    source = """
class Cache<T: Row>: Base {
  let store: Store
  var made = Row()
  weak var spare: Row?
  var computed: Row { return make() }
  static let shared = Cache()
  init(_ store: Store, with limit: Limit?) { self.store = store; limit.x() }
  func get(one: Row, of own: T) -> Row? {
    let got = one.make()
    let given: Row = one!.make()
    let waited = try await one.fetch()
    let child = one.child
    let cast = one as! Limit
    if let some = one.maybe() { some.x() }
    guard let sure = one.child else { return nil }
    for each in rows { each.x() }
    rows.map { short in short.x() }
    rows.map { (typed: Row) -> Limit in typed.x() }
    do {} catch let gone as Gone { gone.x() }
    one.x(); own.x(); got.x(); given.x(); waited.x(); child.x(); cast.x(); sure.x()
    return got
  }
}
protocol Reader { var row: Row { get }
  func next() -> Row }
"""
    assert told("swift", source) == {
        "Cache": "store is Store, made is Row(), spare is Row, shared is Cache()",
        "computed": "returns is Row",
        "init": "limit is Limit",
        "get": (
            "one is Row, own is Row, returns is Row, got is one . make(), given is Row, waited is one . fetch(), "
            "child like one . child, cast is Limit, some is one . maybe(), sure like one . child, short unknown, "
            "typed is Row, gone is Gone"
        ),
        "row": "returns is Row",
        "next": "returns is Row",
    }


def test_scala_declares_parameters_variables_and_members() -> None:
    source = """
class Cache[T <: Row](store: Store, val spare: Option[Row]) {
  val first: Row = make()
  var made = new Row(1)
  lazy val later = open()
  def get(one: Row, own: T)(implicit limit: Limit): Row = {
    val got = one.make()
    val child = one.child
    for (each <- rows) { each.x() }
    rows.map(short => short.x())
    rows.map { (typed: Row) => typed.x() }
    val (left, right) = pair
    one match { case row: Other => row.x() }
    one.x(); own.x(); limit.x(); got.x(); child.x(); left.x()
    got
  }
  def fresh() = new Row(1)
  def other() = Row(1)
}
trait Reader { def next(): Row
  val row: Row }
"""
    assert told("scala", source) == {
        "Cache": "store is Store, first is Row, made is Row, later is open()",
        "get": (
            "one is Row, own is Row, limit is Limit, returns is Row, got is one . make(), child like one . child, "
            "each unknown, short unknown, typed is Row, left unknown, row is Other, returns like got"
        ),
        "fresh": "returns is Row",
        "other": "returns is Row()",
        "next": "returns is Row",
        "Reader": "row is Row",
    }
