// Written by `npm run types` from schema/schema.graphql and src/documents.
export * from './access.documents';
export * from './clone.documents';
export * from './fleet.documents';
export * from './jobs.documents';
export * from './maps.documents';
export * from './orders.documents';
export * from './repositories.documents';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where the copy of a repository's objects stands. */
export type CloneState =
  /** Nobody has asked for it. */
  | 'NOT_STARTED'
  /** The first clone waits for its turn. */
  | 'QUEUED'
  /** The first clone is under way. */
  | 'CLONING'
  /** The objects are here. */
  | 'READY'
  /** The objects are here, and the remote is asked for newer ones. */
  | 'UPDATING'
  /** The first clone failed; `error` says why. */
  | 'FAILED'
  /** The first clone was cancelled. */
  | 'CANCELLED'
  /** The objects were deleted to make room; maps stay, and a refresh clones anew. */
  | 'EVICTED';

/** Stable names of everything that can go wrong; never renamed, only added to. */
export type ErrorCode =
  /** The URL names no repository. */
  | 'INVALID_URL'
  /** The ref is outside the accepted grammar; git never saw it. */
  | 'INVALID_REF'
  /** A number, a cursor, an id or a setting is outside what is accepted. */
  | 'INVALID_ARGUMENT'
  /** The URL carries a user name or a password. */
  | 'CREDENTIALS_IN_URL'
  /** The server's policy does not open this protocol. */
  | 'PROTOCOL_NOT_ALLOWED'
  /** The server's policy does not open this host or port. */
  | 'HOST_NOT_ALLOWED'
  /** The host is an address, or leads to one that is not public. */
  | 'ADDRESS_NOT_ALLOWED'
  /** The remote has no such repository, or does not show it. */
  | 'NOT_FOUND_OR_PRIVATE'
  /** The remote asks for credentials. */
  | 'AUTH_REQUIRED'
  /** The repository has no such branch, tag or commit. */
  | 'REF_NOT_FOUND'
  /** The remote could not be reached, or the connection broke. */
  | 'NETWORK'
  /** Nothing arrived for too long. */
  | 'STALLED'
  /** It took longer than it may in all. */
  | 'TIMEOUT'
  /** The remote leads elsewhere, and no redirect is followed to there. */
  | 'REDIRECT_REFUSED'
  /** The repository has no commit. */
  | 'EMPTY_REPOSITORY'
  /** The clone or the file is larger than the limit. */
  | 'TOO_LARGE'
  /** The commit has more files than the limit. */
  | 'TREE_TOO_LARGE'
  /** git needed more memory than it may have. */
  | 'MEMORY_LIMIT'
  /** The disk is full or cannot be written. */
  | 'DISK_FULL'
  /** The clones that are pinned or at work leave no room under the quota. */
  | 'QUOTA_EXCEEDED'
  /** The repository's objects fail git's checks. */
  | 'CORRUPT_OBJECTS'
  /** Too much was asked for in too short a time, of this server or of the remote. */
  | 'RATE_LIMITED'
  /** Somebody cancelled it. */
  | 'CANCELLED'
  /** The processes that did it died or fell silent, three times. */
  | 'WORKER_LOST'
  /** The thing asked for is not here (any more). */
  | 'NOT_FOUND'
  /** No token was shown where one is needed, or one that is not known (any more). */
  | 'UNAUTHENTICATED'
  /** The caller's token does not allow this. */
  | 'FORBIDDEN'
  /** The document asks for more than one answer may cost. */
  | 'QUERY_TOO_COSTLY'
  /** Another version made the map, which this one cannot read; it is being made anew. */
  | 'MAP_OUTDATED'
  /** A defect of the server. */
  | 'INTERNAL';

/** Why an event was sent. */
export type EventKind =
  /** The state now, as the first event. */
  | 'SNAPSHOT'
  /** A newer state. */
  | 'CHANGE'
  /** The state now, read again: hints were lost, or `afterRevision` was never reached. */
  | 'RESYNC'
  /** It was removed; the last event about it. */
  | 'DELETED';

/** What the asker works on; it moves the outline towards that. */
export type FocusInput = {
  /** In words: a task, an error message, a question. */
  readonly text?: string | null | undefined;
  /** Paths of files that are being worked on. */
  readonly files?: ReadonlyArray<string> | null | undefined;
  /** Names of definitions that matter. */
  readonly symbols?: ReadonlyArray<string> | null | undefined;
  /** A unified diff, as `git diff` prints it, at most 200000 characters: what it changes and who uses that. It may lead away from this commit, or to it. */
  readonly diff?: string | null | undefined;
};

