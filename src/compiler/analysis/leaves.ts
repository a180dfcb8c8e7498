/**
 * Where the values of an expression come from, through subqueries, WITH entries, joins and set
 * operations, down to columns, parameters and constants.
 *
 * Invariant: a value of the expression is the value of one of its leaves, unchanged, or changed in
 * nothing but its type where the leaf is `converted`. What is computed is a leaf of its own.
 */
import type { Catalog } from '../../catalog/index.js';
import { child, children, flag, integer, items } from './fields.js';
import { armsOf, queryOf, type Cte, type Query, type SetOperation } from './query.js';
import { isList, isNode, type TreeNode } from './read.js';
import { columnReference, type ColumnReference } from './walk.js';

interface Way {
  /** Whether a cast stands between. */
  readonly converted: boolean;
  /** Whether the value is an element of the leaf's array. */
  readonly unnested: boolean;
}

export type Leaf = Way &
  (
    | { readonly kind: 'column'; readonly relation: number; readonly number: number }
    | { readonly kind: 'parameter'; readonly number: number; readonly location: number }
    | { readonly kind: 'null' | 'computed' }
  );

/** Of the first of some queries; the others are those around it, outwards. */
export interface Leaves {
  /** The leaves of an expression that stands in it. */
  of(node: TreeNode, queries: readonly Query[]): readonly Leaf[];
  /** The leaves of a column of its result, by the number from 1 on. */
  output(queries: readonly Query[], number: number): readonly Leaf[];
}

/** Functions of which each value is that of an argument, by name; `unnest` is of arrays, and `array_agg` makes one. */
const PASSING = ['unnest', 'min', 'max', 'any_value', 'array_agg', 'first_value', 'last_value', 'nth_value', 'lag', 'lead'];

interface Carriers {
  readonly passing: ReadonlySet<number>;
  readonly unnest: ReadonlySet<number>;
}

const known = new WeakMap<Catalog, Carriers>();

function carriersOf(catalog: Catalog): Carriers {
  const before = known.get(catalog);
  if (before) return before;
  const oids = (name: string): readonly number[] =>
    (catalog.functionsByName.get(name) ?? []).flatMap(({ oid, builtin }) => (builtin ? [oid] : []));
  const made = { passing: new Set(PASSING.flatMap(oids)), unnest: new Set(oids('unnest')) };
  known.set(catalog, made);
  return made;
}

/** How a call was written: as one, or as a cast, or not at all. */
const CASTS: ReadonlySet<number> = new Set([1, 2]);
const [EXPRESSION, ARRAY] = [4, 6];

