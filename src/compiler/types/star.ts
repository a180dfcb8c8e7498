/**
 * `*` → the columns that it stands for, as text to write in its place.
 *
 * Invariant: the replacement names the same columns in the same order, and has as many lines as
 * what it replaces. A star that cannot be written out (two columns of one name in one subselect)
 * stays as it is.
 */
import { allLevels, child, children, field, flag, has, integer } from '../analysis/index.js';
import type { Analysis, Query, Range, Target, TreeNode } from '../analysis/index.js';
import type { Catalog, Relation } from '../../catalog/index.js';
import { isBlank, quoteIdentifier, tokenAt, tokenize } from '../../sql/index.js';
import { nodesIn, type ParsedStatement, type ResTarget, strings } from '../parse.js';
import { groupedBy } from './query/groups.js';
import { partsIn } from './scope.js';

export interface FoundStar {
  /** Offsets in the statement's text. */
  readonly start: number;
  readonly end: number;
  /** What to write instead, on as many lines; the star itself where `expandable` is false. */
  readonly text: string;
  /** False where the columns cannot be written out, as two of one name in one subselect. */
  readonly expandable: boolean;
  /** The list's columns that it stands for. */
  readonly targets: readonly Target[];
  /** For `t.*` of a table or view. */
  readonly relation: Relation | undefined;
  /** The `t` of `t.*`. */
  readonly alias: string | undefined;
}

interface WrittenStar extends Pick<FoundStar, 'start' | 'end'> {
  /** The `s` and `t` of `s.t.*`; undefined for `(row).*`. */
  readonly path: readonly string[] | undefined;
}

/** An entry of a list that a star can stand in. */
interface Entry {
  readonly query: Query;
  readonly target: Target;
  /** What it is, seen through grouping. */
  readonly expression: TreeNode;
  /** Where it begins. */
  readonly at: number;
}

/** The stars of a statement, in the text's order. */
export function findStars(statement: ParsedStatement, analysis: Analysis, catalog: Catalog): readonly FoundStar[] {
  const written = nodesIn(statement.statement).flatMap((node) =>
    'ResTarget' in node ? (writtenStar(statement, node.ResTarget) ?? []) : [],
  );
  if (written.length === 0) return [];
  // `SET (a, b) = (SELECT …)` has its query once for each column, and each time it is the same text.
  const stars = [...new Map(written.map((star) => [star.start, star])).values()].sort((a, b) => a.start - b.start);
  const entries = [...allLevels(analysis.levels)].flatMap(({ query }) => entriesOf(query, analysis));
  return stars.map((star) => foundStar(statement.text, star, entries, catalog));
}

function writtenStar(statement: ParsedStatement, { val, location }: ResTarget): WrittenStar | undefined {
  if (val === undefined) return undefined;
  const isColumn = 'ColumnRef' in val;
  const fields = isColumn ? val.ColumnRef.fields : 'A_Indirection' in val ? val.A_Indirection.indirection : undefined;
  const last = fields?.at(-1);
  const start = last !== undefined && 'A_Star' in last ? statement.offset(location) : -1;
  // `TABLE t` is `SELECT * FROM t` to the parser, with a star that stands nowhere.
  if (start < 0) return undefined;
  return { start, end: starEnd(statement.text, start), path: isColumn ? strings(fields) : undefined };
}

/** Where a select list entry that ends in `*` ends, given where it starts. */
function starEnd(text: string, start: number): number {
  let [depth, at] = [0, start];
  while (at < text.length && (depth > 0 || text[at] !== '*')) {
    const token = tokenAt(text, at);
    if ('(['.includes(text.slice(at, token.end))) depth++;
    if (')]'.includes(text.slice(at, token.end))) depth--;
    at = token.end;
  }
  return at + 1;
}

function entriesOf(query: Query, analysis: Analysis): readonly Entry[] {
  // A set operation has the lists of its arms.
  return (query.setOperations ? [] : query.outputs).map((target) => {
    const expression = groupedBy(query, target.expression);
    return { query, target, expression, at: placeOf(expression, analysis) };
  });
}

/** Where an expression begins in the text: the first place of what it is made of. */
function placeOf(expression: TreeNode, analysis: Analysis): number {
  const placed = partsIn(expression, (node) => has(node, 'location'));
  return Math.min(...placed.map((node) => analysis.offset(integer(node, 'location')) ?? Infinity));
}

