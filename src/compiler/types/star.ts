/**
 * `*` → the columns that it stands for, as text to write in its place.
 *
 * Invariant: the replacement names the same columns in the same order, and has as many lines as
 * what it replaces. A star that cannot be written out (two columns of one name in one subselect)
 * stays as it is.
 */
import { allLevels, child, children, field, flag, integer, walk } from '../analysis/index.js';
import type { Analysis, Query, Range, Target, TreeNode } from '../analysis/index.js';
import type { Catalog, Relation } from '../../catalog/index.js';
import { isBlank, quoteIdentifier, tokenAt, tokenize } from '../../sql/index.js';
import { nodesIn, type ParsedStatement, type ResTarget, strings } from '../parse.js';
import { groupedBy } from './query/groups.js';

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
  const written = nodesIn(statement.statement).flatMap((node) =>
    'ResTarget' in node ? (writtenStar(statement, node.ResTarget) ?? []) : [],
  );
  if (written.length === 0) return [];
  // `SET (a, b) = (SELECT …)` has its query once for each column, and each time it is the same text.
  const stars = [...new Map(written.map((star) => [star.start, star])).values()].sort((a, b) => a.start - b.start);
  const lists = [...allLevels(analysis.levels)].map(({ query }) => new List(query, analysis, catalog));
  return stars.map((star) => foundStar(statement.text, star, lists));
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

function foundStar(whole: string, { start, end, path }: WrittenStar, lists: readonly List[]): FoundStar {
  const span = whole.slice(start, end);
  // The outermost list comes first: those of a subquery that is the row are as often there as the row has columns.
  const list = lists.find((each) => each.within(start, end).length > 0);
  const targets = list?.within(start, end) ?? [];
  const isOfAll = path?.length === 0;
  const row = path?.slice(-2).map(quoteIdentifier).join('.') ?? onOneLine(span.slice(0, -1)).replace(/\s*\.\s*$/, '');
  const columns = isOfAll ? list?.written(targets) : list && writtenOf(row, targets);
  const text = columns && keepLines(span, columns.join(', '));
  const relation = isOfAll || path === undefined ? undefined : list?.relationOf(targets[0]);
  return { start, end, text: text ?? span, expandable: text !== undefined, targets, relation, alias: path?.at(-1) };
}

/** The columns of a row, of which no two can have the same name. */
function writtenOf(row: string, targets: readonly Target[]): readonly string[] | undefined {
  const names = targets.map(({ name = '' }) => name);
  return new Set(names).size < names.length ? undefined : names.map((name) => `${row}.${quoteIdentifier(name)}`);
}

/** A list that a star can stand in: of a change only RETURNING is one, and a set operation has those of its arms. */
class List {
  private readonly places: readonly (readonly [at: number, target: Target])[];

  constructor(
    private readonly query: Query,
    analysis: Analysis,
    private readonly catalog: Catalog,
  ) {
    const listed = query.command === 'select' && query.setOperations === undefined ? query.targets : query.returning;
    this.places = listed.flatMap((target) =>
      target.hidden ? [] : [[placeOf(groupedBy(query, target.expression), analysis), target] as const],
    );
  }

  within(start: number, end: number): readonly Target[] {
    return this.places.flatMap(([at, target]) => (at >= start && at < end ? target : []));
  }

  relationOf(target: Target | undefined): Relation | undefined {
    const range = target && this.rangeOf(groupedBy(this.query, target.expression), 'varno');
    return range?.kind === 'relation' ? this.catalog.relations.get(range.relationOid ?? 0) : undefined;
  }

  /** By their names alone, and those of which others have the same by their tables'. */
  written(targets: readonly Target[]): readonly string[] | undefined {
    const columns = targets.flatMap((target) => {
      const { name = '' } = target;
      if (targets.filter((other) => (other.name ?? '') === name).length === 1) return quoteIdentifier(name);
      const [text, own] = this.qualified(groupedBy(this.query, target.expression)) ?? [];
      return text === undefined ? [] : own === name ? text : `${text} AS ${quoteIdentifier(name)}`;
    });
    return columns.length < targets.length ? undefined : columns;
  }

