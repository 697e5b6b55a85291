// A state is a word and a sign, and only then a colour.
import type { CloneState, JobState, MapState, RepositoryRowFragment } from '../generated/operations';

export type Tone = 'quiet' | 'busy' | 'good' | 'bad';
export type Sign = 'none' | 'wait' | 'turn' | 'check' | 'cross' | 'stop';
export interface StateView {
  readonly word: string;
  readonly sign: Sign;
  readonly tone: Tone;
}

const view = (word: string, sign: Sign, tone: Tone): StateView => ({ word, sign, tone });

export const cloneStates: Record<CloneState, StateView> = {
  NOT_STARTED: view('not cloned', 'none', 'quiet'),
  QUEUED: view('waiting', 'wait', 'busy'),
  CLONING: view('cloning', 'turn', 'busy'),
  READY: view('cloned', 'check', 'good'),
  UPDATING: view('updating', 'turn', 'busy'),
  FAILED: view('clone failed', 'cross', 'bad'),
  CANCELLED: view('clone cancelled', 'stop', 'quiet'),
  EVICTED: view('evicted', 'stop', 'quiet'),
};

export const mapStates: Record<MapState, StateView> = {
  NOT_STARTED: view('no map yet', 'none', 'quiet'),
  QUEUED: view('map waiting', 'wait', 'busy'),
  BUILDING: view('mapping', 'turn', 'busy'),
  READY: view('mapped', 'check', 'good'),
  FAILED: view('map failed', 'cross', 'bad'),
  CANCELLED: view('map cancelled', 'stop', 'quiet'),
};

export const jobStates: Record<JobState, StateView> = {
  QUEUED: view('waiting', 'wait', 'busy'),
  RUNNING: view('running', 'turn', 'busy'),
  SUCCEEDED: view('succeeded', 'check', 'good'),
  FAILED: view('failed', 'cross', 'bad'),
  CANCELLED: view('cancelled', 'stop', 'quiet'),
};

/** The half of a repository's work that is under way, if any: the clone comes before the map. */
export function underWay<Status extends Pick<RepositoryRowFragment, 'clone' | 'map'>>({ clone, map }: Status) {
  if (cloneStates[clone.state].tone === 'busy') return clone;
  return mapStates[map.state].tone === 'busy' ? map : null;
}

/** Whether the work at it ended without what it was for: its job says why, and can be tried again. */
export function brokenOff({ clone, map }: Pick<RepositoryRowFragment, 'clone' | 'map'>): boolean {
  const ended: readonly (CloneState | MapState)[] = ['FAILED', 'CANCELLED'];
  return underWay({ clone, map }) === null && (ended.includes(clone.state) || ended.includes(map.state));
}

/** Both halves in one word: what is under way, else what went wrong, else what can be read. */
export function overall(repository: Pick<RepositoryRowFragment, 'clone' | 'map'>): StateView {
  const { clone, map } = repository;
  const cloned = cloneStates[clone.state];
  const mapped = mapStates[map.state];
  if (cloned.tone === 'busy') return map.state === 'READY' || clone.state !== 'UPDATING' ? cloned : mapped;
  if (mapped.tone === 'busy' || map.state === 'READY') return mapped;
  return cloned.tone === 'good' ? mapped : cloned;
}

/** What a state means for who reads it, where its word does not say so. */
export const evictedHint = 'Its objects were deleted to make room. Its maps stay; a refresh clones it anew.';
