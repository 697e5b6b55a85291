// Written by `npm run types` from schema/schema.graphql and src/documents.
import type { Operation } from '../api';
import type { FileFactsQuery, FileFactsQueryVariables, FileContentQuery, FileContentQueryVariables, FileSymbolsQuery, FileSymbolsQueryVariables, FolderQuery, FolderQueryVariables, FilePathsQuery, FilePathsQueryVariables } from './operations';

export const FileFacts = "query FileFacts($id:ID!$ref:String$path:String!){repository(id:$id){snapshot(ref:$ref){id commit file(path:$path){path sizeBytes language lines rank symbolCount skipped}}}}" as Operation<FileFactsQuery, FileFactsQueryVariables>;

export const FileContent = "query FileContent($id:ID!$ref:String$path:String!){repository(id:$id){snapshot(ref:$ref){file(path:$path){content(maxBytes:1048576)}}}}" as Operation<FileContentQuery, FileContentQueryVariables>;

export const FileSymbols = "query FileSymbols($id:ID!$ref:String$path:String!$after:String){repository(id:$id){snapshot(ref:$ref){file(path:$path){symbols(first:500 after:$after){pageInfo{hasNextPage endCursor}nodes{...SymbolHead}}}}}}fragment SymbolHead on Symbol{id name qualifiedName kind path startLine endLine rank}" as Operation<FileSymbolsQuery, FileSymbolsQueryVariables>;

export const Folder = "query Folder($id:ID!$ref:String$path:String!){repository(id:$id){snapshot(ref:$ref){tree(path:$path depth:1 most:2000){path name isDirectory files lines sizeBytes rank}}}}" as Operation<FolderQuery, FolderQueryVariables>;

export const FilePaths = "query FilePaths($id:ID!$ref:String$after:String){repository(id:$id){snapshot(ref:$ref){id files(first:500 after:$after orderBy:RANK){totalCount pageInfo{hasNextPage endCursor}nodes{path}}}}}" as Operation<FilePathsQuery, FilePathsQueryVariables>;
