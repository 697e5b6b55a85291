// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { ComparableQuery, ComparableQueryVariables, NamedRefsQuery, NamedRefsQueryVariables, MapDiffQuery, MapDiffQueryVariables } from './operations';

export const Comparable = "query Comparable($id:ID!){repository(id:$id){snapshots(first:50){nodes{id commit ref builtAt}}}}" as Operation<ComparableQuery, ComparableQueryVariables>;

export const NamedRefs = "query NamedRefs($url:String!){remoteRefs(url:$url){...on RemoteRefs{branches(first:200){nodes{name}}tags(first:300){nodes{name}}}}}" as Operation<NamedRefsQuery, NamedRefsQueryVariables>;

export const MapDiff = "query MapDiff($id:ID!$head:String$base:String!$tokens:Int!){repository(id:$id){snapshot(ref:$head){id diff(base:$base tokens:$tokens){base{commit ref engineVersion builtAt}head{commit ref engineVersion builtAt}sameEngine text tokens budget totals{added removed moved signatureChanged rankMoved filesAdded filesRemoved filesChanged filesRenamed filesNotCompared}omitted{changes callers renames tokensForNext}changes{kind before{...Changed}after{...Changed}placeBefore placeAfter rankBefore rankAfter members callersTotal callersUntouched callers{untouched reference{path line from{qualifiedName}}}}renames{before after similarity exact}}}}}fragment Changed on Symbol{qualifiedName kind signature path startLine}" as Operation<MapDiffQuery, MapDiffQueryVariables>;
