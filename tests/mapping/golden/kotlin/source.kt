@file:JvmName("Stores")

package org.example.store

import kotlinx.coroutines.flow.Flow
import org.example.rows.Row
import org.example.rows.parse as parseRow
import org.example.limits.*

const val LIMIT = 10
private val cache: MutableMap<String, Row> = mutableMapOf()
var current: Store<Row>? = null
typealias Handler<T> = (T) -> Unit

/** Reads rows. */
interface Reader<out T> : Closeable {
    val path: String
    fun read(size: Int = LIMIT): T
    override fun close() {}
}

@Service(name = "store")
abstract class Store<T : Any>(
    private val remote: Remote,
    val name: String,
    depth: Int,
) : Base(depth), Reader<T> by Delegate(remote) {
    private val rows = mutableListOf<Row>()
    var size: Int = 0
        private set

    val isEmpty: Boolean
        get() = rows.isEmpty()

    init {
        register(this)
    }

    constructor(url: String) : this(Remote(url), url, LIMIT)

    @Throws(NotFound::class)
    suspend fun find(key: Key): Row? {
        val local = rows.firstOrNull { it.key == key }
        remote.fetch(key)?.let { parseRow(it) }
        return local ?: throw NotFound(key)
    }

    operator fun get(index: Int) = rows[index]

    operator fun plus(other: Store<T>): Store<T> = merge(this, other)

    protected abstract fun load()

    inner class Cursor : Iterator<Row> {
        override fun hasNext() = size > LIMIT
    }

    companion object {
        const val MOST = 99

        @JvmStatic
        fun open(url: String): Store<Row> = DiskStore(url)
    }
}

class DiskStore(url: String) : Store<Row>(url) {
    override fun load() = run(Names.DISK)
}

data class Pair<A, B>(val left: A, val right: B)

enum class State(val code: Int) {
    QUEUED(1),
    RUNNING(2) {
        override fun next() = QUEUED
    };

    abstract fun next(): State
}

sealed interface Outcome {
    data object Done : Outcome
    class Failed(val error: Throwable) : Outcome
}

object Registry {
    private val stores = HashMap<String, Store<*>>()

    fun add(store: Store<*>) {
        stores[store.name] = store
    }
}

@JvmInline
value class Key(val value: String)

annotation class Service(val name: String)

fun interface Check {
    fun test(row: Row): Boolean
}

fun <T> List<T>.second(): T = this[1]

val Row.label: String
    get() = "row ${this.key}"

fun main() {
    val handler: Handler<Row> = { row -> println(row.label) }
    fun inner(x: Int) = x + LIMIT
    Registry.add(Store.open("x"))
    listOf(Key("a")).map(::describe)
    when (current?.state) {
        State.QUEUED -> handler(Row())
        is Outcome.Failed -> inner(1)
    }
}
