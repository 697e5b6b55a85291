// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';

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

/** How the files of an outline are sorted; what is shown is chosen by rank in both. */
export type OutlineOrder =
  /** By the best symbol that is shown of each, then those that are shown by their path alone. */
  | 'RANK'
  /** By path. */
  | 'PATH';

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

/** How a reference was resolved to its definition. */
export type ResolutionStrategy =
  /** The definition stands in the same file. */
  | 'SAME_FILE'
  /** An import of the file leads to it. */
  | 'IMPORTED'
  /** The class of what it is called on is known: declared, made there, or returned. */
  | 'RECEIVER_TYPE'
  /** Both files are of one package or namespace, or hold parts of one class; at 0.6 they only share a folder: a guess. */
  | 'SAME_PACKAGE'
  /** A guess: the class is certain, its overload of as many parameters is not. */
  | 'OVERLOADED_NAME'
  /** A guess: it is the only definition of this name, and one that the file can know. */
  | 'UNIQUE_NAME'
  /** It is one of several of this name: used for the rank, never shown. */
  | 'AMBIGUOUS_NAME';

/** What somebody may do; each one brings those before it. */
export type Scope =
  /** Query and follow what is known here. */
  | 'READ'
  /** Ask for clones, refreshes and maps, ask remotes for their refs, cancel what one asked for. */
  | 'CLONE'
  /** Cancel what others asked for, remove repositories. */
  | 'ADMIN';

/** Why a listed file was not parsed. */
export type SkipReason =
  /** It is in no language that is parsed here. */
  | 'NO_LANGUAGE'
  /** It is larger than the server parses. */
  | 'TOO_LARGE'
  /** It holds NUL bytes: no source. */
  | 'BINARY'
  /** It is a symbolic link or a submodule. */
  | 'NOT_A_FILE'
  /** Its lines are too long to be written by a person. */
  | 'MINIFIED'
  /** Its path is longer than 1,024 bytes. */
  | 'PATH_TOO_LONG'
  /** Parsing it took longer than the server allows. */
  | 'DEADLINE'
  /** The parser died of it; the other files went on. */
  | 'PARSER_CRASHED'
  /** Its content could not be read. */
  | 'UNREADABLE';

/** What a definition is. */
export type SymbolKind =
  /** A module, package or namespace. */
  | 'MODULE'
  /** A class. */
  | 'CLASS'
  /** An interface or protocol. */
  | 'INTERFACE'
  /** A struct, record or union. */
  | 'STRUCT'
  /** An enumeration. */
  | 'ENUM'
  /** A trait. */
  | 'TRAIT'
  /** A function outside of a type. */
  | 'FUNCTION'
  /** A function of a type. */
  | 'METHOD'
  /** A constructor. */
  | 'CONSTRUCTOR'
  /** A computed attribute. */
  | 'PROPERTY'
  /** A stored attribute. */
  | 'FIELD'
  /** A constant. */
  | 'CONSTANT'
  /** A variable at the top level. */
  | 'VARIABLE'
  /** A type alias, or another named type. */
  | 'TYPE'
  /** A macro. */
  | 'MACRO';

export type WhoAmIQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoAmIQuery = { readonly viewer: { readonly name: string, readonly scopes: ReadonlyArray<Scope> } };

export type FileFactsQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  path: string;
}>;


export type FileFactsQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly commit: string, readonly file: { readonly path: string, readonly sizeBytes: string, readonly language: string | null, readonly lines: number, readonly rank: number, readonly symbolCount: number, readonly skipped: SkipReason | null } | null } | null } | null };

export type FileContentQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  path: string;
}>;


export type FileContentQuery = { readonly repository: { readonly snapshot: { readonly file: { readonly content: string } | null } | null } | null };

export type FileSymbolsQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  path: string;
  after?: string | null | undefined;
}>;


export type FileSymbolsQuery = { readonly repository: { readonly snapshot: { readonly file: { readonly symbols: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly qualifiedName: string, readonly kind: SymbolKind, readonly path: string, readonly startLine: number, readonly endLine: number, readonly rank: number }> } } | null } | null } | null };

export type FolderQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  path: string;
}>;


export type FolderQuery = { readonly repository: { readonly snapshot: { readonly tree: ReadonlyArray<{ readonly path: string, readonly name: string, readonly isDirectory: boolean, readonly files: number, readonly lines: number, readonly sizeBytes: string, readonly rank: number }> } | null } | null };

export type FilePathsQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type FilePathsQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly files: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly path: string }> } } | null } | null };

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
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

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

