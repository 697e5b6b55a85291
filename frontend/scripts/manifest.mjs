// The last step of a build: build.json says what it was made from and what it made, so that a
// test without Node notices a stale or a hand-edited file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, filesBelow, output, sourcesDigest } from './sources.mjs';

const files = Object.fromEntries(
  filesBelow(output, ['build.json']).map((path) => [path, digestOf(output, path)]),
);
writeFileSync(join(output, 'build.json'), `${JSON.stringify({ sources: sourcesDigest(), files }, null, 2)}\n`);
