/**
 * `*` → the columns that it stands for, as text to write in its place.
 *
 * Invariant: the replacement names the same columns in the same order, and has as many lines as
 * what it replaces. A star that cannot be written out (two columns of one name in one subselect)
 * stays as it is.
 */
import { allLevels, child, children, field, flag, integer, walk } from '../analysis/index.js';
import type { Analysis, Level, Query, Range, Target, TreeNode } from '../analysis/index.js';
import type { Catalog, Relation } from '../../catalog/index.js';
import { isBlank, quoteIdentifier, type Token, tokenAt } from '../../sql/index.js';
import { nodesIn, type ParsedStatement, type ResTarget, strings } from '../parse.js';

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

/** The stars of a statement, in the text's order. */
export function findStars(statement: ParsedStatement, analysis: Analysis, catalog: Catalog): readonly FoundStar[] {
  const stars = writtenStars(statement);
  if (stars.length === 0) return [];
  const targets = [...allLevels(analysis.levels)].flatMap((level) => locatedTargets(level, analysis));
  return stars.map((star) => foundStar(statement, catalog, star, targets));
}

function writtenStars(statement: ParsedStatement): readonly WrittenStar[] {
  // `SET (a, b) = (SELECT …)` has its query once for each column, and each time it is the same text.
  const stars = new Map<number, WrittenStar>();
  for (const node of nodesIn(statement.statement)) {
    const star = 'ResTarget' in node ? writtenStar(statement, node.ResTarget) : undefined;
    if (star !== undefined) stars.set(star.start, star);
  }
  return [...stars.values()].sort((a, b) => a.start - b.start);
}

function writtenStar(statement: ParsedStatement, { val, location }: ResTarget): WrittenStar | undefined {
  if (val === undefined) return undefined;
  const isColumn = 'ColumnRef' in val;
  const fields = isColumn ? val.ColumnRef.fields : 'A_Indirection' in val ? val.A_Indirection.indirection : undefined;
  const last = fields?.at(-1);
  const start = last !== undefined && 'A_Star' in last ? statement.offset(location) : -1;
  // `TABLE t` is `SELECT * FROM t` to the parser, with a star that stands nowhere.
  const end = start < 0 ? undefined : starEnd(statement.text, start);
  return end === undefined ? undefined : { start, end, path: isColumn ? strings(fields) : undefined };
}

/** A column of one of PostgreSQL's lists, with where it stands in the text. */
interface LocatedTarget {
  readonly query: Query;
  readonly target: Target;
  readonly at: number;
}

/** Of a change only RETURNING is a list that a star can stand in, and a set operation has those of its arms. */
function locatedTargets({ query }: Level, analysis: Analysis): readonly LocatedTarget[] {
  const listed = query.command === 'select' && query.setOperations === undefined ? query.targets : query.returning;
  return listed.flatMap((target) => {
    const at = target.hidden ? undefined : positionOf(query, target.expression, analysis);
    return at === undefined ? [] : [{ query, target, at }];
  });
}

/** Where an expression begins in the text; the first place of what it is made of. */
function positionOf(query: Query, expression: TreeNode, analysis: Analysis): number | undefined {
  const positions: number[] = [];
  walk(groupedBy(query, expression), (node) => {
    const location = field(node, 'location');
    const at = typeof location === 'string' ? analysis.offset(Number(location)) : undefined;
    if (at !== undefined) positions.push(at);
    return node.tag !== 'QUERY';
  });
  return positions.length === 0 ? undefined : Math.min(...positions);
}

/** What a reference to a group stands for. */
function groupedBy(query: Query, expression: TreeNode): TreeNode {
  if (expression.tag !== 'VAR') return expression;
  const range = query.ranges[integer(expression, 'varno') - 1];
  return range?.kind === 'group' ? (range.columns[integer(expression, 'varattno') - 1] ?? expression) : expression;
}

function foundStar(
  { text: whole }: ParsedStatement,
  catalog: Catalog,
  { start, end, path }: WrittenStar,
  all: readonly LocatedTarget[],
): FoundStar {
  const span = whole.slice(start, end);
  const within = all.filter(({ at }) => at >= start && at < end);
  // The outermost list comes first: those of a subquery that is the row are as often there as the row has columns.
  const query = within[0]?.query;
  const targets = within.flatMap((located) => (located.query === query ? located.target : []));
  const columns = query && writtenColumns(catalog, query, path, targets, span);
  const text = columns && keepLines(span, columns.join(', '));
  const relation = query && path !== undefined && path.length > 0 ? relationOf(catalog, query, targets) : undefined;
  return { start, end, text: text ?? span, expandable: text !== undefined, targets, relation, alias: path?.at(-1) };
}

function relationOf(catalog: Catalog, query: Query, targets: readonly Target[]): Relation | undefined {
  const [first] = targets;
  const range = first && rangeOf(query, groupedBy(query, first.expression));
  return range?.kind === 'relation' ? catalog.relations.get(range.relationOid ?? 0) : undefined;
}

