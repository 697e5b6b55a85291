// The steps of a job as people read them, and its counters in their own units: nothing is estimated.
import type { AdvanceFragment, Phase } from '../generated/operations';
import { bytes, count, duration } from './format';

const names: Record<Phase, string> = {
  QUEUED: 'Waiting for a worker',
  RESOLVING: 'Resolving the remote',
  ENUMERATING: 'Enumerating objects',
  COUNTING: 'Counting objects',
  COMPRESSING: 'Compressing objects',
  RECEIVING: 'Receiving objects',
  INDEXING: 'Indexing objects',
  LISTING: 'Listing files',
  PARSING: 'Parsing files',
  LINKING: 'Linking references',
  RANKING: 'Ranking symbols',
  SAVING: 'Saving the map',
  DONE: 'Done',
};

const units: Partial<Record<Phase, string>> = {
  ENUMERATING: 'objects',
  COUNTING: 'objects',
  COMPRESSING: 'objects',
  RECEIVING: 'objects',
  INDEXING: 'objects',
  LISTING: 'files',
  PARSING: 'files',
};

const order = Object.keys(names) as Phase[];

/** What the bar shows, one segment each: git's four steps before the transfer's end are one. */
export const segments: readonly { readonly name: string; readonly phases: readonly Phase[] }[] = [
  { name: 'Resolve', phases: ['RESOLVING'] },
  { name: 'Receive', phases: ['ENUMERATING', 'COUNTING', 'COMPRESSING', 'RECEIVING'] },
  { name: 'Index', phases: ['INDEXING'] },
  { name: 'List', phases: ['LISTING'] },
  { name: 'Parse', phases: ['PARSING'] },
  { name: 'Link', phases: ['LINKING'] },
  { name: 'Rank', phases: ['RANKING'] },
  { name: 'Save', phases: ['SAVING'] },
];

export const phaseName = (phase: Phase) => names[phase];
export const positionOf = (phase: Phase) => order.indexOf(phase);

/** `1,204 of 5,310 objects`, without what is not known. */
export function counter(phase: Phase, current: number | null, total: number | null): string {
  if (current === null) return '';
  const parts = [count(current), total === null ? '' : `of ${count(total)}`, units[phase] ?? ''];
  return parts.filter(Boolean).join(' ');
}

/** Every counter that the server gave, in the order in which they matter. */
export function counters(progress: AdvanceFragment): string[] {
  const { phase, current, total, receivedBytes, bytesPerSecond } = progress;
  return [
    counter(phase, current, total),
    receivedBytes === null ? '' : bytes(Number(receivedBytes)),
    bytesPerSecond === null ? '' : `${bytes(bytesPerSecond)}/s`,
  ].filter(Boolean);
}

/** How long this phase will still take, where the server can say; the whole job nobody can foretell. */
export function remaining({ secondsRemaining, fraction }: Pick<AdvanceFragment, 'secondsRemaining' | 'fraction'>): string {
  return secondsRemaining === null || fraction === 1 ? '' : `about ${duration(Math.max(1, Math.round(secondsRemaining)) * 1000)} left in this step`;
}

/** The steps after this one, each by its first name. */
export function ahead(phase: Phase): readonly Phase[] {
  const at = segments.findIndex(({ phases }) => phases.includes(phase));
  return at < 0 ? [] : segments.slice(at + 1).map(({ phases }) => phases.at(-1)!);
}

/** Why a job waits. */
export function waiting({ attempt, queuePosition }: { attempt: number; queuePosition: number | null }): string {
  if (attempt > 0) return `Attempt ${attempt} failed; it will be tried again.`;
  if (!queuePosition) return 'Next in the queue.';
  return `Waiting behind ${count(queuePosition)} other ${queuePosition === 1 ? 'job' : 'jobs'}.`;
}
