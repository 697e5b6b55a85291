import Foundation
@testable import struct Rows.Row

public let limit = 10
private var cache: [String: Row] = [:]
public typealias Handler<T> = (T) -> Void

/// Reads rows.
public protocol Reader: AnyObject {
    associatedtype Item
    var path: String { get }
    func read(_ size: Int) throws -> Item
    init(path: String)
    static func make() -> Self
}

@MainActor
open class Store<T: Codable>: Base, Reader, @unchecked Sendable where T: Hashable {
    public static let shared = Store<Row>(path: "x")
    private let remote: Remote, spare: Remote
    @Published var rows: [Row] = []
    lazy var parser = makeParser()
    weak var delegate: StoreDelegate?

    var count: Int {
        rows.count
    }

    var name: String {
        get { remote.name }
        set { remote.rename(newValue) }
    }

    required public init(path: String) {
        self.remote = Remote(path)
        super.init()
    }

    convenience init?(url: URL) {
        self.init(path: url.path)
    }

    deinit {
        close()
    }

    @discardableResult
    public func find<K: Keyed>(key: K, depth: Int = limit) async throws -> Row? where K: Hashable {
        let local = rows.first { $0.key == key }
        try await remote.fetch(key)
        guard let found = local else { throw StoreError.notFound(key) }
        return found
    }

    subscript(index: Int) -> Row {
        rows[index]
    }

    class func build() -> Store { Store(path: "y") }

    static func == (left: Store, right: Store) -> Bool {
        left.name == right.name
    }

    struct Cursor {
        var at = 0
        mutating func next() { at += 1 }
    }

    enum State: String {
        case queued, running = "running"
        case failed(code: Int)
        indirect case nested(State)

        var isDone: Bool { self == .failed(code: 1) }
    }
}

extension Store: CustomStringConvertible {
    public var description: String { "Store \(name)" }

    func reload() {
        Self.build().find(key: 1)
    }
}

extension Array where Element == Row {
    func second() -> Row { self[1] }
}

actor Counter {
    private(set) var value = 0
    func bump() { value += limit }
}

enum StoreError: Error {
    case notFound(String)
}

struct Point: Equatable {
    let x: Double
    let y: Double
    static let zero = Point(x: 0, y: 0)
}

infix operator <~>: AdditionPrecedence

func <~> (left: Point, right: Point) -> Point {
    Point(x: left.x, y: right.y)
}

@propertyWrapper
struct Clamped<Value: Comparable> {
    var wrappedValue: Value
}

#if DEBUG
func trace(_ text: String) { print(text) }
#endif

func main() {
    func inner() -> Int { limit }
    let handler: Handler<Row> = { row in trace(row.label) }
    Store.shared.rows.map(describe)
    handler(Row())
}