export type OutlineFragment = { readonly text: string, readonly tokens: number, readonly budget: number, readonly etag: string, readonly files: ReadonlyArray<{ readonly path: string, readonly rank: number }>, readonly omitted: { readonly files: number, readonly symbols: number, readonly tokensForNext: number | null } };

export type NumbersFragment = { readonly filesListed: number, readonly filesParsed: number, readonly filesSkipped: number, readonly symbols: number, readonly references: number, readonly resolved: number, readonly ambiguous: number, readonly unresolved: number };

export type RepoMapQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  tokens: number;
  focus?: FocusInput | null | undefined;
  paths?: ReadonlyArray<string> | string | null | undefined;
  languages?: ReadonlyArray<string> | string | null | undefined;
  order: OutlineOrder;
  lines: boolean;
}>;


export type RepoMapQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly commit: string, readonly ref: string | null, readonly builtAt: string, readonly coverage: { readonly filesListed: number, readonly filesParsed: number, readonly filesSkipped: number, readonly symbols: number, readonly references: number, readonly resolved: number, readonly ambiguous: number, readonly unresolved: number }, readonly languages: ReadonlyArray<{ readonly language: string, readonly files: number, readonly share: number }>, readonly repoMap: { readonly text: string, readonly tokens: number, readonly budget: number, readonly etag: string, readonly files: ReadonlyArray<{ readonly path: string, readonly rank: number }>, readonly omitted: { readonly files: number, readonly symbols: number, readonly tokensForNext: number | null } } } | null } | null };

export type RepoMapSymbolsQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  tokens: number;
  focus?: FocusInput | null | undefined;
  paths?: ReadonlyArray<string> | string | null | undefined;
  languages?: ReadonlyArray<string> | string | null | undefined;
  order: OutlineOrder;
  lines: boolean;
}>;


export type RepoMapSymbolsQuery = { readonly repository: { readonly snapshot: { readonly repoMap: { readonly etag: string, readonly files: ReadonlyArray<{ readonly symbols: ReadonlyArray<{ readonly line: number, readonly rank: number, readonly why: ReadonlyArray<string>, readonly symbol: { readonly id: string, readonly kind: SymbolKind, readonly name: string } }> }> } } | null } | null };

export type RepoMapMarkdownQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  tokens: number;
  focus?: FocusInput | null | undefined;
  paths?: ReadonlyArray<string> | string | null | undefined;
  languages?: ReadonlyArray<string> | string | null | undefined;
  order: OutlineOrder;
  lines: boolean;
}>;


export type RepoMapMarkdownQuery = { readonly repository: { readonly snapshot: { readonly repoMap: { readonly text: string } } | null } | null };

export type SkippedFilesQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type SkippedFilesQuery = { readonly repository: { readonly snapshot: { readonly skipped: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly path: string, readonly reason: SkipReason, readonly detail: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null } | null };

export type FollowMapSubscriptionVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  tokens: number;
  focus?: FocusInput | null | undefined;
  rows: boolean;
}>;


export type FollowMapSubscription = { readonly repoMapChanged: { readonly kind: EventKind, readonly complete: boolean, readonly coverage: { readonly filesListed: number, readonly filesParsed: number, readonly symbols: number }, readonly snapshot: { readonly id: string, readonly commit: string } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly repoMap?: { readonly text: string, readonly tokens: number, readonly budget: number, readonly etag: string, readonly files: ReadonlyArray<{ readonly path: string, readonly rank: number }>, readonly omitted: { readonly files: number, readonly symbols: number, readonly tokensForNext: number | null } } | null } };

export type MappedRefsQueryVariables = Exact<{
  id: string;
}>;


export type MappedRefsQuery = { readonly repository: { readonly url: string, readonly defaultBranch: string | null, readonly snapshots: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly commit: string, readonly ref: string | null, readonly builtAt: string }> } } | null };

export type RemoteRefsQueryVariables = Exact<{
  url: string;
  part?: string | null | undefined;
}>;


export type RemoteRefsQuery = { readonly remoteRefs:
    | { readonly branches: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly name: string, readonly commit: string }> }, readonly tags: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly name: string, readonly commit: string }> } }
    | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
   };

export type RefStateQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
}>;


export type RefStateQuery = { readonly repository: { readonly defaultBranch: string | null, readonly newestJob: { readonly id: string, readonly state: JobState } | null, readonly snapshot: { readonly id: string, readonly commit: string, readonly ref: string | null, readonly builtAt: string } | null } | null };

export type BuildRepoMapMutationVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
}>;


