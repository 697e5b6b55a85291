// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { RefreshRepositoryMutation, RefreshRepositoryMutationVariables, CancelJobMutation, CancelJobMutationVariables, RetryJobMutation, RetryJobMutationVariables, KeepRepositoryMutation, KeepRepositoryMutationVariables, RemoveRepositoryMutation, RemoveRepositoryMutationVariables } from './operations';

export const RefreshRepository = "mutation RefreshRepository($id:ID!){refreshRepository(input:{repositoryId:$id}){alreadyRunning errors{...Refusal}}}fragment Refusal on Error{code message retryable hint}" as Operation<RefreshRepositoryMutation, RefreshRepositoryMutationVariables>;

export const CancelJob = "mutation CancelJob($id:ID!){cancelJob(input:{jobId:$id}){errors{...Refusal}}}fragment Refusal on Error{code message retryable hint}" as Operation<CancelJobMutation, CancelJobMutationVariables>;

export const RetryJob = "mutation RetryJob($id:ID!){retryJob(input:{jobId:$id}){errors{...Refusal}}}fragment Refusal on Error{code message retryable hint}" as Operation<RetryJobMutation, RetryJobMutationVariables>;

export const KeepRepository = "mutation KeepRepository($id:ID!$pinned:Boolean$refreshMinutes:Int){updateRepository(input:{repositoryId:$id pinned:$pinned refreshMinutes:$refreshMinutes}){errors{...Refusal}}}fragment Refusal on Error{code message retryable hint}" as Operation<KeepRepositoryMutation, KeepRepositoryMutationVariables>;

export const RemoveRepository = "mutation RemoveRepository($id:ID!){removeRepository(input:{repositoryId:$id}){errors{...Refusal}}}fragment Refusal on Error{code message retryable hint}" as Operation<RemoveRepositoryMutation, RemoveRepositoryMutationVariables>;
