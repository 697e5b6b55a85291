// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Where the copy of a repository's objects stands. */
export type CloneState =
  | 'NOT_STARTED'
  | 'QUEUED'
  | 'CLONING'
  | 'READY'
  | 'UPDATING'
  | 'FAILED'
  | 'CANCELLED'
  | 'EVICTED';

/** Stable names of everything that can go wrong; never renamed, only added to. */
export type ErrorCode =
  | 'INVALID_URL'
  | 'INVALID_REF'
  | 'INVALID_ARGUMENT'
  | 'CREDENTIALS_IN_URL'
  | 'PROTOCOL_NOT_ALLOWED'
  | 'HOST_NOT_ALLOWED'
  | 'ADDRESS_NOT_ALLOWED'
  | 'NOT_FOUND_OR_PRIVATE'
  | 'AUTH_REQUIRED'
  | 'REF_NOT_FOUND'
  | 'NETWORK'
  | 'STALLED'
  | 'TIMEOUT'
  | 'REDIRECT_REFUSED'
  | 'EMPTY_REPOSITORY'
  | 'TOO_LARGE'
  | 'TREE_TOO_LARGE'
  | 'MEMORY_LIMIT'
  | 'DISK_FULL'
  | 'QUOTA_EXCEEDED'
  | 'CORRUPT_OBJECTS'
  | 'RATE_LIMITED'
  | 'CANCELLED'
  | 'WORKER_LOST'
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'QUERY_TOO_COSTLY'
  | 'INTERNAL';

/** SNAPSHOT is the state now; RESYNC means that hints were lost and the state was read again. */
export type EventKind =
  | 'SNAPSHOT'
  | 'CHANGE'
  | 'RESYNC'
  | 'DELETED';

/** What the asker works on; it moves the outline towards that. */
export type FocusInput = {
  /** In words: a task, an error message, a question. */
  readonly text?: string | null | undefined;
  /** Paths of files that are being worked on. */
  readonly files?: ReadonlyArray<string> | null | undefined;
  /** Names of definitions that matter. */
  readonly symbols?: ReadonlyArray<string> | null | undefined;
};

/** What a job is for; all but REMOVE end in a snapshot. */
export type JobKind =
  | 'CLONE'
  | 'REFRESH'
  | 'MAP'
  | 'REMOVE';

/** The state machine of a job; the last three are final. */
export type JobState =
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'CANCELLED';

/** Where the map of a repository stands. */
export type MapState =
  | 'NOT_STARTED'
  | 'QUEUED'
  | 'BUILDING'
  | 'READY'
  | 'FAILED'
  | 'CANCELLED';

/** The steps of a job, in their order; some may be skipped, none repeats. */
export type Phase =
  | 'QUEUED'
  | 'RESOLVING'
  | 'ENUMERATING'
  | 'COUNTING'
  | 'COMPRESSING'
  | 'RECEIVING'
  | 'INDEXING'
  | 'LISTING'
  | 'PARSING'
  | 'LINKING'
  | 'RANKING'
  | 'SAVING'
  | 'DONE';

export type FollowJobSubscriptionVariables = Exact<{
  id: string;
}>;


export type FollowJobSubscription = { readonly jobProgress: { readonly kind: EventKind, readonly job: { readonly id: string, readonly kind: JobKind, readonly state: JobState, readonly revision: number, readonly ref: string | null, readonly commit: string | null, readonly attempt: number, readonly queuePosition: number | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly phases: ReadonlyArray<{ readonly phase: Phase, readonly startedAt: string, readonly finishedAt: string | null, readonly current: number | null, readonly total: number | null }> } } };

export type JobRowFragment = { readonly id: string, readonly kind: JobKind, readonly state: JobState, readonly revision: number, readonly ref: string | null, readonly commit: string | null, readonly attempt: number, readonly queuePosition: number | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly phases: ReadonlyArray<{ readonly phase: Phase, readonly startedAt: string, readonly finishedAt: string | null, readonly current: number | null, readonly total: number | null }> };

export type CloneRepositoryMutationVariables = Exact<{
  url: string;
}>;


