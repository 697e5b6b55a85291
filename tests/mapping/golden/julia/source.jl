"""
Stores of rows.
"""
module Graph

using LinearAlgebra
import Base: show, +
export Store, open_store

include("rows.jl")

const LIMIT = 10
cache = Dict{String, Int}()
global depth = 0

abstract type Reader{T} <: Any end
primitive type Byte8 8 end

"A store."
mutable struct Store{T <: Number} <: Reader{T}
    url::String
    rows::Vector{T}
    depth::Int
    size

    function Store{T}(url) where {T}
        new(url, T[], 0, 1)
    end

    Store(url) = Store{Int}(url)
end

struct Pair{A, B}
    left::A
    right::B
end

@enum State queued running

Base.@kwdef struct Options
    depth::Int = LIMIT
end

function find(store::Store{T}, key; depth = LIMIT)::Union{T, Nothing} where {T}
    local_row = filter(row -> row == key, store.rows)
    inner(x) = x + 1
    return inner(local_row[1])
end

open_store(url::AbstractString) = Store(url)

double(x) = 2x

Base.show(io::IO, store::Store) = print(io, store.url)

function Base.length(store::Store)
    length(store.rows)
end

+(left::Store, right::Store) = merge(left, right)

function (store::Store)(key)
    find(store, key)
end

@inline function fast(x::T) where T
    x
end

macro trace(expression)
    quote
        println($(esc(expression)))
    end
end

const Rows = Vector{Float64}

module Inner
    const MOST = 99
    helper() = MOST
end

function declared end

handler = row -> println(row)

end # module
