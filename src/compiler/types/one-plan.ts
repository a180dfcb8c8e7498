/**
 * Whether PostgreSQL has one plan for a statement, whatever the arguments, so that a prepared one
 * loses nothing by it.
 *
 * Invariant: that is said only where every range of every query in it is one row at most, found by a
 * unique key whose columns all equal a parameter, a constant or a column of such a row; or where it is
 * made of nothing but values. What is not proven has several plans.
 */
import type { Catalog } from '../../catalog/index.js';
import { conjuncts, plainColumn, columnReference, isNode, queryOf, walk, children, integer } from '../analysis/index.js';
import type { FromItem, Query, Range, TreeNode } from '../analysis/index.js';

/** The equalities of PostgreSQL's own B-tree operator classes; their numbers are the same in every version. */
const EQUALITIES: ReadonlySet<number> = new Set([
  15, 91, 92, 93, 94, 96, 98, 254, 260, 387, 410, 416, 532, 533, 607, 620, 649, 670, 900, 1054, 1070, 1093, 1108, 1120, 1130, 1201, 1220,
  1320, 1330, 1550, 1752, 1784, 1804, 1862, 1868, 1955, 2060, 2347, 2360, 2373, 2386, 2536, 2542, 2860, 2972, 2988, 3188, 3222, 3240, 3362,
  3516, 3629, 3676, 3882, 5068,
]);

/** @param queries what the statement becomes, with views, rules and policies expanded. */
export function hasOnePlan(queries: readonly Query[], catalog: Catalog): boolean {
  const [query, second] = queries;
  if (query === undefined || second !== undefined) return false;
  let proven = true;
  walk(query.node, (node) => {
    if (node.tag === 'QUERY') proven &&= isPinned(queryOf(node), catalog);
    return proven;
  });
  return proven;
}

/** An equality `range.column = value` that holds for every row that the range contributes. */
interface Equality {
  readonly varno: number;
  readonly column: number;
  readonly value: TreeNode;
}

/** Whether each range that the query itself scans is one row at most. Nested queries are judged apart. */
function isPinned(query: Query, catalog: Catalog): boolean {
  if (!['select', 'insert', 'update', 'delete'].includes(query.command)) return false;
  const equalities = [...equalitiesOf(query.where, query, undefined), ...query.from.flatMap((item) => joinEqualities(item, query))];
  const open = new Set(query.ranges.filter((range) => !isSettled(range, query)));
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const range of open) if (hasWholeKey(range, equalities, open, catalog)) open.delete(range);
  }
  return open.size === 0;
}

/** Ranges that scan nothing, or what is judged elsewhere. What INSERT fills is not read. */
function isSettled(range: Range, query: Query): boolean {
  switch (range.kind) {
    case 'values':
    case 'result':
    case 'join':
    case 'group':
    case 'subquery':
    case 'cte':
      return true;
    case 'relation':
      return !scanned(query).has(range.varno);
    default:
      return false;
  }
}

/** The ranges in FROM, and the one that an UPDATE or DELETE changes. */
function scanned(query: Query): ReadonlySet<number> {
  const varnos = new Set<number>();
  const add = (item: FromItem): void => {
    if (item.join) {
      add(item.join.left);
      add(item.join.right);
    } else varnos.add(item.varno);
  };
  query.from.forEach(add);
  if (query.command !== 'insert' && query.resultRelation > 0) varnos.add(query.resultRelation);
  return varnos;
}

function hasWholeKey(range: Range, equalities: readonly Equality[], open: ReadonlySet<Range>, catalog: Catalog): boolean {
  const relation = range.relationOid === undefined ? undefined : catalog.relations.get(range.relationOid);
  const isFixed = (column: number): boolean =>
    equalities.some((equality) => equality.varno === range.varno && equality.column === column && isKnown(equality.value, open));
  return relation?.uniqueKeys.some((key) => key.predicateTree === undefined && key.columns.every(isFixed)) ?? false;
}

/** Whether a value is the same for the whole run of the query: it reads no range that is still open. */
function isKnown(value: TreeNode, open: ReadonlySet<Range>): boolean {
  const openNumbers = new Set([...open].map(({ varno }) => varno));
  let known = true;
  walk(value, (node, depth) => {
    const column = columnReference(node);
    if (column !== undefined && column.levelsUp === depth && openNumbers.has(column.varno)) known = false;
    return known;
  });
  return known;
}

/** The equalities of ON; those of an outer join hold for the rows of its nullable side only. */
function joinEqualities(item: FromItem, query: Query): readonly Equality[] {
  if (!item.join) return [];
  const { kind, left, right, condition } = item.join;
  const inside = [...joinEqualities(left, query), ...joinEqualities(right, query)];
  if (kind === 'full') return inside;
  const side = kind === 'inner' ? undefined : kind === 'left' ? right : left;
  return [...inside, ...equalitiesOf(condition, query, side)];
}

function equalitiesOf(condition: TreeNode | undefined, query: Query, side: FromItem | undefined): readonly Equality[] {
  const within = side === undefined ? undefined : rangesOf(side);
  return conjuncts(condition).flatMap((node) => {
    if (node.tag !== 'OPEXPR' || !EQUALITIES.has(integer(node, 'opno'))) return [];
    const [left, right] = children(node, 'args');
    if (left === undefined || right === undefined) return [];
    return [
      [left, right],
      [right, left],
    ].flatMap(([of, value]) => {
      const column = of && plainColumn(of, [query]);
      if (!column || !value || !isNode(value) || column.levelsUp !== 0 || within?.has(column.varno) === false) return [];
      return [{ varno: column.varno, column: column.number, value }];
    });
  });
}

function rangesOf(item: FromItem): ReadonlySet<number> {
  return item.join ? new Set([...rangesOf(item.join.left), ...rangesOf(item.join.right)]) : new Set([item.varno]);
}