export type BuildRepoMapMutation = { readonly buildRepoMap: { readonly job: { readonly id: string } | null, readonly errors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
      | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null }
    > } };

export type AdvanceFragment = { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null };

export type FailureFragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null };

export type RepositoryRowFragment = { readonly id: string, readonly url: string, readonly name: string, readonly private: boolean, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } };

export type FollowFleetSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type FollowFleetSubscription = { readonly repositoriesChanged: { readonly kind: EventKind, readonly repository: { readonly id: string, readonly url: string, readonly name: string, readonly private: boolean, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } } } };

export type FollowRepositorySubscriptionVariables = Exact<{
  id: string;
}>;


export type FollowRepositorySubscription = { readonly repositoryChanged: { readonly kind: EventKind, readonly repository: { readonly id: string, readonly url: string, readonly name: string, readonly private: boolean, readonly revision: number, readonly defaultBranch: string | null, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly clone: { readonly state: CloneState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly map: { readonly state: MapState, readonly completedAt: string | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly job: { readonly id: string } | null }, readonly freshness: { readonly servedCommit: string | null, readonly remoteHead: string | null, readonly stale: boolean | null, readonly checkedAt: string | null } } } };

export type KnownRepositoriesQueryVariables = Exact<{ [key: string]: never; }>;


export type KnownRepositoriesQuery = { readonly repositories: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string } }>, readonly pageInfo: { readonly hasNextPage: boolean } } };

export type SymbolHeadFragment = { readonly id: string, readonly name: string, readonly qualifiedName: string, readonly kind: SymbolKind, readonly path: string, readonly startLine: number, readonly endLine: number, readonly rank: number };

export type SearchSymbolsQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  query?: string | null | undefined;
  kinds?: ReadonlyArray<SymbolKind> | SymbolKind | null | undefined;
  paths?: ReadonlyArray<string> | string | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchSymbolsQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly symbols: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly qualifiedName: string, readonly kind: SymbolKind, readonly path: string, readonly startLine: number, readonly endLine: number, readonly rank: number }> } } | null } | null };

export type OneSymbolQueryVariables = Exact<{
  id: string;
}>;


export type OneSymbolQuery = { readonly node:
    | { readonly signature: string, readonly complexity: number | null, readonly unresolvedCallers: number, readonly unresolvedCallees: number, readonly id: string, readonly name: string, readonly qualifiedName: string, readonly kind: SymbolKind, readonly path: string, readonly startLine: number, readonly endLine: number, readonly rank: number }
    | Record<PropertyKey, never>
   | null };

export type SymbolSourceQueryVariables = Exact<{
  id: string;
  maxLines: number;
}>;


export type SymbolSourceQuery = { readonly node:
    | { readonly source: string }
    | Record<PropertyKey, never>
   | null };

export type SymbolCallersQueryVariables = Exact<{
  id: string;
  least: number;
  after?: string | null | undefined;
}>;


export type SymbolCallersQuery = { readonly node:
    | { readonly callers: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly path: string, readonly line: number, readonly strategy: ResolutionStrategy, readonly confidence: number, readonly symbol: { readonly id: string, readonly name: string, readonly qualifiedName: string, readonly kind: SymbolKind, readonly path: string, readonly startLine: number, readonly endLine: number, readonly rank: number } | null }> } }
    | Record<PropertyKey, never>
   | null };

export type SymbolCalleesQueryVariables = Exact<{
  id: string;
  least: number;
  after?: string | null | undefined;
}>;


export type SymbolCalleesQuery = { readonly node:
    | { readonly callees: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly path: string, readonly line: number, readonly strategy: ResolutionStrategy, readonly confidence: number, readonly symbol: { readonly id: string, readonly name: string, readonly qualifiedName: string, readonly kind: SymbolKind, readonly path: string, readonly startLine: number, readonly endLine: number, readonly rank: number } | null }> } }
    | Record<PropertyKey, never>
   | null };

export const WhoAmI = "query WhoAmI{viewer{name scopes}}" as Operation<WhoAmIQuery, WhoAmIQueryVariables>;

export const FileFacts = "query FileFacts($id:ID!$ref:String$path:String!){repository(id:$id){snapshot(ref:$ref){id commit file(path:$path){path sizeBytes language lines rank symbolCount skipped}}}}" as Operation<FileFactsQuery, FileFactsQueryVariables>;

export const FileContent = "query FileContent($id:ID!$ref:String$path:String!){repository(id:$id){snapshot(ref:$ref){file(path:$path){content(maxBytes:1048576)}}}}" as Operation<FileContentQuery, FileContentQueryVariables>;

