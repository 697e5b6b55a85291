// Writes src/generated/operations.ts: the types of every document in src/documents against the
// checked-in schema, and each operation as a string that carries them. With --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, Kind, parse, print, stripIgnoredCharacters, validate, visit } from 'graphql';
import { filesBelow, frontend } from './sources.mjs';

const schemaPath = process.env.GRATICULE_SCHEMA ?? join(frontend, '../schema/schema.graphql');
const documentsFolder = join(frontend, 'src/documents');
const target = join(frontend, 'src/generated/operations.ts');

const schema = readFileSync(schemaPath, 'utf8');
const documents = filesBelow(documentsFolder).map((location) => ({
  location,
  document: parse(readFileSync(join(documentsFolder, location), 'utf8')),
}));
const definitions = documents.flatMap(({ document }) => document.definitions);
const fragments = new Map(
  definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]),
);

const errors = validate(buildSchema(schema), { kind: Kind.DOCUMENT, definitions });
if (errors.length > 0) throw new Error(errors.join('\n\n'));

/** The fragments that a definition spreads, and those that they spread. */
function fragmentsOf(definition, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name }) {
      if (found.has(name.value)) return;
      found.add(name.value);
      fragmentsOf(fragments.get(name.value), found);
    },
  });
  return found;
}

function constant(definition) {
  const name = definition.name.value;
  const kind = definition.operation[0].toUpperCase() + definition.operation.slice(1);
  const parts = [definition, ...[...fragmentsOf(definition)].sort().map((fragment) => fragments.get(fragment))];
  const text = stripIgnoredCharacters(parts.map(print).join(' '));
  return `export const ${name} = ${JSON.stringify(text)} as Operation<${name}${kind}, ${name}${kind}Variables>;\n`;
}

const types = await codegen({
  filename: target,
  schema: parse(schema),
  documents,
  pluginMap: { operations },
  plugins: [{ operations: {} }],
  config: {
    scalars: { DateTime: 'string', URI: 'string', GitObjectID: 'string', BigInt: 'string', ID: 'string' },
    strictScalars: true,
    enumType: 'string-literal',
    skipTypename: true,
    avoidOptionals: { field: true },
    useTypeImports: true,
    immutableTypes: true,
  },
});
const text = [
  '// Written by `npm run types` from schema/schema.graphql and src/documents.',
  "import type { Operation } from '../api';\n",
  types.trim(),
  '',
  ...definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).map(constant),
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) throw new Error('src/generated/operations.ts is stale: npm run types');
