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

type Change = Pick<Leaf, 'converted' | 'unnested'>;

const PLAIN: Change = { converted: false, unnested: false };

/** Functions that return the value of an argument, of which `array_agg` builds an array. */
const PASSING: ReadonlySet<string | undefined> = new Set(
  'min max any_value array_agg first_value last_value nth_value lag lead'.split(' '),
);

/** `funcformat` of a call that was written as a cast, or not at all. */
const CASTS: ReadonlySet<number> = new Set([1, 2]);

export class Leaves {
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
    const trail = new Trail(this.catalog);
    trail.follow(node, level, PLAIN);
    return trail.leaves;
  }

  /** The leaves of a column of its result, numbered from 1. */
  output(level: Level, number: number): readonly Leaf[] {
    const trail = new Trail(this.catalog);
    trail.followOutput(level, number, PLAIN);
    return trail.leaves;
  }
}

/** One way from an expression to its leaves, with the changes that were met on it. */
class Trail {
  private readonly found = new Map<string, Leaf>();
  /** A WITH entry that is read many times is followed once, a recursive one too. */
  private readonly seen = new Map<Level, Set<string>>();

  constructor(private readonly catalog: Catalog) {}

  get leaves(): readonly Leaf[] {
    return [...this.found.values()];
  }

  private add(leaf: Leaf): void {
    this.found.set(JSON.stringify(leaf), leaf);
  }

  follow(node: TreeNode | undefined, level: Level, change: Change): void {
    const { from, ...more } = (node && passedOn(node, this.catalog)) ?? {};
    const isField = node?.tag === 'FIELDSELECT';
    const column = columnOf(isField ? child(node, 'arg') : node, level);
    // `(SELECT …)` and `ARRAY(SELECT …)`.
    const inner = level.sublinks.find((sublink) => sublink.node === node && (sublink.kind === 'expression' || sublink.kind === 'array'));
    if (from) {
      for (const part of from) if (part) this.follow(part, level, { ...change, ...more });
    } else if (node?.tag === 'CONST' && flag(node, 'constisnull')) this.add({ ...change, kind: 'null' });
    else if (node?.tag === 'PARAM' && integer(node, 'paramkind') === 0)
      this.add({ ...change, kind: 'parameter', number: integer(node, 'paramid'), location: integer(node, 'location') });
    else if (inner) this.followOutput(inner.level, 1, change);
    else if (column && (!isField || column.number === 0))
      this.followColumn(column.range, isField ? integer(node, 'fieldnum') : column.number, change);
    else this.add({ ...change, kind: 'computed' });
  }

  private followColumn({ kind, node, relationOid: relation, columns, level, behind }: LevelRange, number: number, change: Change): void {
    if (kind === 'relation' && relation !== undefined && number > 0) this.add({ ...change, kind: 'column', relation, number });
    else if (kind === 'join' || kind === 'group') this.follow(columns[number - 1], level, change);
    else if (behind) this.followOutput(behind, number, change);
    else if (kind === 'values')
      for (const row of items(node, 'values_lists'))
        this.follow(isList(row) ? row.filter((item) => isNode(item))[number - 1] : undefined, level, change);
    else this.follow(kind === 'function' ? functionColumn(node, number) : undefined, level, change);
  }

  followOutput(level: Level, number: number, change: Change): void {
    const seen = this.seen.get(level) ?? new Set();
    const key = JSON.stringify([number, change]);
    if (seen.has(key)) return;
    this.seen.set(level, seen.add(key));
    const { outputs, setOperations } = level.query;
    for (const varno of setOperations ? armsOf(setOperations, true) : []) {
      const arm = level.ranges[varno - 1]?.behind;
      if (arm) this.followOutput(arm, number, change);
    }
    for (const target of setOperations ? [] : outputs) if (target.number === number) this.follow(target.expression, level, change);
  }
}

type Passed = Partial<Change> & { readonly from: readonly (TreeNode | undefined)[] };

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
