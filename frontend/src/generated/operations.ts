// Written by `npm run types` from schema/schema.graphql and src/documents.
export * from './access.documents';
export * from './clone.documents';
export * from './diff.documents';
export * from './files.documents';
export * from './fleet.documents';
export * from './jobs.documents';
export * from './maps.documents';
export * from './orders.documents';
export * from './refs.documents';
export * from './repositories.documents';
export * from './symbols.documents';
export * from './treemap.documents';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What became of a symbol between two commits. */
export type ChangeKind =
  /** Only the head has it. */
  | 'ADDED'
  /** Only the base has it. */
  | 'REMOVED'
  /** It stands in another file or class, or a class has another name. Concluded: from the name, kind and signature, where the name is rare or the length equal; of a class from its members. */
  | 'MOVED'
  /** The same names in the same file (or in a class that moved), declared otherwise. */
  | 'SIGNATURE_CHANGED'
  /** It did not change, but is clearly more or less central than before. */
  | 'RANK_MOVED';

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
  /** The document or its variables are no GraphQL that this contract knows. */
  | 'INVALID_DOCUMENT'
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

export type ComparableQueryVariables = Exact<{
  id: string;
}>;


export type ComparableQuery = { readonly repository: { readonly snapshots: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly commit: string, readonly ref: string | null, readonly builtAt: string }> } } | null };

export type NamedRefsQueryVariables = Exact<{
  url: string;
}>;


export type NamedRefsQuery = { readonly remoteRefs:
    | { readonly branches: { readonly nodes: ReadonlyArray<{ readonly name: string }> }, readonly tags: { readonly nodes: ReadonlyArray<{ readonly name: string }> } }
    | Record<PropertyKey, never>
   };

export type MapDiffQueryVariables = Exact<{
  id: string;
  head?: string | null | undefined;
  base: string;
  tokens: number;
}>;


export type MapDiffQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly diff: { readonly sameEngine: boolean, readonly text: string, readonly tokens: number, readonly budget: number, readonly base: { readonly commit: string, readonly ref: string | null, readonly engineVersion: string, readonly builtAt: string }, readonly head: { readonly commit: string, readonly ref: string | null, readonly engineVersion: string, readonly builtAt: string }, readonly totals: { readonly added: number, readonly removed: number, readonly moved: number, readonly signatureChanged: number, readonly rankMoved: number, readonly filesAdded: number, readonly filesRemoved: number, readonly filesChanged: number, readonly filesRenamed: number, readonly filesNotCompared: number }, readonly omitted: { readonly changes: number, readonly callers: number, readonly renames: number, readonly tokensForNext: number | null }, readonly changes: ReadonlyArray<{ readonly kind: ChangeKind, readonly placeBefore: number | null, readonly placeAfter: number | null, readonly rankBefore: number | null, readonly rankAfter: number | null, readonly members: number, readonly callersTotal: number, readonly callersUntouched: number, readonly before: { readonly qualifiedName: string, readonly kind: SymbolKind, readonly signature: string, readonly path: string, readonly startLine: number } | null, readonly after: { readonly qualifiedName: string, readonly kind: SymbolKind, readonly signature: string, readonly path: string, readonly startLine: number } | null, readonly callers: ReadonlyArray<{ readonly untouched: boolean, readonly reference: { readonly path: string, readonly line: number, readonly from: { readonly qualifiedName: string } | null } }> }>, readonly renames: ReadonlyArray<{ readonly before: string, readonly after: string, readonly similarity: number, readonly exact: boolean }> } } | null } | null };

export type ChangedFragment = { readonly qualifiedName: string, readonly kind: SymbolKind, readonly signature: string, readonly path: string, readonly startLine: number };

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

export type OneJobQueryVariables = Exact<{
  id: string;
}>;


export type OneJobQuery = { readonly job: { readonly id: string, readonly kind: JobKind, readonly state: JobState, readonly revision: number, readonly ref: string | null, readonly commit: string | null, readonly attempt: number, readonly queuePosition: number | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly repository: { readonly id: string } | null, readonly progress: { readonly phase: Phase, readonly fraction: number | null, readonly current: number | null, readonly total: number | null, readonly receivedBytes: string | null, readonly bytesPerSecond: number | null, readonly secondsRemaining: number | null, readonly message: string | null } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly phases: ReadonlyArray<{ readonly phase: Phase, readonly startedAt: string, readonly finishedAt: string | null, readonly current: number | null, readonly total: number | null }>, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly finishedAt: string, readonly phase: Phase | null, readonly lastLines: ReadonlyArray<string>, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null }> } | null };

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
  paths?: ReadonlyArray<string> | string | null | undefined;
  languages?: ReadonlyArray<string> | string | null | undefined;
  order?: OutlineOrder | null | undefined;
  lines?: boolean | null | undefined;
  rows: boolean;
}>;


export type FollowMapSubscription = { readonly repoMapChanged: { readonly kind: EventKind, readonly complete: boolean, readonly coverage: { readonly filesListed: number, readonly filesParsed: number, readonly symbols: number }, readonly snapshot: { readonly id: string, readonly commit: string } | null, readonly error: { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly hint: string | null } | null, readonly repoMap?: { readonly text: string, readonly tokens: number, readonly budget: number, readonly etag: string, readonly files: ReadonlyArray<{ readonly path: string, readonly rank: number }>, readonly omitted: { readonly files: number, readonly symbols: number, readonly tokensForNext: number | null } } | null } };

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

export type AreasQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  path: string;
  most: number;
}>;


export type AreasQuery = { readonly repository: { readonly snapshot: { readonly id: string, readonly treemap: { readonly paths: ReadonlyArray<string>, readonly files: ReadonlyArray<number>, readonly lines: ReadonlyArray<number>, readonly symbols: ReadonlyArray<number>, readonly ranks: ReadonlyArray<number>, readonly places: ReadonlyArray<number>, readonly languages: ReadonlyArray<number>, readonly languageNames: ReadonlyArray<string> } } | null } | null };

export type MapPathsQueryVariables = Exact<{
  id: string;
  ref?: string | null | undefined;
  tokens: number;
  focus?: FocusInput | null | undefined;
}>;


export type MapPathsQuery = { readonly repository: { readonly snapshot: { readonly repoMap: { readonly files: ReadonlyArray<{ readonly path: string }> } } | null } | null };
