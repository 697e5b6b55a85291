'use strict';
const fs = require('fs'), { join, sep: separator } = require("path");
const parse = require('./parse').parse;
import clone, { fetch as fetchRef } from './clone.js';
import * as refs from "../refs";
import './side-effect';
export { a as b } from './x';
export * from './y';
export * as z from './z';

const LIMIT = 3;
let current = null;

exports.open = function (path) {
  return fs.readFile(join(path, separator), fetchRef);
};
exports.parse = parse;
Repo.prototype.close = function () {
  this.handle.close();
};

class Repo extends mixin(Base) {
  state = {};
  #count = 0;
  handle = (event) => { refs.update(event, LIMIT); };
  static create() { return new Repo(); }
  async *walk() { yield* this.#next?.(current); }
  get size() { return 1; }
  set size(value) {}
  constructor() { super(); const local = 1; }
}

export const App = ({ repos }) => {
  const inner = () => clone(repos);
  return <List.Item limit={LIMIT}><Row/><div/></List.Item>;
};

export default async function* main() {}

const api = { get() { return helper(LIMIT); } };

/** Shapes. */
export class Shape {
  static #registry = new Map();
  static { Shape.#registry.set('unit', new Shape()); }
  static count = 0;
  'quoted name' = 1;
  onChange = async (event) => { this.area(event); };

  get ['computed']() { return 1; }
  static async *walk(root, { depth = LIMIT } = {}, ...rest) { yield* rest; }
  area(side = 1) { return side ** 2; }
  #secret() { return this.#count; }
}

export const { alpha, beta: renamed } = fs, [head, ...tail] = [1, 2];
export const table = {
  key: LIMIT,
  open(path) { return join(path); },
  close: function () { return table.open(''); },
  arrow: (x) => x + LIMIT,
  get size() { return 1; },
  async *[Symbol.iterator]() {},
};
export let later, counted = 0;
export function* ids() { yield counted++; }
export async function load(url, options = {}) {
  function inner(x) { return x; }
  const nested = (y) => inner(y);
  const answer = await fetch(`${url}?q=${encodeURIComponent(url)}`);
  return answer?.json?.() ?? nested(options);
}
export { load as fetchAll, Shape as default };
export default class extends Shape { area() { return super.area(2); } }

const Mixed = (Base) => class extends Base { mix() {} };
const memo = useMemo(() => load(LIMIT), []);
const curried = (a) => (b) => a + b;
var legacy = function named() { return named; };
module.exports = { Shape, load, helper: (x) => x };
module.exports.late = async () => {};
Shape.prototype.scale = (by) => by;
Shape.create = function () { return new Shape(); };
Object.defineProperty(exports, '__esModule', { value: true });
(function () { const hidden = 1; function private_() {} })();
label: for (const item of tail) { if (item) continue label; }
import('./lazy.js').then(({ default: lazy }) => lazy());

Repo.cached = function (key) { key.onchange = function () {}; };
socket.onmessage = () => {};
module.exports = { open: function (url) {}, close: () => 1 };
