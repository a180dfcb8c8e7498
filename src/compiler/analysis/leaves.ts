/**
 * Where the values of an expression come from, through subqueries, WITH entries, joins and set
 * operations, down to columns, parameters and constants.
 *
 * Invariant: each value of the expression is the value of one of its leaves, unchanged, or changed only
 * in its type if the leaf is `converted`. A computed value is a leaf of its own.
 */
import { type Catalog, columnAt, functionOf, type TableColumn } from '../../catalog/index.js';
import { columnOf } from './column.js';
import { child, children, integer, isNull } from './fields.js';
import type { Level, LevelRange } from './levels.js';
import { armsOf, valueRows, writtenBy } from './query.js';
import type { TreeNode } from './read.js';

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
    return distinct(this.follow(node, level, PLAIN, new Map()));
  }

  /** The leaves of a column of its result, numbered from 1. */
  output(level: Level, number: number): readonly Leaf[] {
    return distinct(this.followOutput(level, number, PLAIN, new Map()));
  }

  private follow(node: TreeNode | undefined, level: Level, change: Change, seen: Seen): readonly Leaf[] {
    const passed = node && passedOn(node, this.catalog);
    if (passed) {
      const { from, ...more } = passed;
      return from.flatMap((part) => (part ? this.follow(part, level, { ...change, ...more }, seen) : []));
    }
    if (node && isNull(node)) return [{ ...change, kind: 'null' }];
    if (node?.tag === 'PARAM' && integer(node, 'paramkind') === 0)
      return [{ ...change, kind: 'parameter', number: integer(node, 'paramid'), location: integer(node, 'location') }];
    // `(SELECT …)` and `ARRAY(SELECT …)`.
    const inner = level.sublinks.find((sublink) => sublink.node === node && (sublink.kind === 'expression' || sublink.kind === 'array'));
    if (inner) return this.followOutput(inner.level, 1, change, seen);
    const isField = node?.tag === 'FIELDSELECT';
    const column = columnOf(isField ? child(node, 'arg') : node, level);
    if (column === undefined || (isField && column.number !== 0)) return [{ ...change, kind: 'computed' }];
    return this.followColumn(column.range, isField ? integer(node, 'fieldnum') : column.number, change, seen);
  }

  private followColumn(range: LevelRange, number: number, change: Change, seen: Seen): readonly Leaf[] {
    const { kind, node, relationOid: relation, level, behind } = range;
    if (kind === 'relation' && relation !== undefined && number > 0) return [{ ...change, kind: 'column', relation, number }];
    if (behind) return this.followOutput(behind, number, change, seen);
    const made = kind === 'function' ? functionColumn(node, number) : range.columns[number - 1];
    const expressions = kind === 'values' ? valueRows(range).map((row) => row[number - 1]) : [made];
    return expressions.flatMap((expression) => this.follow(expression, level, change, seen));
  }

  private followOutput(level: Level, number: number, change: Change, seen: Seen): readonly Leaf[] {
    const before = seen.get(level) ?? new Set();
    const place = JSON.stringify([number, change]);
    if (before.has(place)) return [];
    seen.set(level, before.add(place));
    const { outputs, setOperations } = level.query;
    const targets = setOperations ? [] : outputs.filter((target) => target.number === number);
    const arms = (setOperations ? armsOf(setOperations, true) : []).flatMap((varno) => level.ranges[varno - 1]?.behind ?? []);
    return [
      ...targets.flatMap(({ expression }) => this.follow(expression, level, change, seen)),
      ...arms.flatMap((arm) => this.followOutput(arm, number, change, seen)),
    ];
  }
}

/** The places that were followed; a WITH entry that is read many times is followed once, a recursive one too. */
type Seen = Map<Level, Set<string>>;

function distinct(leaves: readonly Leaf[]): readonly Leaf[] {
  return [...new Map(leaves.map((leaf) => [JSON.stringify(leaf), leaf])).values()];
}

type Passed = Partial<Change> & { readonly from: readonly (TreeNode | undefined)[] };

/** The parts of a node one of which gives its value; undefined for a node that computes a value. */
function passedOn(node: TreeNode, catalog: Catalog): Passed | undefined {
  const called = (by: string): string | undefined => {
    const found = functionOf(catalog, integer(node, by));
    return found?.builtin ? found.name : undefined;
  };
  const args = children(node, 'args');
  switch (node.tag) {
    case 'RELABELTYPE':
    case 'COERCETODOMAIN':
      return { from: [child(node, 'arg')] };
    case 'COERCEVIAIO':
    case 'ARRAYCOERCEEXPR':
      return { from: [child(node, 'arg')], converted: true };
    case 'FUNCEXPR':
      if (called('funcid') === 'unnest') return { from: args, unnested: true };
      return CASTS.has(integer(node, 'funcformat')) ? { from: args.slice(0, 1), converted: true } : undefined;
    case 'AGGREF':
      return PASSING.has(called('aggfnoid')) ? { from: args.slice(0, 1).map((target) => child(target, 'expr')) } : undefined;
    case 'WINDOWFUNC':
      // `lag` and `lead` give their third argument where there is no row; the second is a number of rows.
      return PASSING.has(called('winfnoid')) ? { from: args.filter((_, index) => index !== 1) } : undefined;
    case 'COALESCEEXPR':
    case 'MINMAXEXPR':
      return { from: args };
    case 'NULLIFEXPR':
      return { from: args.slice(0, 1) };
    case 'ARRAYEXPR':
      return { from: children(node, 'elements') };
    case 'CASEEXPR':
      return { from: [...args.map((when) => child(when, 'result')), child(node, 'defresult')] };
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
