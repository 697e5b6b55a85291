// Stores of rows.
library graph.store;

import 'dart:async';
import 'package:graph/rows.dart' as rows show Row;
export 'src/limits.dart';
part 'store.g.dart';

const int limit = 10;
final cache = <String, Row>{};
var current, spare = 1;
late final Store shared;
typedef Handler<T> = void Function(T row);

/// Reads rows.
abstract interface class Reader<T> {
  String get path;
  T read(int size);
}

mixin Logging on Reader {
  void log(String text) => print(text);
}

@immutable
abstract class Store<T extends Object> extends Base with Logging implements Reader<T> {
  static const int most = 99;
  final String url;
  int depth = 0, size = limit;
  late Row? _first;

  Store(this.url, {required this.depth});
  const Store.empty() : url = '', depth = 0;
  factory Store.open(String url) => DiskStore(url);

  @override
  Future<Row?> find<K>(K key, {int depth = limit}) async {
    final local = rows.firstWhere((row) => row.key == key);
    await remote.fetch(key);
    return local;
  }

  String get name => url;

  set name(String value) {
    rename(value);
  }

  Row operator [](int index) => rows[index];

  bool operator ==(Object other) => other is Store;

  static Store build() => Store.open('x');

  void load();

  external int native();
}

class DiskStore extends Store<Row> {
  DiskStore(super.url);
}

enum State {
  queued(1),
  running(2);

  const State(this.code);
  final int code;

  bool get isDone => this == running;
}

enum Color { red, green }

extension RowLabel on Row {
  String get label => 'row $key';
  Row second() => next;
}

extension type Key(String value) {}

class Pair<A, B> = Base with Logging;

int get total => limit * 2;

Stream<int> count(int to) async* {
  int inner(int x) => x + limit;
  yield inner(to);
}

void main() {
  final Handler<Row> handler = (row) => print(row.label);
  handler(Store.build().find(1));
}