export const FileSymbols = "query FileSymbols($id:ID!$ref:String$path:String!$after:String){repository(id:$id){snapshot(ref:$ref){file(path:$path){symbols(first:500 after:$after){pageInfo{hasNextPage endCursor}nodes{...SymbolHead}}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<FileSymbolsQuery, FileSymbolsQueryVariables>;

export const Folder = "query Folder($id:ID!$ref:String$path:String!){repository(id:$id){snapshot(ref:$ref){tree(path:$path depth:1 most:2000){path name isDirectory files lines sizeBytes rank}}}}" as Operation<FolderQuery, FolderQueryVariables>;

export const FilePaths = "query FilePaths($id:ID!$ref:String$after:String){repository(id:$id){snapshot(ref:$ref){id files(first:500 after:$after orderBy:RANK){totalCount pageInfo{hasNextPage endCursor}nodes{path}}}}}" as Operation<FilePathsQuery, FilePathsQueryVariables>;

export const FollowJob = "subscription FollowJob($id:ID!){jobProgress(id:$id){kind job{...JobRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond message}fragment Failure on JobError{code message retryable hint}fragment JobRow on Job{id kind state revision ref commit attempt queuePosition createdAt startedAt finishedAt progress{...Advance}error{...Failure}phases{phase startedAt finishedAt current total}}" as Operation<FollowJobSubscription, FollowJobSubscriptionVariables>;

export const CloneRepository = "mutation CloneRepository($url:String!){cloneRepository(input:{url:$url}){alreadyRunning repository{id name}errors{...on Error{code message retryable hint}}}}" as Operation<CloneRepositoryMutation, CloneRepositoryMutationVariables>;

export const RefreshRepository = "mutation RefreshRepository($id:ID!){refreshRepository(input:{repositoryId:$id}){alreadyRunning errors{...on Error{code message retryable hint}}}}" as Operation<RefreshRepositoryMutation, RefreshRepositoryMutationVariables>;

export const CancelJob = "mutation CancelJob($id:ID!){cancelJob(input:{jobId:$id}){errors{...on Error{code message retryable hint}}}}" as Operation<CancelJobMutation, CancelJobMutationVariables>;

export const RepoMap = "query RepoMap($id:ID!$ref:String$tokens:Int!$focus:FocusInput$paths:[String!]$languages:[String!]$order:OutlineOrder!$lines:Boolean!){repository(id:$id){snapshot(ref:$ref){id commit ref builtAt coverage{...Numbers}languages{language files share}repoMap(tokens:$tokens focus:$focus paths:$paths languages:$languages orderBy:$order lineNumbers:$lines){...Outline}}}}fragment Numbers on Coverage{filesListed filesParsed filesSkipped symbols references resolved ambiguous unresolved}fragment Outline on RepoMap{text tokens budget etag files{path rank}omitted{files symbols tokensForNext}}" as Operation<RepoMapQuery, RepoMapQueryVariables>;

export const RepoMapSymbols = "query RepoMapSymbols($id:ID!$ref:String$tokens:Int!$focus:FocusInput$paths:[String!]$languages:[String!]$order:OutlineOrder!$lines:Boolean!){repository(id:$id){snapshot(ref:$ref){repoMap(tokens:$tokens focus:$focus paths:$paths languages:$languages orderBy:$order lineNumbers:$lines){etag files{symbols{line rank why symbol{id kind name}}}}}}}" as Operation<RepoMapSymbolsQuery, RepoMapSymbolsQueryVariables>;

export const RepoMapMarkdown = "query RepoMapMarkdown($id:ID!$ref:String$tokens:Int!$focus:FocusInput$paths:[String!]$languages:[String!]$order:OutlineOrder!$lines:Boolean!){repository(id:$id){snapshot(ref:$ref){repoMap(tokens:$tokens focus:$focus paths:$paths languages:$languages orderBy:$order lineNumbers:$lines format:MARKDOWN){text}}}}" as Operation<RepoMapMarkdownQuery, RepoMapMarkdownQueryVariables>;

export const SkippedFiles = "query SkippedFiles($id:ID!$ref:String$after:String){repository(id:$id){snapshot(ref:$ref){skipped(first:200 after:$after){totalCount nodes{path reason detail}pageInfo{hasNextPage endCursor}}}}}" as Operation<SkippedFilesQuery, SkippedFilesQueryVariables>;