/** The range that a reference of the query itself is to. */
function rangeOf(query: Query, reference: TreeNode, name = 'varno'): Range | undefined {
  if (reference.tag !== 'VAR' || integer(reference, 'varlevelsup') !== 0) return undefined;
  return query.ranges[integer(reference, name) - 1];
}

function writtenColumns(
  catalog: Catalog,
  query: Query,
  path: WrittenStar['path'],
  targets: readonly Target[],
  span: string,
): readonly string[] | undefined {
  const names = targets.map(({ name }) => name ?? '');
  const isUnique = (name: string): boolean => names.filter((other) => other === name).length === 1;
  if (path !== undefined && path.length === 0) {
    const written = targets.map(({ expression }, index) => {
      const name = names[index] ?? '';
      return isUnique(name) ? quoteIdentifier(name) : writeQualified(catalog, query, groupedBy(query, expression), name);
    });
    const known = written.filter((text) => text !== undefined);
    return known.length === written.length ? known : undefined;
  }
  if (!names.every(isUnique)) return undefined;
  const prefix = path === undefined ? onOneLine(span.slice(0, -1)).replace(/\s*\.\s*$/, '') : path.map(quoteIdentifier).slice(-2).join('.');
  return names.map((name) => `${prefix}.${quoteIdentifier(name)}`);
}

/** `alias.column`, with the schema where two tables of one name need it. */
function writeQualified(catalog: Catalog, query: Query, reference: TreeNode, name: string): string | undefined {
  const range = rangeOf(query, reference, 'varnosyn');
  if (range === undefined) return undefined;
  const number = integer(reference, 'varattnosyn');
  const hasAlias = child(range.node, 'alias') !== undefined;
  if (range.kind === 'join' && !hasAlias) {
    const side = range.columns[number - 1];
    return side && writeMerged(catalog, query, side, reference, name);
  }
  const own = range.columnNames[number - 1];
  if (own === undefined || range.columnNames.filter((other) => other === own).length > 1) return undefined;
  const namesakes = query.ranges.filter((other) => other.name === range.name && other.kind !== 'group' && flag(other.node, 'inFromCl'));
  const schema = hasAlias ? undefined : catalog.relations.get(range.relationOid ?? 0)?.schema;
  if (namesakes.length > 1 && schema === undefined) return undefined;
  const prefix = namesakes.length > 1 && schema !== undefined ? `${quoteIdentifier(schema)}.` : '';
  const written = `${prefix}${quoteIdentifier(range.name)}.${quoteIdentifier(own)}`;
  return own === name ? written : `${written} AS ${quoteIdentifier(name)}`;
}

/** A merged column whose bare name means several things is written as the join computes it. */
function writeMerged(catalog: Catalog, query: Query, side: TreeNode, reference: TreeNode, name: string): string | undefined {
  // The join may give the column a wider type than its side has.
  if (side.tag === 'VAR')
    return field(side, 'vartype') === field(reference, 'vartype') ? writeQualified(catalog, query, side, name) : undefined;
  if (side.tag !== 'COALESCEEXPR') return undefined;
  const sides = children(side, 'args').map((arg) => writeQualified(catalog, query, arg, name));
  const known = sides.filter((text) => text !== undefined && !/ AS /.test(text));
  return known.length === 2 && sides.length === 2 ? `COALESCE(${known.join(', ')}) AS ${quoteIdentifier(name)}` : undefined;
}

/** Where a select list entry that ends in `*` ends, given where it starts; undefined for other text. */
function starEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const token = tokenAt(text, at);
    if (isPunctuation(text, token, '([')) depth++;
    else if (isPunctuation(text, token, ')]')) depth--;
    else if (depth === 0 && token.kind === 'operator') return text.charAt(token.start) === '*' ? token.start + 1 : undefined;
    else if (depth === 0 && text.slice(token.start, token.end) === ',') return undefined;
    at = token.end;
  }
  return undefined;
}

function isPunctuation(text: string, token: Token, marks: string): boolean {
  return token.kind === 'punctuation' && marks.includes(text.slice(token.start, token.end));
}

/** The text on one line, without comments; a string that itself holds a line break keeps it. */
function onOneLine(text: string): string {
  let line = '';
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    if (!isBlank(token)) line += text.slice(token.start, token.end);
    else if (line !== '' && !line.endsWith(' ')) line += ' ';
    at = token.end;
  }
  return line.trimEnd();
}

/** The replacement with as many line breaks as the replaced text. */
function keepLines(replaced: string, replacement: string): string | undefined {
  const breaks = (text: string): number => text.split('\n').length - 1;
  const missing = breaks(replaced) - breaks(replacement);
  return missing < 0 ? undefined : replacement + '\n'.repeat(missing);
}
