/**
 * `*` → the columns that it stands for, as text to write in its place.
 *
 * Invariant: the replacement names the same columns in the same order, and has as many lines as
 * what it replaces. A star that cannot be written out (two columns of one name in one subselect)
 * stays as it is.
 */
import {
  child,
  flag,
  integer,
  queryOf,
  walk,
  type Analysis,
  type Query,
  type Range,
  type Target,
  type TreeNode,
} from '../analysis/index.js';
import type { Catalog, Relation } from '../../catalog/index.js';
import { quoteIdentifier } from '../../sql/index.js';
import type { Node, ParsedStatement } from '../parse.js';
import { keepLines, onOneLine, starEnd } from './star-text.js';

export interface FoundStar {
  /** Offsets in the statement's text. */
  readonly start: number;
  readonly end: number;
  /** What to write instead, on as many lines; the star itself where `expandable` is false. */
  readonly text: string;
  /** False where the columns cannot be written out, as two of one name in one subselect. */
  readonly expandable: boolean;
  /** The list's columns that it stands for, and the query that they are of. */
  readonly targets: readonly Target[];
  readonly query: Query | undefined;
  /** For `t.*` of a table or view. */
  readonly relation: Relation | undefined;
  /** The `t` of `t.*`. */
  readonly alias: string | undefined;
}

/** A list of items in the text, some of which are stars. */
interface WrittenList {
  readonly items: readonly Node[];
  readonly stars: readonly WrittenStar[];
}

interface WrittenStar {
  /** Its place in the list. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** The `s` and `t` of `s.t.*`; undefined for `(row).*`. */
  readonly path: readonly string[] | undefined;
}

/** The stars of a statement, in the text's order. */
export function findStars(statement: ParsedStatement, analysis: Analysis, catalog: Catalog): readonly FoundStar[] {
  const lists = listsWithStars(statement);
  if (lists.length === 0) return [];
  const located = locatedLists(analysis);
  return lists
    .flatMap((list) => {
      const query = located.find(({ positions }) => list.stars.some((star) => positions.some((at) => isWithin(at, star))));
      return list.stars.map((star) => foundStar(statement, catalog, star, query, query && runOf(list, star, query)));
    })
    .sort((a, b) => a.start - b.start);
}

function isWithin(position: number | undefined, { start, end }: WrittenStar): boolean {
  return position !== undefined && position >= start && position < end;
}

function listsWithStars(statement: ParsedStatement): readonly WrittenList[] {
  const lists: WrittenList[] = [];
  const seen = new Set<number>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      const items = value.filter((item: unknown): item is Node => typeof item === 'object' && item !== null && 'ResTarget' in item);
      const stars = items.flatMap((item, index) => writtenStar(statement, item, index));
      // `SET (a, b) = (SELECT …)` has its query once for each column, and each time it is the same text.
      if (stars.some(({ start }) => !seen.has(start))) lists.push({ items, stars });
      for (const { start } of stars) seen.add(start);
    }
    Object.values(value).forEach(visit);
  };
  visit(statement.statement);
  return lists;
}

function writtenStar(statement: ParsedStatement, item: Node, index: number): readonly WrittenStar[] {
  if (!('ResTarget' in item)) return [];
  const { val, location } = item.ResTarget;
  const fields =
    val === undefined
      ? []
      : 'ColumnRef' in val
        ? (val.ColumnRef.fields ?? [])
        : 'A_Indirection' in val
          ? (val.A_Indirection.indirection ?? [])
          : [];
  const last = fields.at(-1);
  if (val === undefined || last === undefined || !('A_Star' in last)) return [];
  const start = statement.offset(location);
  // `TABLE t` is `SELECT * FROM t` to the parser, with a star that stands nowhere.
  const end = start < 0 ? undefined : starEnd(statement.text, start);
  if (end === undefined) return [];
  const path = 'ColumnRef' in val ? fields.flatMap((field) => ('String' in field ? [field.String.sval ?? ''] : [])) : undefined;
  return [{ index, start, end, path }];
}

/** A list of PostgreSQL's, with where each of its columns stands in the text. */
interface LocatedList {
  readonly query: Query;
  readonly targets: readonly Target[];
  readonly positions: readonly (number | undefined)[];
}

