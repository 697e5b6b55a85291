// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { RepoMapQuery, RepoMapQueryVariables } from './operations';

export const RepoMap = "query RepoMap($id:ID!$tokens:Int!$focus:FocusInput){repository(id:$id){snapshot{id commit ref builtAt coverage{filesListed filesParsed filesSkipped symbols references resolved ambiguous unresolved}languages{language files lines share}repoMap(tokens:$tokens focus:$focus){text tokens budget files{path}omitted{files symbols tokensForNext}}}}}" as Operation<RepoMapQuery, RepoMapQueryVariables>;
