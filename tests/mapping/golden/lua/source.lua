#!/usr/bin/env lua
--- Stores of rows.
local json = require("cjson")
local rows = require "store.rows"
local parse = require("store.parse").parse
require "store.setup"

local M = {}
local LIMIT <const> = 10
local cache, spare = {}, nil
VERSION = "1.0"
M._NAME = "store"

--- A store.
-- @type Store
local Store = {}
Store.__index = Store

local Disk = setmetatable({}, { __index = Store })

function Store.new(url, depth)
  local self = setmetatable({}, Store)
  self.url = json.decode(url)
  self.rows = rows.load(url, depth or LIMIT)
  return self
end

function Store:find(key)
  local function matches(row)
    return row.key == key
  end
  for _, row in ipairs(self.rows) do
    if matches(row) then
      return parse(row)
    end
  end
  self:reload()
end

function Store:reload()
  cache[self.url] = nil
  Store.new(self.url)
end

Store.close = function(self)
  self.handle:close()
end

function Store.__add(left, right)
  return left
end

local function helper(x)
  return x * LIMIT
end

local double = function(x)
  return helper(x) * 2
end

function shared(a, ...)
  return select("#", ...) + double(a)
end

M.options = {
  depth = 3,
  on_change = function(event)
    helper(event.size)
  end,
}

M.Store = Store

function M.open(url)
  return Store.new(url, M.options.depth)
end

function M.nested.deep.call()
  return M.open("x")
end

goto done
::done::
return M