function locatedLists(analysis: Analysis): readonly LocatedList[] {
  const lists: LocatedList[] = [];
  const visit = (query: Query): void => {
    // What an INSERT or SET gives is no list that a star can stand in, and a set operation has those of its arms.
    const listed = query.command === 'select' && query.setOperations === undefined;
    for (const all of [listed ? query.targets : [], query.returning]) {
      const targets = all.filter(({ hidden }) => !hidden);
      lists.push({ query, targets, positions: targets.map(({ expression }) => positionOf(query, expression, analysis)) });
    }
  };
  for (const query of queriesIn(analysis.parsed)) visit(query);
  return lists;
}

/** A query and those within it. */
export function queriesIn(start: Query): readonly Query[] {
  const found = new Map<TreeNode, Query>([[start.node, start]]);
  const add = (query: Query): void => {
    found.set(query.node, query);
  };
  const visit = (query: Query): void => {
    for (const range of query.ranges) if (range.subquery !== undefined) add(range.subquery);
    for (const cte of query.ctes) add(cte.query);
    for (const link of sublinksOf(query)) add(link);
  };
  for (const query of found.values()) visit(query);
  return [...found.values()];
}

function sublinksOf(query: Query): readonly Query[] {
  const found: Query[] = [];
  walk(query.node, (node) => {
    if (node.tag === 'QUERY' && node !== query.node) {
      found.push(queryOf(node));
      return false;
    }
    return true;
  });
  return found;
}

/** Where an expression begins in the text; the first place of what it is made of. */
function positionOf(query: Query, expression: TreeNode, analysis: Analysis): number | undefined {
  const positions: number[] = [];
  walk(groupedBy(query, expression), (node) => {
    const at = analysis.offset(locationOf(node));
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

function locationOf(node: TreeNode): number | undefined {
  const location = node.fields['location'];
  return typeof location === 'string' ? Number(location) : undefined;
}

/** The columns of PostgreSQL's list that a star stands for: all but those of the other items. */
function runOf(list: WrittenList, star: WrittenStar, { targets, positions }: LocatedList): readonly Target[] | undefined {
  const others = list.items.length - list.stars.length;
  if (list.stars.length === 1) {
    const count = targets.length - others;
    return count < 0 ? undefined : targets.slice(star.index, star.index + count);
  }
  const counts = list.stars.map((candidate) => positions.filter((at) => isWithin(at, candidate)).length);
  if (counts.reduce((sum, count) => sum + count, others) !== targets.length) return undefined;
  const before = list.stars.filter((candidate) => candidate.index < star.index);
  const start = star.index - before.length + before.reduce((sum, candidate) => sum + (counts[list.stars.indexOf(candidate)] ?? 0), 0);
  const own = targets.slice(start, start + (counts[list.stars.indexOf(star)] ?? 0));
  return own.every((target) => isWithin(positions[targets.indexOf(target)], star)) ? own : undefined;
}

function foundStar(
  statement: ParsedStatement,
  catalog: Catalog,
  star: WrittenStar,
  list: LocatedList | undefined,
  targets: readonly Target[] | undefined,
): FoundStar {
  const span = statement.text.slice(star.start, star.end);
  const written = list && targets && writtenColumns(catalog, list.query, star, targets, span);
  const text = written === undefined || written.length === 0 ? undefined : keepLines(span, written.join(', '));
  return {
    start: star.start,
    end: star.end,
    text: text ?? span,
    expandable: text !== undefined,
    targets: targets ?? [],
    query: list?.query,
    relation: star.path !== undefined && star.path.length > 0 && list && targets ? relationOf(catalog, list.query, targets) : undefined,
    alias: star.path?.at(-1),
  };
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
  { path }: WrittenStar,
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
    return side.fields['vartype'] === reference.fields['vartype'] ? writeQualified(catalog, query, side, name) : undefined;
  if (side.tag !== 'COALESCEEXPR') return undefined;
  const args = side.fields['args'];
  const sides = Array.isArray(args) ? (args as readonly TreeNode[]).map((arg) => writeQualified(catalog, query, arg, name)) : [];
  const known = sides.filter((text) => text !== undefined && !/ AS /.test(text));
  return known.length === 2 && sides.length === 2 ? `COALESCE(${known.join(', ')}) AS ${quoteIdentifier(name)}` : undefined;
}