export type CloneRepositoryMutation = { readonly cloneRepository: { readonly alreadyRunning: boolean, readonly repository: { readonly id: string, readonly name: string } | null, readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type RefreshRepositoryMutationVariables = Exact<{
  id: string;
}>;


export type RefreshRepositoryMutation = { readonly refreshRepository: { readonly alreadyRunning: boolean, readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type CancelJobMutationVariables = Exact<{
  id: string;
}>;


export type CancelJobMutation = { readonly cancelJob: { readonly errors: ReadonlyArray<{ readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }> } };

export type RepoMapQueryVariables = Exact<{
  id: string;
  tokens: number;
  focus?: FocusInput | null | undefined;
}>;


export type RepoMapQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly commit: string, readonly ref: string | null, readonly builtAt: string, readonly coverage: { readonly filesListed: number, readonly filesParsed: number, readonly filesSkipped: number, readonly symbols: number, readonly references: number, readonly resolved: number, readonly ambiguous: number, readonly unresolved: number }, readonly languages: ReadonlyArray<{ readonly language: string, readonly files: number, readonly lines: number, readonly share: number }>, readonly repoMap: { readonly text: string, readonly tokens: number, readonly budget: number, readonly files: ReadonlyArray<{ readonly path: string }>, readonly omitted: { readonly files: number, readonly symbols: number, readonly tokensForNext: number | null } } } | null } | null };

export type AdvanceFragment = { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null };

export type FailureFragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

export type RepositoryRowFragment = { readonly id: string, readonly url: string, readonly name: string, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } };

export type FollowFleetSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type FollowFleetSubscription = { readonly repositoriesChanged: { readonly kind: EventKind, readonly repository: { readonly id: string, readonly url: string, readonly name: string, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } } } };

export type FollowRepositorySubscriptionVariables = Exact<{
  id: string;
}>;


export type FollowRepositorySubscription = { readonly repositoryChanged: { readonly kind: EventKind, readonly repository: { readonly id: string, readonly url: string, readonly name: string, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } } } };

export type KnownRepositoriesQueryVariables = Exact<{ [key: string]: never; }>;


export type KnownRepositoriesQuery = { readonly repositories: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export const FollowJob = "subscription FollowJob($id:ID!){jobProgress(id:$id){kind job{...JobRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond message}fragment Failure on JobError{code message retryable hint}fragment JobRow on Job{id kind state revision ref commit attempt queuePosition createdAt startedAt finishedAt progress{...Advance}error{...Failure}phases{phase startedAt finishedAt current total}}" as Operation<FollowJobSubscription, FollowJobSubscriptionVariables>;

export const CloneRepository = "mutation CloneRepository($url:String!){cloneRepository(input:{url:$url}){alreadyRunning repository{id name}errors{...on Error{code message retryable hint}}}}" as Operation<CloneRepositoryMutation, CloneRepositoryMutationVariables>;

export const RefreshRepository = "mutation RefreshRepository($id:ID!){refreshRepository(input:{repositoryId:$id}){alreadyRunning errors{...on Error{code message retryable hint}}}}" as Operation<RefreshRepositoryMutation, RefreshRepositoryMutationVariables>;

export const CancelJob = "mutation CancelJob($id:ID!){cancelJob(input:{jobId:$id}){errors{...on Error{code message retryable hint}}}}" as Operation<CancelJobMutation, CancelJobMutationVariables>;

export const RepoMap = "query RepoMap($id:ID!$tokens:Int!$focus:FocusInput){repository(id:$id){snapshot{id commit ref builtAt coverage{filesListed filesParsed filesSkipped symbols references resolved ambiguous unresolved}languages{language files lines share}repoMap(tokens:$tokens focus:$focus){text tokens budget files{path}omitted{files symbols tokensForNext}}}}}" as Operation<RepoMapQuery, RepoMapQueryVariables>;

export const FollowFleet = "subscription FollowFleet{repositoriesChanged{kind repository{...RepositoryRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond message}fragment Failure on JobError{code message retryable hint}fragment RepositoryRow on Repository{id url name revision defaultBranch sizeBytes createdAt updatedAt clone{state completedAt progress{...Advance}error{...Failure}job{id}}map{state completedAt progress{...Advance}error{...Failure}job{id}}freshness{servedCommit remoteHead stale checkedAt}}" as Operation<FollowFleetSubscription, FollowFleetSubscriptionVariables>;

export const FollowRepository = "subscription FollowRepository($id:ID!){repositoryChanged(id:$id){kind repository{...RepositoryRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond message}fragment Failure on JobError{code message retryable hint}fragment RepositoryRow on Repository{id url name revision defaultBranch sizeBytes createdAt updatedAt clone{state completedAt progress{...Advance}error{...Failure}job{id}}map{state completedAt progress{...Advance}error{...Failure}job{id}}freshness{servedCommit remoteHead stale checkedAt}}" as Operation<FollowRepositorySubscription, FollowRepositorySubscriptionVariables>;

export const KnownRepositories = "query KnownRepositories{repositories(first:500){edges{node{id}}pageInfo{hasNextPage}}}" as Operation<KnownRepositoriesQuery, KnownRepositoriesQueryVariables>;