export function leavesIn(catalog: Catalog): Leaves {
  const { passing, unnest } = carriersOf(catalog);
  const plain: Way = { converted: false, unnested: false };
  // A recursive entry's own values are those that it began with.
  const underway = new Map<Query, Set<number>>();
  let truncated = false;
  // An entry that is read many times is followed once.
  const found = new WeakMap<Query, Map<string, readonly Leaf[]>>();
  return { of: (node, queries) => leavesOf(node, queries, plain), output: (queries, number) => outputs(queries, number, plain) };

  function leavesOf(node: TreeNode, queries: readonly Query[], way: Way): readonly Leaf[] {
    const all = (nodes: readonly (TreeNode | undefined)[], further: Partial<Way> = {}): readonly Leaf[] =>
      nodes.flatMap((each) => (each ? leavesOf(each, queries, { ...way, ...further }) : []));
    switch (node.tag) {
      case 'CONST':
        return [{ ...way, kind: flag(node, 'constisnull') ? 'null' : 'computed' }];
      case 'PARAM':
        if (integer(node, 'paramkind') !== 0) break;
        return [{ ...way, kind: 'parameter', number: integer(node, 'paramid'), location: integer(node, 'location') }];
      case 'RELABELTYPE':
      case 'COERCETODOMAIN':
        return all([child(node, 'arg')]);
      case 'COERCEVIAIO':
      case 'ARRAYCOERCEEXPR':
        return all([child(node, 'arg')], { converted: true });
      case 'FUNCEXPR':
        if (unnest.has(integer(node, 'funcid'))) return all(children(node, 'args'), { unnested: true });
        if (CASTS.has(integer(node, 'funcformat'))) return all(children(node, 'args').slice(0, 1), { converted: true });
        break;
      case 'AGGREF':
        if (passing.has(integer(node, 'aggfnoid')))
          return all(
            children(node, 'args')
              .slice(0, 1)
              .map((target) => child(target, 'expr')),
          );
        break;
      case 'WINDOWFUNC':
        if (passing.has(integer(node, 'winfnoid'))) return all(windowValues(children(node, 'args')));
        break;
      case 'COALESCEEXPR':
      case 'MINMAXEXPR':
        return all(children(node, 'args'));
      case 'NULLIFEXPR':
        return all(children(node, 'args').slice(0, 1));
      case 'ARRAYEXPR':
        return all(children(node, 'elements'));
      case 'CASEEXPR':
        return all([...children(node, 'args').map((when) => child(when, 'result')), child(node, 'defresult')]);
      case 'SUBLINK':
        if (integer(node, 'subLinkType') === EXPRESSION || integer(node, 'subLinkType') === ARRAY) {
          const inner = child(node, 'subselect');
          if (inner) return outputs([queryOf(inner), ...queries], 1, way);
        }
        break;
      case 'FIELDSELECT': {
        const row = child(node, 'arg');
        const reference = row && columnReference(row);
        if (reference?.number === 0) return column({ ...reference, number: integer(node, 'fieldnum') }, queries, way);
        break;
      }
      case 'VAR': {
        const reference = columnReference(node);
        if (reference) return column(reference, queries, way);
      }
    }
    return [{ ...way, kind: 'computed' }];
  }

  function column({ levelsUp, varno, number }: ColumnReference, queries: readonly Query[], way: Way): readonly Leaf[] {
    const outwards = queries.slice(levelsUp);
    const range = outwards[0]?.ranges[varno - 1];
    const expressions = (nodes: readonly (TreeNode | undefined)[]): readonly Leaf[] =>
      nodes.flatMap((node) => (node ? leavesOf(node, outwards, way) : [{ ...way, kind: 'computed' }]));
    switch (range?.kind) {
      case 'relation':
        if (number <= 0 || range.relationOid === undefined) break;
        return [{ ...way, kind: 'column', relation: range.relationOid, number }];
      case 'join':
      case 'group':
        return expressions([range.columns[number - 1]]);
      case 'subquery':
        if (range.subquery) return outputs([range.subquery, ...outwards], number, way);
        break;
      case 'cte': {
        const entry = entryOf(range.cte, outwards);
        if (entry) return outputs(entry, number, way);
        break;
      }
      case 'values':
        return expressions(
          items(range.node, 'values_lists').map((row) => (isList(row) ? row.filter((item) => isNode(item))[number - 1] : undefined)),
        );
      case 'function':
        return expressions([functionColumn(range.node, number)]);
    }
    return [{ ...way, kind: 'computed' }];
  }

  /** The values of one column of a query's result. */
  function outputs(queries: readonly Query[], number: number, way: Way): readonly Leaf[] {
    const [query] = queries;
    if (!query) return [];
    const visited = underway.get(query) ?? new Set();
    if (visited.has(number)) {
      truncated = true;
      return [];
    }
    const key = `${number} ${way.converted} ${way.unnested}`;
    const known = found.get(query)?.get(key);
    if (known) return known;
    underway.set(query, visited.add(number));
    const before = truncated;
    truncated = false;
    try {
      const leaves = distinct(givenBy(query, queries, number, way));
      if (!truncated) found.set(query, (found.get(query) ?? new Map<string, readonly Leaf[]>()).set(key, leaves));
      return leaves;
    } finally {
      visited.delete(number);
      truncated ||= before;
    }
  }

  function givenBy(query: Query, queries: readonly Query[], number: number, way: Way): readonly Leaf[] {
    return query.setOperations
      ? givingArms(query.setOperations).flatMap((varno) => {
          const arm = query.ranges[varno - 1]?.subquery;
          return arm ? outputs([arm, ...queries], number, way) : [{ ...way, kind: 'computed' as const }];
        })
      : (query.command === 'select' ? query.targets : query.returning)
          .filter((target) => target.number === number)
          .flatMap(({ expression }) => leavesOf(expression, queries, way));
  }
}

function distinct(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.length < 2 ? leaves : [...new Map(leaves.map((leaf) => [JSON.stringify(leaf), leaf])).values()];
}

/** `lag` and `lead` give their third argument where there is no row. */
function windowValues(args: readonly TreeNode[]): readonly (TreeNode | undefined)[] {
  return args.filter((_, index) => index !== 1);
}

/** `unnest(a, b)` in FROM is one function for each array, side by side. */
function functionColumn(range: TreeNode, column: number): TreeNode | undefined {
  let first = 1;
  for (const item of children(range, 'functions')) {
    const count = integer(item, 'funccolcount');
    if (column >= first && column < first + count) return count === 1 ? child(item, 'funcexpr') : undefined;
    first += count;
  }
  return undefined;
}

function entryOf(
  cte: { readonly name: string; readonly levelsUp: number } | undefined,
  queries: readonly Query[],
): readonly Query[] | undefined {
  if (cte === undefined) return undefined;
  const around = queries.slice(cte.levelsUp);
  const found: Cte | undefined = around[0]?.ctes.find(({ name }) => name === cte.name);
  return found && [found.query, ...around];
}

/** The arms whose rows come through; those of EXCEPT's second only take away. */
function givingArms(operation: SetOperation): readonly number[] {
  if (operation.kind === 'range') return armsOf(operation);
  return operation.kind === 'union' ? [...givingArms(operation.left), ...givingArms(operation.right)] : givingArms(operation.left);
}
