// What the committed build was made from, as one digest that Python can compute as well:
// sha256 over "<path>\0<sha256 of the file>\n", for every file of frontend/ in the order of paths.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const frontend = new URL('..', import.meta.url).pathname;
export const output = new URL('../../schema/static/', import.meta.url).pathname;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const byCodeUnit = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

/** Paths of all files below a folder, with slashes, sorted; the names in `skip` are left out. */
export function filesBelow(folder, skip = []) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => skip.includes(part)))
    .sort(byCodeUnit);
}

export const digestOf = (folder, path) => sha256(readFileSync(join(folder, path)));

export function sourcesDigest() {
  const lines = filesBelow(frontend, ['node_modules']).map((path) => `${path}\0${digestOf(frontend, path)}\n`);
  return sha256(lines.join(''));
}
