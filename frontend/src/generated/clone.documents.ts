// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { CloneRepositoryMutation, CloneRepositoryMutationVariables } from './operations';

export const CloneRepository = "mutation CloneRepository($url:String!$ref:String){cloneRepository(input:{url:$url ref:$ref}){alreadyRunning repository{id name}errors{...Refusal}}}fragment Refusal on Error{code message retryable hint}" as Operation<CloneRepositoryMutation, CloneRepositoryMutationVariables>;