/** What a job is for; all but REMOVE end in a snapshot. */
export type JobKind =
  /** Clone a repository and map it. */
  | 'CLONE'
  /** Ask the remote, and map its new head when it has moved. */
  | 'REFRESH'
  /** Map another branch, tag or commit. */
  | 'MAP'
  /** Delete the clone, the maps and the rows. */
  | 'REMOVE';

/** The state machine of a job; the last three are final. */
export type JobState =
  /** It waits for its turn, or for its next try. */
  | 'QUEUED'
  /** An attempt is under way. */
  | 'RUNNING'
  /** It did what it was for. */
  | 'SUCCEEDED'
  /** It was given up; `error` says why. */
  | 'FAILED'
  /** Somebody cancelled it. */
  | 'CANCELLED';

/** Where the map of a repository stands. */
export type MapState =
  /** Nobody has asked for it. */
  | 'NOT_STARTED'
  /** It waits for the clone. */
  | 'QUEUED'
  /** It is being built; an older one stays readable. */
  | 'BUILDING'
  /** It can be read. */
  | 'READY'
  /** It could not be built, and there is no older one. */
  | 'FAILED'
  /** It was cancelled, and there is no older one. */
  | 'CANCELLED';

/** The steps of a job, in their order; some may be skipped, none repeats. */
export type Phase =
  /** Waiting for its turn. */
  | 'QUEUED'
  /** Looking up the host and asking it for the ref. */
  | 'RESOLVING'
  /** The remote lists the objects to send. */
  | 'ENUMERATING'
  /** The remote counts them. */
  | 'COUNTING'
  /** The remote packs them. */
  | 'COMPRESSING'
  /** Objects and bytes arrive. */
  | 'RECEIVING'
  /** git checks and indexes what arrived. */
  | 'INDEXING'
  /** Listing the files of the commit. */
  | 'LISTING'
  /** Reading the definitions and uses in each file. */
  | 'PARSING'
  /** Finding the definition behind each use. */
  | 'LINKING'
  /** Ranking definitions and files by who uses them. */
  | 'RANKING'
  /** Storing the map. */
  | 'SAVING'
  /** The job has succeeded. */
  | 'DONE';

/** What somebody may do; each one brings those before it. */
export type Scope =
  /** Query and follow what is known here. */
  | 'READ'
  /** Ask for clones, refreshes and maps, ask remotes for their refs, cancel what one asked for. */
  | 'CLONE'
  /** Cancel what others asked for, remove repositories. */
  | 'ADMIN';

export type WhoAmIQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoAmIQuery = { readonly viewer: { readonly name: string, readonly scopes: ReadonlyArray<Scope> } };

export type CloneRepositoryMutationVariables = Exact<{
  url: string;
  ref?: string | null | undefined;
}>;


export type CloneRepositoryMutation = { readonly cloneRepository: { readonly alreadyRunning: boolean, readonly repository: { readonly id: string, readonly name: string } | null, readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

type Refusal_InvalidRefError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

type Refusal_InvalidUrlError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

type Refusal_NotAllowedError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

type Refusal_NotFoundError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

type Refusal_RateLimitedError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

type Refusal_RemoteError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

export type RefusalFragment =
  | Refusal_InvalidRefError_Fragment
  | Refusal_InvalidUrlError_Fragment
  | Refusal_NotAllowedError_Fragment
  | Refusal_NotFoundError_Fragment
  | Refusal_RateLimitedError_Fragment
  | Refusal_RemoteError_Fragment
;

export type FollowFleetSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type FollowFleetSubscription = { readonly repositoriesChanged: { readonly kind: EventKind, readonly repository: { readonly id: string, readonly url: string, readonly name: string, readonly private: boolean, readonly pinned: boolean, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly refreshMinutes: number | null, readonly nextRefreshAt: string | null, readonly snapshot: { readonly coverage: { readonly filesListed: number }, readonly languages: ReadonlyArray<{ readonly language: string, readonly share: number }> } | null, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } } } };

export type FleetRowFragment = { readonly id: string, readonly url: string, readonly name: string, readonly private: boolean, readonly pinned: boolean, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly refreshMinutes: number | null, readonly nextRefreshAt: string | null, readonly snapshot: { readonly coverage: { readonly filesListed: number }, readonly languages: ReadonlyArray<{ readonly language: string, readonly share: number }> } | null, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } };

export type KnownRepositoriesQueryVariables = Exact<{ [key: string]: never; }>;


