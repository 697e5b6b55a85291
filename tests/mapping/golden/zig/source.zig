//! Stores of rows.
const std = @import("std");
const rows = @import("rows.zig");
const Row = rows.Row;
const Allocator = std.mem.Allocator;

pub const limit: usize = 10;
var current: ?*Store = null;
threadlocal var depth: u32 = 0;
extern fn strlen(text: [*:0]const u8) usize;

/// A store.
pub const Store = struct {
    url: []const u8,
    rows: std.ArrayList(Row),
    depth: u32 = 0,

    pub const empty = Store{ .url = "", .rows = undefined };
    const Self = @This();

    pub fn init(allocator: Allocator, url: []const u8) !Store {
        const local = try normal(allocator, url);
        return Store{ .url = local, .rows = std.ArrayList(Row).init(allocator) };
    }

    pub fn find(self: *const Self, key: u32) ?Row {
        for (self.rows.items) |row| {
            if (row.key == key) return row;
        }
        return null;
    }

    const Cursor = struct {
        at: usize = 0,

        fn next(self: *Cursor) void {
            self.at += 1;
        }
    };
};

pub const State = enum(u8) {
    queued,
    running = 2,

    pub fn isDone(self: State) bool {
        return self == .running;
    }
};

const Value = union(enum) {
    number: i64,
    text: []const u8,
};

pub const Error = error{
    NotFound,
    Busy,
};

const Handle = opaque {};

pub fn List(comptime T: type) type {
    return struct {
        items: []T,

        pub fn first(self: @This()) T {
            return self.items[0];
        }
    };
}

inline fn double(x: u32) u32 {
    return x * 2;
}

export fn add(a: i32, b: i32) i32 {
    return a + b;
}

pub fn main() !void {
    const handler = struct {
        fn call(row: Row) void {
            _ = row;
        }
    }.call;
    handler(undefined);
}

test "find a row" {
    try std.testing.expect(double(1) == 2);
}
