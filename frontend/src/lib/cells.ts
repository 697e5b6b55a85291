// Where each file lies on the picture: squarified, with a strip for the name of every folder that has room for one.
import { hierarchy, treemap, treemapSquarify, type HierarchyRectangularNode } from 'd3-hierarchy';

import { contentOf, type Area } from './areas';

export type Cell = HierarchyRectangularNode<Area>;
export type Direction = 'left' | 'right' | 'up' | 'down';

export const strip = 17; // CSS pixels: one line of 11 px with air
const roomy = { width: 46, height: 40 };

const hasRoom = ({ x0, x1, y0, y1 }: Cell) => x1 - x0 >= roomy.width && y1 - y0 >= roomy.height;

/** Whether the name of a folder stands above what is in it. */
export const isNamed = (cell: Cell) => cell.depth > 0 && cell.data.kind === 'folder' && hasRoom(cell);

const edge = (cell: Cell) => (cell.depth === 0 ? 0 : hasRoom(cell) ? 3 : 1);

/** Lays a folder out: 25 ms for 20,000 files. Cells without lines have no area. */
export function layout(folder: Area, width: number, height: number): Cell {
  const root = hierarchy(folder, (one) => (one.kind === 'folder' ? contentOf(one) : null))
    .sum(({ kind, lines }) => (kind === 'folder' ? 0 : lines))
    .sort((left, right) => (right.value ?? 0) - (left.value ?? 0) || (left.data.path < right.data.path ? -1 : 1));
  return treemap<Area>()
    .tile(treemapSquarify.ratio(1.25))
    .size([width, height])
    .round(true)
    .paddingInner((cell) => (cell.depth < 2 ? 2 : 1))
    .paddingTop((cell) => (isNamed(cell) ? strip : edge(cell)))
    .paddingLeft(edge)
    .paddingRight(edge)
    .paddingBottom(edge)(root);
}

const within = (x: number, y: number) => (cell: Cell) => x >= cell.x0 && x < cell.x1 && y >= cell.y0 && y < cell.y1;

/** The innermost cell at a point: a file, or a folder where only its own frame is. */
export function cellAt(root: Cell, x: number, y: number): Cell | null {
  let found: Cell | null = null;
  for (let next: Cell | undefined = within(x, y)(root) ? root : undefined; next; ) {
    found = next;
    next = next.children?.find(within(x, y));
  }
  return found === root ? null : found;
}

/** The cell of a path, if it is on the picture. */
export function cellOf(root: Cell, path: string): Cell | null {
  const inside = (cell: Cell) => cell.data.path === path || path.startsWith(`${cell.data.path}/`);
  for (let cell: Cell | undefined = root; cell; cell = cell.children?.find(inside)) {
    if (cell.data.path === path && cell.data.kind !== 'rest') return cell;
  }
  return null;
}

/** A cell on a picture of the same folder that was laid out anew; null on another folder's, or where it is no more. */
export function again(root: Cell, cell: Cell): Cell | null {
  const before = cell.ancestors().at(-1);
  if (before === root) return cell;
  const found = before?.data.path === root.data.path ? cellOf(root, cell.data.path) : null;
  return found === root ? null : found;
}

const seen = (cell: Cell) => cell.x1 > cell.x0 && cell.y1 > cell.y0;

/** The largest cell in a folder. */
export const firstIn = (root: Cell): Cell | null => root.children?.find(seen) ?? null;

/** The nearest cell in a direction: beside this one in its folder, or else beside the folder. */
export function beside(cell: Cell, direction: Direction): Cell | null {
  const { parent } = cell;
  if (!parent) return null;
  let best: Cell | null = null;
  let nearest = Infinity;
  for (const other of parent.children ?? []) {
    if (other === cell || !seen(other)) continue;
    const far = distance(cell, other, direction);
    if (far < nearest) [best, nearest] = [other, far];
  }
  return best ?? beside(parent, direction);
}

/** Along the direction, and thrice across it; infinite for what does not lie there. */
function distance(from: Cell, to: Cell, direction: Direction): number {
  const ahead = {
    left: from.x0 - to.x1,
    right: to.x0 - from.x1,
    up: from.y0 - to.y1,
    down: to.y0 - from.y1,
  }[direction];
  if (ahead < 0) return Infinity;
  const level = direction === 'left' || direction === 'right';
  const across = level ? gap(from.y0, from.y1, to.y0, to.y1) : gap(from.x0, from.x1, to.x0, to.x1);
  return ahead + 3 * across;
}

/** Between the middle of one span and the nearest point of another. */
function gap(start: number, end: number, low: number, high: number): number {
  const middle = (start + end) / 2;
  return Math.max(low - middle, middle - high, 0);
}
