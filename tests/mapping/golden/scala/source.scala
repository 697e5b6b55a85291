package org.example
package store

import scala.collection.mutable.{Map as MutableMap, ListBuffer}
import org.example.rows.Row
import org.example.limits._
import org.example.codecs.given

package object defaults {
  val Depth = 10
}

/** Reads rows. */
trait Reader[+T] extends Closeable {
  type Item
  val path: String
  def read(size: Int = Limit): T
  def close(): Unit = ()
}

@Service("store")
abstract class Store[T <: AnyRef](private val remote: Remote, val name: String)
    extends Base(name)
    with Reader[T]
    with Logging {
  private val rows = ListBuffer.empty[Row]
  var count: Int = 0
  lazy val parser: Parser = makeParser(remote)
  val (first, second) = (1, 2)

  def this(url: String) = this(new Remote(url), url)

  override def find[K: Ordering](key: K)(using clock: Clock): Option[Row] = {
    val local = rows.find(_.key == key)
    remote.fetch(key).map(parse)
    local.getOrElse(throw new NotFound(key))
  }

  def +(other: Store[T]): Store[T] = Store.merge(this, other)

  def unary_! : Boolean = rows.isEmpty

  protected def load(): Unit

  class Cursor(at: Int) extends Iterator[Row] {
    override def hasNext: Boolean = at < Limit
    override def next() = rows(at)
  }
}

object Store {
  final val Limit = 10
  implicit val ordering: Ordering[Row] = Ordering.by(_.key)

  def apply(url: String): Store[Row] = new DiskStore(url)
  def merge[T <: AnyRef](left: Store[T], right: Store[T]): Store[T] = left
}

class DiskStore(url: String) extends Store[Row](url) {
  def load() = run(Names.Disk)
}

case class Pair[A, B](left: A, right: B)
case object Done extends Outcome

sealed trait Outcome
final case class Failed(error: Throwable) extends Outcome

enum State(val code: Int):
  case Queued extends State(1)
  case Running extends State(2)
  case Red, Green

  def isDone: Boolean = this == State.Running

type Handler[T] = T => Unit
opaque type Key = String

given rowOrdering: Ordering[Row] with
  def compare(left: Row, right: Row): Int = left.key.compare(right.key)

extension (row: Row)
  def label: String = s"row ${row.key}"

  def second: Row =
    row.next.get

@main def run(args: String*): Unit =
  val handler: Handler[Row] = row => println(row.label)
  def inner(x: Int) = x + Store.Limit
  Store("x").find(1) match
    case Some(row) => handler(row)
    case None => inner(1)