function foundStar(whole: string, { start, end, path }: WrittenStar, all: readonly Entry[], catalog: Catalog): FoundStar {
  const within = all.filter(({ at }) => at >= start && at < end);
  // The outermost list comes first: those of a subquery that is the row are as often there as the row has columns.
  const entries = within.filter(({ query }) => query === within[0]?.query);
  const span = whole.slice(start, end);
  const row = path?.slice(-2).map(quoteIdentifier).join('.') ?? onOneLine(span.slice(0, -1)).replace(/\s*\.\s*$/, '');
  const columns = entries.flatMap((entry) => columnText(row, entry, entries, catalog) ?? []);
  const text = columns.length === 0 || columns.length < entries.length ? undefined : keepLines(span, columns.join(', '));
  const [range] = path?.length ? entries.map(({ query, expression }) => rangeOf(query, expression, 'varno')) : [];
  return {
    start,
    end,
    text: text ?? span,
    expandable: text !== undefined,
    targets: entries.map(({ target }) => target),
    relation: range?.kind === 'relation' ? catalog.relations.get(range.relationOid ?? 0) : undefined,
    alias: path?.at(-1),
  };
}

/** A column of a row, which must have one of its name; of all rows those of which others have the same by their tables' names. */
function columnText(row: string, { query, target, expression }: Entry, entries: readonly Entry[], catalog: Catalog): string | undefined {
  const { name = '' } = target;
  const bare = quoteIdentifier(name);
  if (entries.filter((other) => (other.target.name ?? '') === name).length === 1) return row === '' ? bare : `${row}.${bare}`;
  const [text, own] = (row === '' ? qualified(expression, query, catalog) : undefined) ?? [];
  return text === undefined || own === name ? text : `${text} AS ${bare}`;
}

/** `alias.column`, with the schema where two tables of one name need it, and the name that it then has. */
function qualified(reference: TreeNode, query: Query, catalog: Catalog): readonly [text: string, name?: string] | undefined {
  const range = rangeOf(query, reference, 'varnosyn');
  if (range === undefined) return undefined;
  const number = integer(reference, 'varattnosyn');
  const hasAlias = child(range.node, 'alias') !== undefined;
  if (range.kind === 'join' && !hasAlias) return merged(range.columns[number - 1], reference, query, catalog);
  const own = range.columnNames[number - 1];
  if (own === undefined || range.columnNames.filter((other) => other === own).length > 1) return undefined;
  const isNamesake = (other: Range): boolean => other.name === range.name && other.kind !== 'group' && flag(other.node, 'inFromCl');
  const column = `${quoteIdentifier(range.name)}.${quoteIdentifier(own)}`;
  if (query.ranges.filter(isNamesake).length <= 1) return [column, own];
  const schema = hasAlias ? undefined : catalog.relations.get(range.relationOid ?? 0)?.schema;
  return schema === undefined ? undefined : [`${quoteIdentifier(schema)}.${column}`, own];
}

/** A merged column whose bare name means several things is written as the join computes it. */
function merged(side: TreeNode | undefined, reference: TreeNode, query: Query, catalog: Catalog): ReturnType<typeof qualified> {
  // The join may give the column a wider type than its side has.
  if (side?.tag === 'VAR') return field(side, 'vartype') === field(reference, 'vartype') ? qualified(side, query, catalog) : undefined;
  const sides = side?.tag === 'COALESCEEXPR' ? children(side, 'args').map((arg) => qualified(arg, query, catalog) ?? []) : [];
  const named = sides.flatMap(([text, name]) => (name === undefined ? [] : text));
  return named.length === 2 && sides.length === 2 ? [`COALESCE(${named.join(', ')})`] : undefined;
}

/** The range that a reference of the query itself is to. */
function rangeOf(query: Query, reference: TreeNode, name: 'varno' | 'varnosyn'): Range | undefined {
  if (reference.tag !== 'VAR' || integer(reference, 'varlevelsup') !== 0) return undefined;
  return query.ranges[integer(reference, name) - 1];
}

/** The text on one line, without comments; a string that itself holds a line break keeps it. */
function onOneLine(text: string): string {
  return tokenize(text)
    .map((token) => (isBlank(token) ? ' ' : text.slice(token.start, token.end)))
    .join('');
}

/** The replacement with as many line breaks as the replaced text. */
function keepLines(replaced: string, replacement: string): string | undefined {
  const breaks = (text: string): number => text.split('\n').length - 1;
  const missing = breaks(replaced) - breaks(replacement);
  return missing < 0 ? undefined : replacement + '\n'.repeat(missing);
}
