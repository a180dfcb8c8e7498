/**
 * Where the values of an expression come from, through subqueries, WITH entries, joins and set
 * operations, down to columns, parameters and constants.
 *
 * Invariant: each value of the expression is the value of one of its leaves, unchanged, or changed only
 * in its type if the leaf is `converted`. A computed value is a leaf of its own.
 */
import { type Catalog, perCatalog } from '../../catalog/index.js';
import { child, children, flag, integer, items } from './fields.js';
import { queryOf, type Query, type Range, type SetOperation } from './query.js';
import { isList, isNode, type TreeNode } from './read.js';
import { columnReference, type ColumnReference } from './walk.js';

interface Way {
  /** Whether there is a cast on the way. */
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

/** In both methods the first query is the expression's own; the others are those around it, from the inside out. */
export interface Leaves {
  /** The leaves of an expression of that query. */
  of(node: TreeNode, queries: readonly Query[]): readonly Leaf[];
  /** The leaves of a column of its result, numbered from 1. */
  output(queries: readonly Query[], number: number): readonly Leaf[];
}

/** Functions that return the value of an argument, by name; `unnest` takes an array apart, and `array_agg` builds one. */
const PASSING = ['unnest', 'min', 'max', 'any_value', 'array_agg', 'first_value', 'last_value', 'nth_value', 'lag', 'lead'];

interface Carriers {
  readonly passing: ReadonlySet<number>;
  readonly unnest: ReadonlySet<number>;
}

const carriersOf = perCatalog((catalog): Carriers => {
  const oids = (name: string): readonly number[] =>
    (catalog.functionsByName.get(name) ?? []).flatMap(({ oid, builtin }) => (builtin ? [oid] : []));
  return { passing: new Set(PASSING.flatMap(oids)), unnest: new Set(oids('unnest')) };
});

/** `funcformat` of a call that was written as a cast, or not at all. */
const CASTS: ReadonlySet<number> = new Set([1, 2]);
/** `(SELECT …)` and `ARRAY(SELECT …)`. */
const GIVING_SUBLINKS: ReadonlySet<number> = new Set([4, 6]);

export function leavesIn(catalog: Catalog): Leaves {
  return new LeafReader(carriersOf(catalog));
}

const PLAIN: Way = { converted: false, unnested: false };

class LeafReader implements Leaves {
  // A recursive WITH entry only repeats values of its non-recursive part.
  private readonly underway = new Map<Query, Set<number>>();
  private truncated = false;
  // A WITH entry that is read many times is followed once.
  private readonly found = new WeakMap<Query, Map<string, readonly Leaf[]>>();

  constructor(private readonly carriers: Carriers) {}

  of(node: TreeNode, queries: readonly Query[], way = PLAIN): readonly Leaf[] {
    const passed = passedOn(node, this.carriers);
    if (passed) {
      const { from, ...change } = passed;
      return from.flatMap((part) => (part ? this.of(part, queries, { ...way, ...change }) : []));
    }
    switch (node.tag) {
      case 'CONST':
        return [{ ...way, kind: flag(node, 'constisnull') ? 'null' : 'computed' }];
      case 'PARAM':
        if (integer(node, 'paramkind') !== 0) break;
        return [{ ...way, kind: 'parameter', number: integer(node, 'paramid'), location: integer(node, 'location') }];
      case 'SUBLINK': {
        const inner = GIVING_SUBLINKS.has(integer(node, 'subLinkType')) ? child(node, 'subselect') : undefined;
        if (inner) return this.output([queryOf(inner), ...queries], 1, way);
        break;
      }
      case 'FIELDSELECT': {
        const row = child(node, 'arg');
        const reference = row && columnReference(row);
        if (reference?.number === 0) return this.column({ ...reference, number: integer(node, 'fieldnum') }, queries, way);
        break;
      }
      case 'VAR': {
        const reference = columnReference(node);
        if (reference) return this.column(reference, queries, way);
      }
    }
    return [{ ...way, kind: 'computed' }];
  }

