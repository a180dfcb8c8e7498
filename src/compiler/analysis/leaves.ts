/**
 * Where the values of an expression come from, through subqueries, WITH entries, joins and set
 * operations, down to columns, parameters and constants.
 *
 * Invariant: each value of the expression is the value of one of its leaves, unchanged, or changed only
 * in its type if the leaf is `converted`. A computed value is a leaf of its own.
 */
import { type Catalog, columnAt, functionOf, type TableColumn } from '../../catalog/index.js';
import { columnOf } from './column.js';
import { child, children, flag, integer, items } from './fields.js';
import type { Level, LevelRange } from './levels.js';
import { armsOf, writtenBy } from './query.js';
import { isList, isNode, type TreeNode } from './read.js';

export type Leaf = {
  /** Whether there is a cast on the way. */
  readonly converted: boolean;
  /** Whether the value is an element of the leaf's array. */
  readonly unnested: boolean;
} & (
  | { readonly kind: 'column'; readonly relation: number; readonly number: number }
  | { readonly kind: 'parameter'; readonly number: number; readonly location: number }
  | { readonly kind: 'null' | 'computed' }
);

const PLAIN = { converted: false, unnested: false };
const COMPUTED: readonly Leaf[] = [{ ...PLAIN, kind: 'computed' }];

/** Functions that return the value of an argument, of which `array_agg` builds an array. */
const PASSING: ReadonlySet<string | undefined> = new Set(
  'min max any_value array_agg first_value last_value nth_value lag lead'.split(' '),
);

/** `funcformat` of a call that was written as a cast, or not at all. */
const CASTS: ReadonlySet<number> = new Set([1, 2]);

export class Leaves {
  // A WITH entry that is read many times is followed once; what is underway has no leaves yet.
  private readonly found = new WeakMap<Level, Map<number, readonly Leaf[] | undefined>>();
  private truncated = false;

  constructor(private readonly catalog: Catalog) {}

  /** The column that a leaf is, of the same type. */
  columnOf(leaf: Leaf | undefined): TableColumn | undefined {
    return leaf?.kind === 'column' && !leaf.converted ? columnAt(this.catalog, leaf.relation, leaf.number) : undefined;
  }

  /** What a query writes to the columns of its table. */
  written(level: Level): readonly { readonly to: Leaf; readonly from: readonly Leaf[] }[] {
    const relation = level.target?.relationOid;
    if (relation === undefined) return [];
    return writtenBy(level.query).map(({ number, expression }) => ({
      to: { ...PLAIN, kind: 'column', relation, number },
      from: this.of(expression, level),
    }));
  }

  /** The leaves of an expression of that query. */
  of(node: TreeNode | undefined, level: Level): readonly Leaf[] {
    const passed = node && passedOn(node, this.catalog);
    if (passed) {
      const { from, ...change } = passed;
      return from.flatMap((part) => (part ? this.of(part, level) : [])).map((leaf) => ({ ...leaf, ...change }));
    }
    if (node?.tag === 'CONST' && flag(node, 'constisnull')) return [{ ...PLAIN, kind: 'null' }];
    if (node?.tag === 'PARAM' && integer(node, 'paramkind') === 0)
      return [{ ...PLAIN, kind: 'parameter', number: integer(node, 'paramid'), location: integer(node, 'location') }];
    if (node?.tag === 'SUBLINK') {
      // `(SELECT …)` and `ARRAY(SELECT …)`.
      const inner = level.sublinks.find((sublink) => sublink.node === node && (sublink.kind === 'expression' || sublink.kind === 'array'));
      return inner ? this.output(inner.level, 1) : COMPUTED;
    }
    const isField = node?.tag === 'FIELDSELECT';
    const column = columnOf(isField ? child(node, 'arg') : node, level);
    if (column === undefined || (isField && column.number !== 0)) return COMPUTED;
    return this.column(column.range, isField ? integer(node, 'fieldnum') : column.number) ?? COMPUTED;
  }

  /** Undefined for a column that is computed. */
  private column(range: LevelRange, number: number): readonly Leaf[] | undefined {
    const { level, behind } = range;
    switch (range.kind) {
      case 'relation':
        if (number <= 0 || range.relationOid === undefined) return undefined;
        return [{ ...PLAIN, kind: 'column', relation: range.relationOid, number }];
      case 'join':
      case 'group':
        return this.of(range.columns[number - 1], level);
      case 'subquery':
      case 'cte':
        return behind && this.output(behind, number);
      case 'values':
        return items(range.node, 'values_lists').flatMap((row) =>
          this.of(isList(row) ? row.filter((item) => isNode(item))[number - 1] : undefined, level),
        );
      case 'function':
        return this.of(functionColumn(range.node, number), level);
      default:
        return undefined;
    }
  }

  /** The leaves of a column of its result, numbered from 1. */
  output(level: Level, number: number): readonly Leaf[] {
    const own = this.found.get(level) ?? new Map<number, readonly Leaf[] | undefined>();
    const known = own.get(number);
    if (own.has(number)) {
      // A recursive WITH entry only repeats values of its non-recursive part.
      this.truncated ||= known === undefined;
      return known ?? [];
    }
    this.found.set(level, own.set(number, undefined));
    const before = this.truncated;
    this.truncated = false;
    try {
      const leaves = distinct(this.givenBy(level, number));
      if (!this.truncated) own.set(number, leaves);
      return leaves;
    } finally {
      if (own.get(number) === undefined) own.delete(number);
      this.truncated ||= before;
    }
  }

  private givenBy(level: Level, number: number): readonly Leaf[] {
    const { query, ranges } = level;
    if (query.setOperations) {
      const arms = armsOf(query.setOperations, true).map((varno) => ranges[varno - 1]?.behind);
      return arms.flatMap((arm) => (arm ? this.output(arm, number) : COMPUTED));
    }
    const targets = query.outputs.filter((target) => target.number === number);
    return targets.flatMap(({ expression }) => this.of(expression, level));
  }
}

type Passed = Partial<typeof PLAIN> & { readonly from: readonly (TreeNode | undefined)[] };

/** The parts of a node one of which gives its value; undefined for a node that computes a value. */
function passedOn(node: TreeNode, catalog: Catalog): Passed | undefined {
  const called = (by: string): string | undefined => {
    const found = functionOf(catalog, integer(node, by));
    return found?.builtin ? found.name : undefined;
  };
  switch (node.tag) {
    case 'RELABELTYPE':
    case 'COERCETODOMAIN':
      return { from: [child(node, 'arg')] };
    case 'COERCEVIAIO':
    case 'ARRAYCOERCEEXPR':
      return { from: [child(node, 'arg')], converted: true };
    case 'FUNCEXPR':
      if (called('funcid') === 'unnest') return { from: children(node, 'args'), unnested: true };
      return CASTS.has(integer(node, 'funcformat')) ? { from: children(node, 'args').slice(0, 1), converted: true } : undefined;
    case 'AGGREF': {
      const [target] = children(node, 'args');
      return PASSING.has(called('aggfnoid')) ? { from: [target && child(target, 'expr')] } : undefined;
    }
    case 'WINDOWFUNC':
      // `lag` and `lead` give their third argument where there is no row; the second is a number of rows.
      return PASSING.has(called('winfnoid')) ? { from: children(node, 'args').filter((_, index) => index !== 1) } : undefined;
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
