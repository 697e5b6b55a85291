// Writes src/generated: the types of every document in src/documents against the checked-in schema, and each operation
// as a string that carries them, in one module for each file of documents: a page loads only what it asks. All are
// imported from operations.ts. With --check it only compares.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, Kind, parse, print, stripIgnoredCharacters, validate, visit } from 'graphql';
import { filesBelow, frontend } from './sources.mjs';

const schemaPath = process.env.GRATICULE_SCHEMA ?? join(frontend, '../schema/schema.graphql');
const documentsFolder = join(frontend, 'src/documents');
const folder = join(frontend, 'src/generated');

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
  filename: join(folder, 'operations.ts'),
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
const written = '// Written by `npm run types` from schema/schema.graphql and src/documents.';
const moduleOf = (location) => location.replace(/\.graphql$/, '.documents');

function documentModule(document) {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const used = operations.flatMap(({ name, operation }) => {
    const type = name.value + operation[0].toUpperCase() + operation.slice(1);
    return [type, `${type}Variables`];
  });
  return [
    written,
    "import type { Operation } from '../api';",
    `import type { ${used.join(', ')} } from './operations';\n`,
    ...operations.map(constant),
  ].join('\n');
}

const asking = documents.filter(({ document }) =>
  document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION),
);
const modules = new Map([
  [
    'operations.ts',
    [written, ...asking.map(({ location }) => `export * from './${moduleOf(location)}';`), `\n${types.trim()}\n`].join('\n'),
  ],
  ...asking.map(({ location, document }) => [`${moduleOf(location)}.ts`, documentModule(document)]),
]);

const present = filesBelow(folder);
const stale = present.filter((name) => !modules.has(name));
if (process.argv.includes('--check')) {
  const differs = [...modules].filter(([name, text]) => !present.includes(name) || readFileSync(join(folder, name), 'utf8') !== text);
  if (stale.length + differs.length > 0) throw new Error('src/generated is stale: npm run types');
} else {
  for (const name of stale) rmSync(join(folder, name));
  for (const [name, text] of modules) writeFileSync(join(folder, name), text);
}
