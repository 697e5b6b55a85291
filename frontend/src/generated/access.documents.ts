// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { WhoAmIQuery, WhoAmIQueryVariables } from './operations';

export const WhoAmI = "query WhoAmI{viewer{name scopes}}" as Operation<WhoAmIQuery, WhoAmIQueryVariables>;