  private column({ levelsUp, varno, number }: ColumnReference, queries: readonly Query[], way: Way): readonly Leaf[] {
    const outwards = queries.slice(levelsUp);
    const range = outwards[0]?.ranges[varno - 1];
    const expressions = (nodes: readonly (TreeNode | undefined)[]): readonly Leaf[] =>
      nodes.flatMap((node) => (node ? this.of(node, outwards, way) : [{ ...way, kind: 'computed' }]));
    switch (range?.kind) {
      case 'relation':
        if (number <= 0 || range.relationOid === undefined) break;
        return [{ ...way, kind: 'column', relation: range.relationOid, number }];
      case 'join':
      case 'group':
        return expressions([range.columns[number - 1]]);
      case 'subquery':
        if (range.subquery) return this.output([range.subquery, ...outwards], number, way);
        break;
      case 'cte': {
        const entry = entryOf(range.cte, outwards);
        if (entry) return this.output(entry, number, way);
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

  output(queries: readonly Query[], number: number, way = PLAIN): readonly Leaf[] {
    const [query] = queries;
    if (!query) return [];
    const visited = this.underway.get(query) ?? new Set();
    if (visited.has(number)) {
      this.truncated = true;
      return [];
    }
    const key = `${number} ${way.converted} ${way.unnested}`;
    const known = this.found.get(query)?.get(key);
    if (known) return known;
    this.underway.set(query, visited.add(number));
    const before = this.truncated;
    this.truncated = false;
    try {
      const leaves = distinct(this.givenBy(query, queries, number, way));
      if (!this.truncated) this.found.set(query, (this.found.get(query) ?? new Map<string, readonly Leaf[]>()).set(key, leaves));
      return leaves;
    } finally {
      visited.delete(number);
      this.truncated ||= before;
    }
  }

  private givenBy(query: Query, queries: readonly Query[], number: number, way: Way): readonly Leaf[] {
    return query.setOperations
      ? givingArms(query.setOperations).flatMap((varno) => {
          const arm = query.ranges[varno - 1]?.subquery;
          return arm ? this.output([arm, ...queries], number, way) : [{ ...way, kind: 'computed' as const }];
        })
      : (query.command === 'select' ? query.targets : query.returning)
          .filter((target) => target.number === number)
          .flatMap(({ expression }) => this.of(expression, queries, way));
  }
}

interface Passed extends Partial<Way> {
  readonly from: readonly (TreeNode | undefined)[];
}

/** The parts of a node one of which gives its value; undefined for a node that computes a value. */
function passedOn(node: TreeNode, { passing, unnest }: Carriers): Passed | undefined {
  switch (node.tag) {
    case 'RELABELTYPE':
    case 'COERCETODOMAIN':
      return { from: [child(node, 'arg')] };
    case 'COERCEVIAIO':
    case 'ARRAYCOERCEEXPR':
      return { from: [child(node, 'arg')], converted: true };
    case 'FUNCEXPR':
      if (unnest.has(integer(node, 'funcid'))) return { from: children(node, 'args'), unnested: true };
      return CASTS.has(integer(node, 'funcformat')) ? { from: children(node, 'args').slice(0, 1), converted: true } : undefined;
    case 'AGGREF': {
      const [target] = children(node, 'args');
      return passing.has(integer(node, 'aggfnoid')) ? { from: [target && child(target, 'expr')] } : undefined;
    }
    case 'WINDOWFUNC':
      // `lag` and `lead` give their third argument where there is no row; the second is a number of rows.
      return passing.has(integer(node, 'winfnoid')) ? { from: children(node, 'args').filter((_, index) => index !== 1) } : undefined;
    case 'COALESCEEXPR':
    case 'MINMAXEXPR':
      return { from: children(node, 'args') };
    case 'NULLIFEXPR':
      return { from: children(node, 'args').slice(0, 1) };
    case 'ARRAYEXPR':
      return { from: children(node, 'elements') };
    case 'CASEEXPR':
      return { from: [...children(node, 'args').map((when) => child(when, 'result')), child(node, 'defresult')] };
    default:
      return undefined;
  }
}

function distinct(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.length < 2 ? leaves : [...new Map(leaves.map((leaf) => [JSON.stringify(leaf), leaf])).values()];
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

function entryOf(cte: Range['cte'], queries: readonly Query[]): readonly Query[] | undefined {
  const around = queries.slice(cte?.levelsUp);
  const found = around[0]?.ctes.find(({ name }) => name === cte?.name);
  return found && [found.query, ...around];
}

/** The arms whose rows can be returned; the second arm of EXCEPT only removes rows. */
function givingArms(operation: SetOperation): readonly number[] {
  if (operation.kind === 'range') return [operation.varno];
  return operation.kind === 'union' ? [...givingArms(operation.left), ...givingArms(operation.right)] : givingArms(operation.left);
}
