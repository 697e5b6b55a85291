// The tabs of a repository, in their order; each a file of its own that is loaded when it is opened.
import type { Component } from 'svelte';

import type { RepositoryRowFragment } from '../generated/operations';
import type { TabName } from './route.svelte';

export interface Tab {
  readonly name: TabName;
  readonly label: string;
  /** Whether it shows something before there is a map. */
  readonly early: boolean;
  readonly load: () => Promise<{ readonly default: Component<{ repository: RepositoryRowFragment }> }>;
}

export const tabs: readonly Tab[] = [
  { name: 'map', label: 'Map', early: true, load: () => import('../pages/MapTab.svelte') },
  { name: 'treemap', label: 'Treemap', early: false, load: () => import('../pages/TreemapTab.svelte') },
  { name: 'symbols', label: 'Symbols', early: false, load: () => import('../pages/SymbolsTab.svelte') },
  { name: 'file', label: 'File', early: false, load: () => import('../pages/FileTab.svelte') },
  { name: 'diff', label: 'Diff', early: false, load: () => import('../pages/DiffTab.svelte') },
  { name: 'jobs', label: 'Jobs', early: true, load: () => import('../pages/JobsTab.svelte') },
];