export type KnownRepositoriesQuery = { readonly repositories: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type KeptQueryVariables = Exact<{ [key: string]: never; }>;


export type KeptQuery = { readonly server: { readonly storage: { readonly clonesBytes: string, readonly clonesQuotaBytes: string, readonly artifactsBytes: string, readonly artifactsQuotaBytes: string } } };

export type FollowJobSubscriptionVariables = Exact<{
  id: string;
}>;


export type FollowJobSubscription = { readonly jobProgress: { readonly kind: EventKind, readonly job: { readonly id: string, readonly kind: JobKind, readonly state: JobState, readonly revision: number, readonly ref: string | null, readonly commit: string | null, readonly attempt: number, readonly queuePosition: number | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly phases: ReadonlyArray<{ readonly phase: Phase, readonly startedAt: string, readonly finishedAt: string | null, readonly current: number | null, readonly total: number | null }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string, readonly phase: Phase | null, readonly lastLines: ReadonlyArray<string>, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null }> } } };

export type JobRowFragment = { readonly id: string, readonly kind: JobKind, readonly state: JobState, readonly revision: number, readonly ref: string | null, readonly commit: string | null, readonly attempt: number, readonly queuePosition: number | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly phases: ReadonlyArray<{ readonly phase: Phase, readonly startedAt: string, readonly finishedAt: string | null, readonly current: number | null, readonly total: number | null }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string, readonly phase: Phase | null, readonly lastLines: ReadonlyArray<string>, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null }> };

export type RepositoryJobsQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type RepositoryJobsQuery = { readonly repository: { readonly jobs: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: JobKind, readonly state: JobState, readonly revision: number, readonly ref: string | null, readonly commit: string | null, readonly attempt: number, readonly queuePosition: number | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly phases: ReadonlyArray<{ readonly phase: Phase, readonly startedAt: string, readonly finishedAt: string | null, readonly current: number | null, readonly total: number | null }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string, readonly phase: Phase | null, readonly lastLines: ReadonlyArray<string>, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type RepoMapQueryVariables = Exact<{
  id: string;
  tokens: number;
  focus?: FocusInput | null | undefined;
}>;


export type RepoMapQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly commit: string, readonly ref: string | null, readonly builtAt: string, readonly coverage: { readonly filesListed: number, readonly filesParsed: number, readonly filesSkipped: number, readonly symbols: number, readonly references: number, readonly resolved: number, readonly ambiguous: number, readonly unresolved: number }, readonly languages: ReadonlyArray<{ readonly language: string, readonly files: number, readonly lines: number, readonly share: number }>, readonly repoMap: { readonly text: string, readonly tokens: number, readonly budget: number, readonly files: ReadonlyArray<{ readonly path: string }>, readonly omitted: { readonly files: number, readonly symbols: number, readonly tokensForNext: number | null } } } | null } | null };

export type RefreshRepositoryMutationVariables = Exact<{
  id: string;
}>;


export type RefreshRepositoryMutation = { readonly refreshRepository: { readonly alreadyRunning: boolean, readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type CancelJobMutationVariables = Exact<{
  id: string;
}>;


export type CancelJobMutation = { readonly cancelJob: { readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type RetryJobMutationVariables = Exact<{
  id: string;
}>;


export type RetryJobMutation = { readonly retryJob: { readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type KeepRepositoryMutationVariables = Exact<{
  id: string;
  pinned?: boolean | null | undefined;
  refreshMinutes?: number | null | undefined;
}>;


export type KeepRepositoryMutation = { readonly updateRepository: { readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type RemoveRepositoryMutationVariables = Exact<{
  id: string;
}>;


export type RemoveRepositoryMutation = { readonly removeRepository: { readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type AdvanceFragment = { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null };

export type FailureFragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

export type RepositoryRowFragment = { readonly id: string, readonly url: string, readonly name: string, readonly private: boolean, readonly pinned: boolean, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly refreshMinutes: number | null, readonly nextRefreshAt: string | null, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } };

export type FollowRepositorySubscriptionVariables = Exact<{
  id: string;
}>;


export type FollowRepositorySubscription = { readonly repositoryChanged: { readonly kind: EventKind, readonly repository: { readonly id: string, readonly url: string, readonly name: string, readonly private: boolean, readonly pinned: boolean, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly refreshMinutes: number | null, readonly nextRefreshAt: string | null, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } } } };

export type KnownRepositoryQueryVariables = Exact<{
  url: string;
}>;


export type KnownRepositoryQuery = { readonly repository: { readonly id: string } | null };
