// The picture's canvas: drawn anew when its size, its colours or its files change, and zoomed when the folder does.
import type { Area } from './areas';
import { cellOf, layout, type Cell } from './cells';
import { draw, paletteOf } from './drawing';
import { zoom, type Box } from './zoom';

const still = matchMedia('(prefers-reduced-motion: reduce)');
const dark = matchMedia('(prefers-color-scheme: dark)');

export interface Sheet {
  readonly area: Area;
  readonly width: number;
  readonly height: number;
  /** Device pixels to one of CSS. */
  readonly scale: number;
  readonly mapped: ReadonlyMap<string, number>;
}

export class Drawn {
  root = $state.raw<Cell | null>(null);
  #last: { readonly root: Cell; readonly picture: OffscreenCanvas; readonly scale: number } | null = null;
  #stop = () => {};

  /** Draws the sheet; when it is another folder within, or around, the last one, moving there. */
  show(canvas: HTMLCanvasElement, sheet: Sheet): void {
    this.#stop();
    const { area, width, height, scale, mapped } = sheet;
    const context = canvas.getContext('2d');
    if (!context || width < 1 || height < 1) return;
    const last = this.#last;
    const same = last?.root.data === area && last.root.x1 === width && last.root.y1 === height;
    const root = same ? last.root : layout(area, width, height);
    const picture = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
    draw(picture, root, { palette: paletteOf(canvas), scale, isMapped: ({ data }) => mapped.has(data.path) && data.kind === 'file' });
    this.root = root;
    this.#last = { root, picture, scale };
    const settle = () => {
      [canvas.width, canvas.height] = [picture.width, picture.height];
      context.drawImage(picture, 0, 0);
    };
    const way = last && !same && !still.matches && last.picture.width === picture.width ? passage(last.root, root, scale) : null;
    if (!last || !way) return settle();
    const [outside, inside] = way.inwards ? [last.picture, picture] : [picture, last.picture];
    this.#stop = zoom(context, { outside, inside, ...way }, settle);
  }

  stop(): void {
    this.#stop();
  }
}

/** Where the inner of two pictures lies on the outer one, in device pixels; null when neither holds the other. */
function passage(from: Cell, to: Cell, scale: number): { place: Box; inwards: boolean } | null {
  const inwards = to.data.path.length > from.data.path.length;
  const cell = inwards ? cellOf(from, to.data.path) : cellOf(to, from.data.path);
  if (!cell || cell.depth === 0 || cell.x1 - cell.x0 < 1 || cell.y1 - cell.y0 < 1) return null;
  const [x0, y0, x1, y1] = [cell.x0 * scale, cell.y0 * scale, cell.x1 * scale, cell.y1 * scale];
  return { place: { x0, y0, x1, y1 }, inwards };
}

/** Calls back when light turns to dark, or back. */
export function onThemeChange(callback: () => void): () => void {
  dark.addEventListener('change', callback);
  return () => dark.removeEventListener('change', callback);
}
