// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { SearchSymbolsQuery, SearchSymbolsQueryVariables, OneSymbolQuery, OneSymbolQueryVariables, SymbolSourceQuery, SymbolSourceQueryVariables, SymbolCallersQuery, SymbolCallersQueryVariables, SymbolCalleesQuery, SymbolCalleesQueryVariables } from './operations';

export const SearchSymbols = "query SearchSymbols($id:ID!$ref:String$query:String$kinds:[SymbolKind!]$paths:[String!]$after:String){repository(id:$id){snapshot(ref:$ref){id symbols(query:$query kinds:$kinds paths:$paths first:50 after:$after){totalCount pageInfo{hasNextPage endCursor}nodes{...SymbolHead}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<SearchSymbolsQuery, SearchSymbolsQueryVariables>;

export const OneSymbol = "query OneSymbol($id:ID!){node(id:$id){...on Symbol{...SymbolHead signature complexity unresolvedCallers unresolvedCallees}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<OneSymbolQuery, OneSymbolQueryVariables>;

export const SymbolSource = "query SymbolSource($id:ID!$maxLines:Int!){node(id:$id){...on Symbol{source(maxLines:$maxLines)}}}" as Operation<SymbolSourceQuery, SymbolSourceQueryVariables>;

export const SymbolCallers = "query SymbolCallers($id:ID!$least:Float!$after:String){node(id:$id){...on Symbol{callers(first:50 after:$after minConfidence:$least){totalCount pageInfo{hasNextPage endCursor}nodes{path line strategy confidence symbol:from{...SymbolHead}}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<SymbolCallersQuery, SymbolCallersQueryVariables>;

export const SymbolCallees = "query SymbolCallees($id:ID!$least:Float!$after:String){node(id:$id){...on Symbol{callees(first:50 after:$after minConfidence:$least){totalCount pageInfo{hasNextPage endCursor}nodes{path line strategy confidence symbol:to{...SymbolHead}}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<SymbolCalleesQuery, SymbolCalleesQueryVariables>;
