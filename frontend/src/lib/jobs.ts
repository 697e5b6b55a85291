// A job's attempt as a picture of where its time went.
import type { JobKind, JobRowFragment } from '../generated/operations';

export const jobKinds: Record<JobKind, string> = {
  CLONE: 'Clone and map',
  REFRESH: 'Refresh',
  MAP: 'Map of another ref',
  REMOVE: 'Removal',
};

export interface Span {
  readonly phase: JobRowFragment['phases'][number]['phase'];
  /** Milliseconds after the attempt began. */
  readonly after: number;
  /** Milliseconds. */
  readonly took: number;
  /** The same two as shares of the whole, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

type Stage = JobRowFragment['phases'][number];
export type StageSign = 'turn' | 'check' | 'stop' | 'none' | 'cross';

/** How far a phase came. Work stopped in the last one, unless the job is still at it or came through. */
export function stageSign(stage: Pick<Stage, 'finishedAt'>, isLast: boolean, state: JobRowFragment['state']): StageSign {
  if (state === 'RUNNING' && stage.finishedAt === null) return 'turn';
  if (!isLast || state === 'RUNNING' || state === 'SUCCEEDED') return 'check';
  return state === 'CANCELLED' ? 'stop' : state === 'QUEUED' ? 'none' : 'cross';
}

type Timed = Pick<JobRowFragment, 'phases' | 'startedAt' | 'finishedAt'>;

/** Each phase of the newest attempt against the whole of it; what is under way ends `now`. */
export function waterfall({ phases, startedAt, finishedAt }: Timed, now: number): readonly Span[] {
  const known = phases.filter(({ phase }) => phase !== 'QUEUED' && phase !== 'DONE');
  const [first] = known;
  if (first === undefined) return [];
  const from = Math.min(Date.parse(first.startedAt), startedAt === null ? Infinity : Date.parse(startedAt));
  const ends = known.map((one) => Date.parse(one.finishedAt ?? finishedAt ?? new Date(now).toISOString()));
  const whole = Math.max(1, ...ends.map((end) => end - from));
  return known.map(({ phase, startedAt }, place) => {
    const after = Math.max(0, Date.parse(startedAt) - from);
    const took = Math.max(0, ends[place]! - from - after);
    return { phase, after, took, left: after / whole, width: took / whole };
  });
}
