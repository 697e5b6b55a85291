// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { AreasQuery, AreasQueryVariables, MapPathsQuery, MapPathsQueryVariables } from './operations';

export const Areas = "query Areas($id:ID!$ref:String$path:String!$most:Int!){repository(id:$id){snapshot(ref:$ref){id treemap(path:$path most:$most){paths files lines symbols ranks places languages languageNames}}}}" as Operation<AreasQuery, AreasQueryVariables>;

export const MapPaths = "query MapPaths($id:ID!$ref:String$tokens:Int!$focus:FocusInput){repository(id:$id){snapshot(ref:$ref){repoMap(tokens:$tokens focus:$focus){files{path}}}}}" as Operation<MapPathsQuery, MapPathsQueryVariables>;