export const FollowMap = "subscription FollowMap($id:ID!$ref:String$tokens:Int!$focus:FocusInput$rows:Boolean!){repoMapChanged(repositoryId:$id ref:$ref tokens:$tokens focus:$focus){kind complete coverage{filesListed filesParsed symbols}snapshot{id commit}error{...Failure}repoMap@include(if:$rows){...Outline}}}fragment Failure on JobError{code message retryable hint}fragment Outline on RepoMap{text tokens budget etag files{path rank}omitted{files symbols tokensForNext}}" as Operation<FollowMapSubscription, FollowMapSubscriptionVariables>;

export const MappedRefs = "query MappedRefs($id:ID!){repository(id:$id){url defaultBranch snapshots(first:100){totalCount nodes{id commit ref builtAt}}}}" as Operation<MappedRefsQuery, MappedRefsQueryVariables>;

export const RemoteRefs = "query RemoteRefs($url:String!$part:String){remoteRefs(url:$url){...on RemoteRefs{branches(first:50 nameContains:$part){totalCount nodes{name commit}}tags(first:50 nameContains:$part){totalCount nodes{name commit}}}...on Error{code message retryable hint}}}" as Operation<RemoteRefsQuery, RemoteRefsQueryVariables>;

export const RefState = "query RefState($id:ID!$ref:String){repository(id:$id){defaultBranch newestJob(ref:$ref){id state}snapshot(ref:$ref){id commit ref builtAt}}}" as Operation<RefStateQuery, RefStateQueryVariables>;

export const BuildRepoMap = "mutation BuildRepoMap($id:ID!$ref:String){buildRepoMap(input:{repositoryId:$id ref:$ref}){job{id}errors{...on Error{code message retryable hint}}}}" as Operation<BuildRepoMapMutation, BuildRepoMapMutationVariables>;

export const FollowFleet = "subscription FollowFleet{repositoriesChanged{kind repository{...RepositoryRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond message}fragment Failure on JobError{code message retryable hint}fragment RepositoryRow on Repository{id url name private revision defaultBranch sizeBytes createdAt updatedAt clone{state completedAt progress{...Advance}error{...Failure}job{id}}map{state completedAt progress{...Advance}error{...Failure}job{id}}freshness{servedCommit remoteHead stale checkedAt}}" as Operation<FollowFleetSubscription, FollowFleetSubscriptionVariables>;

export const FollowRepository = "subscription FollowRepository($id:ID!){repositoryChanged(id:$id){kind repository{...RepositoryRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond message}fragment Failure on JobError{code message retryable hint}fragment RepositoryRow on Repository{id url name private revision defaultBranch sizeBytes createdAt updatedAt clone{state completedAt progress{...Advance}error{...Failure}job{id}}map{state completedAt progress{...Advance}error{...Failure}job{id}}freshness{servedCommit remoteHead stale checkedAt}}" as Operation<FollowRepositorySubscription, FollowRepositorySubscriptionVariables>;

export const KnownRepositories = "query KnownRepositories{repositories(first:500){edges{node{id}}pageInfo{hasNextPage}}}" as Operation<KnownRepositoriesQuery, KnownRepositoriesQueryVariables>;

export const SearchSymbols = "query SearchSymbols($id:ID!$ref:String$query:String$kinds:[SymbolKind!]$paths:[String!]$after:String){repository(id:$id){snapshot(ref:$ref){id symbols(query:$query kinds:$kinds paths:$paths first:50 after:$after){totalCount pageInfo{hasNextPage endCursor}nodes{...SymbolHead}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<SearchSymbolsQuery, SearchSymbolsQueryVariables>;

export const OneSymbol = "query OneSymbol($id:ID!){node(id:$id){...on Symbol{...SymbolHead signature complexity unresolvedCallers unresolvedCallees}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<OneSymbolQuery, OneSymbolQueryVariables>;

export const SymbolSource = "query SymbolSource($id:ID!$maxLines:Int!){node(id:$id){...on Symbol{source(maxLines:$maxLines)}}}" as Operation<SymbolSourceQuery, SymbolSourceQueryVariables>;

export const SymbolCallers = "query SymbolCallers($id:ID!$least:Float!$after:String){node(id:$id){...on Symbol{callers(first:50 after:$after minConfidence:$least){totalCount pageInfo{hasNextPage endCursor}nodes{path line strategy confidence symbol:from{...SymbolHead}}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<SymbolCallersQuery, SymbolCallersQueryVariables>;

export const SymbolCallees = "query SymbolCallees($id:ID!$least:Float!$after:String){node(id:$id){...on Symbol{callees(first:50 after:$after minConfidence:$least){totalCount pageInfo{hasNextPage endCursor}nodes{path line strategy confidence symbol:to{...SymbolHead}}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<SymbolCalleesQuery, SymbolCalleesQueryVariables>;
