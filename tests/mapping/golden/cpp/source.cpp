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

#pragma once
#include "detail/pool.hpp"
#define GRAPH_API __attribute__((visibility("default")))

namespace graph {
inline namespace v2 {

/// How a shape looks.
enum class Color : unsigned char { Red, Green = 4, Blue };
enum Legacy { OldA, OldB };

template <typename T>
concept Drawable = requires(T shape) { shape.draw(); };

template <typename Key, typename Value = int, std::size_t N = 4>
struct Table final {
  using value_type = Value;
  static constexpr std::size_t capacity = N;

  Table() = default;
  Table(const Table &) = delete;
  Table(Table &&other) noexcept : values_(std::move(other.values_)) {}
  virtual ~Table() = default;

  Table &operator=(Table other) & noexcept;
  Value &operator[](const Key &key) { return values_[key]; }
  explicit operator bool() const { return !values_.empty(); }
  auto begin() const -> typename std::map<Key, Value>::const_iterator { return values_.begin(); }
  friend std::ostream &operator<<(std::ostream &out, const Table &table);
  template <Drawable Shape>
  void add(Key key, Shape &&shape);

 protected:
  struct Entry {
    Key key;
    std::unique_ptr<Value> value{};
  };
  virtual void grow(std::size_t by = 1) = 0;

 private:
  std::map<Key, Value> values_;
  mutable std::mutex mutex_;
  [[nodiscard]] bool full() const noexcept { return values_.size() >= N; }
};

template <>
struct Table<int, int> {
  int only;
};

class GRAPH_API Shape {
 public:
  virtual void draw() const = 0;
  static Shape *make(Color color);
  int width = 1, height{2};
};

class Circle : public Shape, protected virtual detail::Node {
 public:
  using Shape::Shape;
  void draw() const override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

class Circle::Impl {
 public:
  double radius = 1.0;
};

}  // namespace v2
}  // namespace graph

namespace {
constexpr int kLimit = 10;
thread_local int depth;
const std::vector<std::string> kNames = {"a", "b"};
int hidden(int x) { return x + kLimit; }
}  // namespace

namespace fs = std::filesystem;
using std::string;

void graph::Circle::draw() const { hidden(kLimit); }

template <typename Key, typename Value, std::size_t N>
auto graph::Table<Key, Value, N>::operator=(Table other) & noexcept -> Table & {
  std::swap(values_, other.values_);
  return *this;
}

template <typename T, typename... Rest>
constexpr auto sum(T first, Rest... rest) {
  if constexpr (sizeof...(rest) == 0) {
    return first;
  } else {
    return first + sum(rest...);
  }
}

graph::Color operator|(graph::Color left, graph::Color right);

std::ostream &graph::operator<<(std::ostream &out, const graph::Shape &shape) {
  return out << shape.width;
}

unsigned long long operator""_kb(unsigned long long count) { return count * 1024; }

auto compare = [](const auto &left, const auto &right) { return left < right; };

int main(int argc, char *argv[]) try {
  graph::Table<int, string> table;
  std::sort(table.begin(), table.end(), compare);
  auto shape = std::make_unique<graph::Circle>();
  shape->draw();
  return sum(1, 2);
} catch (const std::exception &error) {
  return 1;
}

namespace store {
STORE_NAMESPACE_BEGIN

namespace detail {
struct STORE_API [[nodiscard]] Lock final {
  Q_OBJECT
 public:
  explicit operator bool() const STORE_NOEXCEPT { return held; }
  char *_Nonnull text() { return nullptr; }
  void *(*hook)(int depth);
  bool held;
  static int count;
  friend bool operator==(const Lock &left, const Lock &right) { return left.held == right.held; }
};

int Lock::count = 0;
Lock::operator bool() const { return true; }
template <> void Table<int, long>::clear() {}
}  // namespace detail
}
