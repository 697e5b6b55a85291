// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { MappedRefsQuery, MappedRefsQueryVariables, RemoteRefsQuery, RemoteRefsQueryVariables, RefStateQuery, RefStateQueryVariables, BuildRepoMapMutation, BuildRepoMapMutationVariables } from './operations';

export const MappedRefs = "query MappedRefs($id:ID!){repository(id:$id){url defaultBranch snapshots(first:100){totalCount nodes{id commit ref builtAt}}}}" as Operation<MappedRefsQuery, MappedRefsQueryVariables>;

export const RemoteRefs = "query RemoteRefs($url:String!$part:String){remoteRefs(url:$url){...on RemoteRefs{branches(first:50 nameContains:$part){totalCount nodes{name commit}}tags(first:50 nameContains:$part){totalCount nodes{name commit}}}...on Error{code message retryable hint}}}" as Operation<RemoteRefsQuery, RemoteRefsQueryVariables>;

export const RefState = "query RefState($id:ID!$ref:String){repository(id:$id){defaultBranch newestJob(ref:$ref){id state}snapshot(ref:$ref){id commit ref builtAt}}}" as Operation<RefStateQuery, RefStateQueryVariables>;

export const BuildRepoMap = "mutation BuildRepoMap($id:ID!$ref:String){buildRepoMap(input:{repositoryId:$id ref:$ref}){job{id}errors{...on Error{code message retryable hint}}}}" as Operation<BuildRepoMapMutation, BuildRepoMapMutationVariables>;
