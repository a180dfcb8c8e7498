/**
 * Array parameters whose elements may be NULL: those that `unnest` turns into rows, as a bulk insert
 * does it, where every column that the elements end in takes NULL.
 */
import {
  child,
  children,
  columnReference,
  has,
  integer,
  plainColumn,
  type Analysis,
  type Query,
  type TreeNode,
} from '../analysis/index.js';
import type { Catalog, CatalogColumn, Relation } from '../../catalog/index.js';

export function nullableElements(
  { parsed }: Analysis,
  catalog: Catalog,
  columnNullable: (relation: Relation, column: CatalogColumn) => boolean,
): ReadonlySet<number> {
  const takes = new Map<number, boolean>();
  const unnest = unnestOids(catalog);
  for (const queries of changes(parsed)) {
    const [query] = queries;
    const relation = query && catalog.relations.get(query.ranges[query.resultRelation - 1]?.relationOid ?? 0);
    if (!query || !relation) continue;
    for (const { number, expression } of query.targets) {
      const column = relation.columns.find((candidate) => candidate.number === number);
      const parameter = column && elementOf(expression, queries, unnest);
      if (parameter === undefined || column === undefined) continue;
      takes.set(parameter, (takes.get(parameter) ?? true) && columnNullable(relation, column));
    }
  }
  return new Set([...takes].flatMap(([parameter, nullable]) => (nullable ? [parameter] : [])));
}

/** Every INSERT and UPDATE, those in WITH included, each with the queries around it, outwards. */
function changes(query: Query, around: readonly Query[] = []): readonly (readonly Query[])[] {
  const queries = [query, ...around];
  const own = query.command === 'insert' || query.command === 'update' ? [queries] : [];
  return [...own, ...query.ctes.flatMap((cte) => changes(cte.query, queries))];
}

function unnestOids({ functionsByName }: Catalog): ReadonlySet<number> {
  const builtin = (functionsByName.get('unnest') ?? []).filter((candidate) => candidate.builtin && candidate.argumentTypeOids.length === 1);
  return new Set(builtin.map(({ oid }) => oid));
}

/** The array parameter that a value is an element of, unchanged but for conversions. */
function elementOf(node: TreeNode, queries: readonly Query[], unnest: ReadonlySet<number>): number | undefined {
  const value = converted(node);
  if (value.tag === 'FUNCEXPR' && unnest.has(integer(value, 'funcid'))) return parameterOf(children(value, 'args')[0]);
  if (columnReference(value) === undefined) return undefined;
  const column = plainColumn(value, queries);
  const holder = column && queries[column.levelsUp];
  const range = column && holder?.ranges[column.varno - 1];
  if (!range || !holder) return undefined;
  const outwards = queries.slice(column.levelsUp);
  const inner = range.subquery ? { query: range.subquery, around: outwards } : cteOf(range.cte, outwards);
  if (inner) {
    const target = inner.query.setOperations
      ? undefined
      : inner.query.targets.find(({ number, hidden }) => !hidden && number === column.number);
    return target && elementOf(target.expression, [inner.query, ...inner.around], unnest);
  }
  return range.kind === 'function' ? elementOfFunction(range.node, column.number, unnest) : undefined;
}

function cteOf(
  cte: Query['ranges'][number]['cte'],
  queries: readonly Query[],
): { readonly query: Query; readonly around: readonly Query[] } | undefined {
  if (cte === undefined || cte.recursive) return undefined;
  const around = queries.slice(cte.levelsUp);
  const found = around[0]?.ctes.find(({ name }) => name === cte.name);
  return found && { query: found.query, around };
}

/** `unnest(a, b)` in FROM is one function for each array, side by side. */
function elementOfFunction(range: TreeNode, column: number, unnest: ReadonlySet<number>): number | undefined {
  let first = 1;
  for (const item of children(range, 'functions')) {
    const count = integer(item, 'funccolcount');
    const call = child(item, 'funcexpr');
    if (column >= first && column < first + count) {
      if (count !== 1 || call?.tag !== 'FUNCEXPR' || !unnest.has(integer(call, 'funcid'))) return undefined;
      return parameterOf(children(call, 'args')[0]);
    }
    first += count;
  }
  return undefined;
}

function parameterOf(node: TreeNode | undefined): number | undefined {
  const value = node && converted(node);
  return value?.tag === 'PARAM' && integer(value, 'paramkind') === 0 ? integer(value, 'paramid') : undefined;
}

/** Calls that the author wrote as a cast, or not at all. */
const CASTS: ReadonlySet<number> = new Set([1, 2]);

function converted(node: TreeNode): TreeNode {
  const isCast =
    node.tag === 'RELABELTYPE' ||
    node.tag === 'COERCEVIAIO' ||
    node.tag === 'COERCETODOMAIN' ||
    node.tag === 'ARRAYCOERCEEXPR' ||
    (node.tag === 'FUNCEXPR' && CASTS.has(integer(node, 'funcformat')));
  const argument = isCast ? (has(node, 'args') ? children(node, 'args')[0] : child(node, 'arg')) : undefined;
  return argument ? converted(argument) : node;
}
