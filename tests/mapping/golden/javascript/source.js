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
