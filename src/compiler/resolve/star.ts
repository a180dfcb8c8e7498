/**
 * `*` → the columns that it stands for, as text to write in its place.
 *
 * Invariant: the replacement names the same columns in the same order, and has as many lines as
 * what it replaces. A star that cannot be written out (two columns of one name in one subselect)
 * stays as it is.
 */
import type { Node } from 'libpg-query';
import type { Relation } from '../../catalog/index.js';
import { isBlank, quoteIdentifier, type Token, tokenAt } from '../../sql/index.js';
import { strings } from './node.js';
import { findItemOutward, type Merged, type Namespace, type Scope, type ScopeColumn, type ScopeItem } from './scope.js';
import type { Reasons } from './reason.js';
import type { Field } from './value.js';

export interface ExpandedStar {
  readonly fields: readonly Field[];
  /** The columns of the FROM list that they are, or undefined for those of a row value. */
  readonly columns: readonly ScopeColumn[] | undefined;
  /** How each field is written, or undefined where one cannot be. */
  readonly written: readonly string[] | undefined;
  readonly relation: Relation | undefined;
  readonly alias: string | undefined;
  /** The whole row is missing where one of these holds; empty for a bare `*`. */
  readonly absence: Reasons;
}

/** The columns of `*`, `t.*` or `s.t.*`; undefined where the name is not found. */
export function expandColumnStar(fields: readonly Node[], scope: Scope): ExpandedStar | undefined {
  const path = strings(fields);
  const name = path.at(-1);
  if (name === undefined) return expandBare(scope.namespace);
  const item = findItemOutward(scope, path.length > 1 ? path.at(-2) : undefined, name);
  if (item === undefined) return undefined;
  const prefix = path.map(quoteIdentifier).slice(-2).join('.');
  return {
    fields: item.columns,
    columns: item.columns,
    written: writable(item.columns.map((column) => (isUnique(item, column.name) ? `${prefix}.${quoteIdentifier(column.name)}` : undefined))),
    relation: item.source.relation,
    alias: name,
    absence: item.absence,
  };
}

/** The columns of `(expression).*`; `expression` is its text on one line. */
export function expandRowStar(fields: readonly Field[], expression: string): ExpandedStar {
  const names = new Set(fields.map((field) => field.name));
  return {
    fields,
    columns: undefined,
    written: names.size === fields.length ? fields.map(({ name }) => `${expression}.${quoteIdentifier(name)}`) : undefined,
    relation: undefined,
    alias: undefined,
    absence: [],
  };
}

function expandBare(namespace: Namespace): ExpandedStar {
  const columns = namespace.filter((item) => item.columnsVisible).flatMap((item) => item.columns);
  const counts = new Map<string, number>();
  for (const { name } of columns) counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    fields: columns,
    columns,
    written: writable(
      columns.map((column) => (counts.get(column.name) === 1 ? quoteIdentifier(column.name) : writeQualified(column, namespace))),
    ),
    relation: undefined,
    alias: undefined,
    absence: [],
  };
}

function writable(written: readonly (string | undefined)[]): readonly string[] | undefined {
  const all = written.filter((text) => text !== undefined);
  return all.length === written.length ? all : undefined;
}

function isUnique(item: ScopeItem, name: string): boolean {
  return item.columns.filter((column) => column.name === name).length === 1;
}

/** `alias.column`, with the schema where two tables of one name need it. */
function writeQualified(column: ScopeColumn, namespace: Namespace): string | undefined {
  const { home, merged } = column;
  if (home === undefined) return merged && writeMerged(column, merged, namespace);
  const item = namespace.find((candidate) => candidate.relationVisible && candidate.source === home.source);
  const own = item?.columns[home.index];
  if (item?.name === undefined || own === undefined || !isUnique(item, own.name)) return undefined;
  const sameName = namespace.filter((candidate) => candidate.relationVisible && candidate.name === item.name);
  if (sameName.length > 1 && item.schema === undefined) return undefined;
  const prefix = sameName.length > 1 && item.schema !== undefined ? `${quoteIdentifier(item.schema)}.` : '';
  const written = `${prefix}${quoteIdentifier(item.name)}.${quoteIdentifier(own.name)}`;
  return own.name === column.name ? written : `${written} AS ${quoteIdentifier(column.name)}`;
}

/** A merged column whose bare name means several things is written as the join computes it. */
function writeMerged(column: ScopeColumn, merged: Merged, namespace: Namespace): string | undefined {
  if (merged.kind !== 'both') {
    const side = merged.kind === 'left' ? merged.left : merged.right;
    // The join may give the column a wider type than its side has.
    return side.value.typeOid === column.value.typeOid ? writeQualified(side, namespace) : undefined;
  }
  const left = writeQualified(merged.left, namespace);
  const right = writeQualified(merged.right, namespace);
  if (left === undefined || right === undefined || / AS /.test(left + right)) return undefined;
  return `COALESCE(${left}, ${right}) AS ${quoteIdentifier(column.name)}`;
}

/** Where a select list entry that ends in `*` ends, given where it starts; undefined for other text. */
export function starEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const token = tokenAt(text, at);
    if (isOpening(text, token)) depth++;
    else if (isClosing(text, token)) depth--;
    else if (depth === 0 && token.kind === 'operator') return text.charAt(token.start) === '*' ? token.start + 1 : undefined;
    else if (depth === 0 && text.slice(token.start, token.end) === ',') return undefined;
    at = token.end;
  }
  return undefined;
}

function isOpening(text: string, token: Token): boolean {
  return token.kind === 'punctuation' && '(['.includes(text.slice(token.start, token.end));
}

function isClosing(text: string, token: Token): boolean {
  return token.kind === 'punctuation' && ')]'.includes(text.slice(token.start, token.end));
}

/** The text on one line, without comments; a string that itself holds a line break keeps it. */
export function onOneLine(text: string): string {
  let line = '';
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (!isBlank(token)) line += text.slice(token.start, token.end);
    else if (line !== '' && !line.endsWith(' ')) line += ' ';
    at = token.end;
  }
  return line.trimEnd();
}

/** The replacement with as many line breaks as the replaced text. */
export function keepLines(replaced: string, replacement: string): string | undefined {
  const breaks = (text: string): number => text.split('\n').length - 1;
  const missing = breaks(replaced) - breaks(replacement);
  return missing < 0 ? undefined : replacement + '\n'.repeat(missing);
}
