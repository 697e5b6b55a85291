#include <vector>
#include "repo.h"

namespace graph::detail {

template <typename T>
class Repo : public Base, private io::Reader<T>, Sized<int> {
 public:
  Repo();
  explicit Repo(const Url &url);
  ~Repo();
  void clone(const Url &url) const override;
  static int count;
  int inlined() { return count; }
  template <class K> K convert(K key);
  bool operator==(const Repo &other) const;
  Row &row();
  Row *find(int id);
  enum class State { Queued, Running };
  using Rows = std::vector<Row>;
};

}  // namespace graph::detail

void graph::detail::Repo::clone(const Url &url) const {
  io::open(url);
  this->start();
  auto row = new Row(1);
  convert<int>(2);
  rows.first->touch();
  auto local = [](int a) { int inner = a; };
}

Repo::Repo() : count(1) {}

struct Point { int x, *y; };
using Alias = int;
typedef Point Dot;
int limit = 3;
extern "C" { int exported; }
io::Row &first(Repo &repo) { return repo.row(); }