  /** `alias.column`, with the schema where two tables of one name need it, and the name that it then has. */
  private qualified(reference: TreeNode): readonly [text: string, name?: string] | undefined {
    const range = this.rangeOf(reference, 'varnosyn');
    if (range === undefined) return undefined;
    const number = integer(reference, 'varattnosyn');
    const hasAlias = child(range.node, 'alias') !== undefined;
    if (range.kind === 'join' && !hasAlias) return this.merged(range.columns[number - 1], reference);
    const own = range.columnNames[number - 1];
    if (own === undefined || range.columnNames.filter((other) => other === own).length > 1) return undefined;
    const isNamesake = (other: Range): boolean => other.name === range.name && other.kind !== 'group' && flag(other.node, 'inFromCl');
    const column = `${quoteIdentifier(range.name)}.${quoteIdentifier(own)}`;
    if (this.query.ranges.filter(isNamesake).length <= 1) return [column, own];
    const schema = hasAlias ? undefined : this.catalog.relations.get(range.relationOid ?? 0)?.schema;
    return schema === undefined ? undefined : [`${quoteIdentifier(schema)}.${column}`, own];
  }

  /** A merged column whose bare name means several things is written as the join computes it. */
  private merged(side: TreeNode | undefined, reference: TreeNode): readonly [text: string, name?: string] | undefined {
    // The join may give the column a wider type than its side has.
    if (side?.tag === 'VAR') return field(side, 'vartype') === field(reference, 'vartype') ? this.qualified(side) : undefined;
    const sides = side?.tag === 'COALESCEEXPR' ? children(side, 'args').map((arg) => this.qualified(arg) ?? []) : [];
    const named = sides.flatMap(([text, name]) => (name === undefined ? [] : text));
    return named.length === 2 && sides.length === 2 ? [`COALESCE(${named.join(', ')})`] : undefined;
  }

  /** The range that a reference of the query itself is to. */
  private rangeOf(reference: TreeNode, name: 'varno' | 'varnosyn'): Range | undefined {
    if (reference.tag !== 'VAR' || integer(reference, 'varlevelsup') !== 0) return undefined;
    return this.query.ranges[integer(reference, name) - 1];
  }
}

/** Where an expression begins in the text: the first place of what it is made of. */
function placeOf(expression: TreeNode, analysis: Analysis): number {
  let first = Infinity;
  walk(expression, (node) => {
    const location = field(node, 'location');
    const at = typeof location === 'string' ? analysis.offset(Number(location)) : undefined;
    first = Math.min(first, at ?? Infinity);
    return node.tag !== 'QUERY';
  });
  return first;
}

/** Where a select list entry that ends in `*` ends, given where it starts; undefined for other text. */
function starEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const token = tokenAt(text, at);
    const written = text.slice(token.start, token.end);
    if ('([])'.includes(written)) depth += '(['.includes(written) ? 1 : -1;
    else if (depth === 0 && token.kind === 'operator') return written.startsWith('*') ? token.start + 1 : undefined;
    else if (depth === 0 && written === ',') return undefined;
    at = token.end;
  }
  return undefined;
}

/** The text on one line, without comments; a string that itself holds a line break keeps it. */
function onOneLine(text: string): string {
  const parts = tokenize(text).map((token) => (isBlank(token) ? ' ' : text.slice(token.start, token.end)));
  return parts
    .filter((part, index) => part !== ' ' || parts[index - 1] !== ' ')
    .join('')
    .trim();
}

/** The replacement with as many line breaks as the replaced text. */
function keepLines(replaced: string, replacement: string): string | undefined {
  const breaks = (text: string): number => text.split('\n').length - 1;
  const missing = breaks(replaced) - breaks(replacement);
  return missing < 0 ? undefined : replacement + '\n'.repeat(missing);
}
