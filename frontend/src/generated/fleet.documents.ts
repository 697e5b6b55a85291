// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { FollowFleetSubscription, FollowFleetSubscriptionVariables, KnownRepositoriesQuery, KnownRepositoriesQueryVariables, KeptQuery, KeptQueryVariables } from './operations';

export const FollowFleet = "subscription FollowFleet{repositoriesChanged{kind repository{...FleetRow}}}fragment Advance on Progress{phase fraction current total receivedBytes bytesPerSecond secondsRemaining message}fragment Failure on JobError{code message retryable hint}fragment FleetRow on Repository{...RepositoryRow snapshot{coverage{filesListed}languages{language share}}}fragment RepositoryRow on Repository{id url name private pinned revision defaultBranch sizeBytes createdAt updatedAt clone{state completedAt progress{...Advance}error{...Failure}job{id}}map{state completedAt progress{...Advance}error{...Failure}job{id}}freshness{servedCommit remoteHead stale checkedAt}refreshMinutes nextRefreshAt}" as Operation<FollowFleetSubscription, FollowFleetSubscriptionVariables>;

export const KnownRepositories = "query KnownRepositories{repositories(first:500){totalCount edges{node{id}}pageInfo{hasNextPage}}}" as Operation<KnownRepositoriesQuery, KnownRepositoriesQueryVariables>;

export const Kept = "query Kept{server{storage{clonesBytes clonesQuotaBytes artifactsBytes artifactsQuotaBytes}}}" as Operation<KeptQuery, KeptQueryVariables>;
