// Numbers as words. Bytes are decimal, as git's own progress is not, but every file manager's are.

const integer = new Intl.NumberFormat('en');
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const count = (value: number) => integer.format(value);
export const timestamp = (iso: string) => moment.format(new Date(iso));
export const shortCommit = (commit: string) => commit.slice(0, 9);

export function bytes(value: number): string {
  if (value < 1000) return `${integer.format(value)} B`;
  if (value < 1e6) return `${tenth.format(value / 1e3)} kB`;
  if (value < 1e9) return `${tenth.format(value / 1e6)} MB`;
  return `${tenth.format(value / 1e9)} GB`;
}

/** Milliseconds as `0.8 s`, `12 s`, `3 min 05 s` or `2 h 10 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 10 && !Number.isInteger(seconds)) return `${tenth.format(seconds)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${pad((seconds % 3600) / 60)} min`;
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

export function age(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  for (const [unit, size] of units) {
    if (seconds >= size) return ago.format(-Math.floor(seconds / size), unit);
  }
  return 'just now';
}

const percents = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 });

/** A share of everything as percent: `12%`, `0.031%`. */
export const share = (value: number) => (value > 0 && value < 0.000005 ? '< 0.0005%' : percents.format(value));

/** `in 5 minutes`; what is due already is due now. */
export function ahead(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  for (const [unit, size] of units) {
    if (seconds >= size) return ago.format(Math.floor(seconds / size), unit);
  }
  return seconds > 0 ? 'within a minute' : 'due now';
}
