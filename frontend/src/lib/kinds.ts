// Kinds of definitions: a word and a glyph each, and the groups that a search is narrowed to.
import type { SymbolKind } from '../generated/operations';

interface KindView {
  readonly word: string;
  readonly glyph: string;
}

export const kinds: Record<SymbolKind, KindView> = {
  MODULE: { word: 'module', glyph: 'M' },
  CLASS: { word: 'class', glyph: 'C' },
  INTERFACE: { word: 'interface', glyph: 'I' },
  STRUCT: { word: 'struct', glyph: 'S' },
  ENUM: { word: 'enum', glyph: 'E' },
  TRAIT: { word: 'trait', glyph: 'T' },
  TYPE: { word: 'type', glyph: 't' },
  FUNCTION: { word: 'function', glyph: 'ƒ' },
  METHOD: { word: 'method', glyph: 'm' },
  CONSTRUCTOR: { word: 'constructor', glyph: '+' },
  MACRO: { word: 'macro', glyph: '#' },
  PROPERTY: { word: 'property', glyph: 'P' },
  FIELD: { word: 'field', glyph: 'F' },
  CONSTANT: { word: 'constant', glyph: 'K' },
  VARIABLE: { word: 'variable', glyph: 'v' },
};

export interface KindGroup {
  readonly name: string;
  readonly label: string;
  readonly kinds: readonly SymbolKind[];
}

export const groups: readonly KindGroup[] = [
  { name: 'types', label: 'Types', kinds: ['CLASS', 'INTERFACE', 'STRUCT', 'ENUM', 'TRAIT', 'TYPE'] },
  { name: 'functions', label: 'Functions', kinds: ['FUNCTION', 'METHOD', 'CONSTRUCTOR', 'MACRO'] },
  { name: 'values', label: 'Values', kinds: ['PROPERTY', 'FIELD', 'CONSTANT', 'VARIABLE'] },
  { name: 'modules', label: 'Modules', kinds: ['MODULE'] },
];

/** What `?kind=` asks for: a group, or one kind by its word; null for all and for what is neither. */
export function kindsOf(name: string | null): readonly SymbolKind[] | null {
  const group = groups.find((one) => one.name === name);
  if (group) return group.kinds;
  const one = (Object.keys(kinds) as SymbolKind[]).find((kind) => kinds[kind].word === name);
  return one ? [one] : null;
}
