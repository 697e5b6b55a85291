// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { FollowRepositorySubscription, FollowRepositorySubscriptionVariables, KnownRepositoryQuery, KnownRepositoryQueryVariables } from './operations';

export const FollowRepository = "subscription FollowRepository($id:ID!){repositoryChanged(id:$id){kind repository{...RepositoryRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond secondsRemaining message}fragment Failure on JobError{code message retryable hint}fragment RepositoryRow on Repository{id url name private pinned revision defaultBranch sizeBytes createdAt updatedAt clone{state completedAt progress{...Advance}error{...Failure}job{id}}map{state completedAt progress{...Advance}error{...Failure}job{id}}freshness{servedCommit remoteHead stale checkedAt}refreshMinutes nextRefreshAt}" as Operation<FollowRepositorySubscription, FollowRepositorySubscriptionVariables>;

export const KnownRepository = "query KnownRepository($url:String!){repository(url:$url){id}}" as Operation<KnownRepositoryQuery, KnownRepositoryQueryVariables>;
