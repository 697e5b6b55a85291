// Both builds write into one folder, so neither may empty it: this does, before the first.
import { mkdirSync, rmSync } from 'node:fs';
import { output } from './sources.mjs';

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
