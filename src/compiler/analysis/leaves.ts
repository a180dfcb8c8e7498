/**
 * Where the values of an expression come from, through subqueries, WITH entries, joins and set
 * operations, down to columns, parameters and constants.
 *
 * Invariant: each value of the expression is the value of one of its leaves, unchanged, or changed only
 * in its type if the leaf is `converted`. A computed value is a leaf of its own.
 */
import { type Catalog, columnAt, perCatalog, type TableColumn } from '../../catalog/index.js';
import { columnReference, type ColumnReference } from './column.js';
import { child, children, flag, integer, items } from './fields.js';
import { type Level, levelAt, queryBehind } from './levels.js';
import { armsOf, outputsOf, writtenBy } from './query.js';
import { isList, isNode, type TreeNode } from './read.js';

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

const PLAIN: Way = { converted: false, unnested: false };

export class Leaves {
  // A recursive WITH entry only repeats values of its non-recursive part.
  private readonly underway = new Map<Level, Set<number>>();
  private truncated = false;
  // A WITH entry that is read many times is followed once.
  private readonly found = new WeakMap<Level, Map<string, readonly Leaf[]>>();

  constructor(private readonly catalog: Catalog) {}

  /** The column that a leaf is, of the same type. */
  columnOf(leaf: Leaf | undefined): TableColumn | undefined {
    return leaf?.kind === 'column' && !leaf.converted ? columnAt(this.catalog, leaf.relation, leaf.number) : undefined;
  }

  /** What a query writes to the columns of its table. */
  written(level: Level): readonly { readonly to: Leaf; readonly from: readonly Leaf[] }[] {
    const { query } = level;
    const relation = query.ranges[query.resultRelation - 1]?.relationOid;
    if (relation === undefined) return [];
    return writtenBy(query).map(({ number, expression }) => ({
      to: { ...PLAIN, kind: 'column', relation, number },
      from: this.of(expression, level),
    }));
  }

  /** The leaves of an expression of that query. */
  of(node: TreeNode | undefined, level: Level, way = PLAIN): readonly Leaf[] {
    const computed: readonly Leaf[] = [{ ...way, kind: 'computed' }];
    if (node === undefined) return computed;
    const passed = passedOn(node, carriersOf(this.catalog));
    if (passed) {
      const { from, ...change } = passed;
      return from.flatMap((part) => (part ? this.of(part, level, { ...way, ...change }) : []));
    }
    if (node.tag === 'CONST') return flag(node, 'constisnull') ? [{ ...way, kind: 'null' }] : computed;
    if (node.tag === 'PARAM' && integer(node, 'paramkind') === 0)
      return [{ ...way, kind: 'parameter', number: integer(node, 'paramid'), location: integer(node, 'location') }];
    if (node.tag === 'SUBLINK') {
      // `(SELECT …)` and `ARRAY(SELECT …)`.
      const inner = level.sublinks.find((sublink) => sublink.node === node && (sublink.kind === 'expression' || sublink.kind === 'array'));
      return inner ? this.output(inner.level, 1, way) : computed;
    }
    const row = node.tag === 'FIELDSELECT' ? child(node, 'arg') : undefined;
    const reference = columnReference(row ?? node);
    if (reference === undefined || (row && reference.number !== 0)) return computed;
    return this.column(row ? { ...reference, number: integer(node, 'fieldnum') } : reference, level, way) ?? computed;
  }

  /** Undefined for a column that is computed. */
  private column({ levelsUp, varno, number }: ColumnReference, inner: Level, way: Way): readonly Leaf[] | undefined {
    const level = levelAt(inner, levelsUp);
    const range = level?.query.ranges[varno - 1];
    if (!level || !range) return undefined;
    switch (range.kind) {
      case 'relation':
        if (number <= 0 || range.relationOid === undefined) return undefined;
        return [{ ...way, kind: 'column', relation: range.relationOid, number }];
      case 'join':
      case 'group':
        return this.of(range.columns[number - 1], level, way);
      case 'subquery':
      case 'cte': {
        const behind = queryBehind(range, level);
        return behind && this.output(behind, number, way);
      }
      case 'values':
        return items(range.node, 'values_lists').flatMap((row) =>
          this.of(isList(row) ? row.filter((item) => isNode(item))[number - 1] : undefined, level, way),
        );
      case 'function':
        return this.of(functionColumn(range.node, number), level, way);
      default:
        return undefined;
    }
  }

  /** The leaves of a column of its result, numbered from 1. */
  output(level: Level, number: number, way = PLAIN): readonly Leaf[] {
    const visited = this.underway.get(level) ?? new Set();
    if (visited.has(number)) {
      this.truncated = true;
      return [];
    }
    const key = `${number} ${way.converted} ${way.unnested}`;
    const known = this.found.get(level)?.get(key);
    if (known) return known;
    this.underway.set(level, visited.add(number));
    const before = this.truncated;
    this.truncated = false;
    try {
      const leaves = distinct(this.givenBy(level, number, way));
      if (!this.truncated) this.found.set(level, (this.found.get(level) ?? new Map<string, readonly Leaf[]>()).set(key, leaves));
      return leaves;
    } finally {
      visited.delete(number);
      this.truncated ||= before;
    }
  }

  private givenBy(level: Level, number: number, way: Way): readonly Leaf[] {
    const { query, ranges } = level;
    if (query.setOperations) {
      const arms = armsOf(query.setOperations, true).map((varno) => ranges.get(varno));
      return arms.flatMap((arm) => (arm ? this.output(arm, number, way) : [{ ...way, kind: 'computed' as const }]));
    }
    const targets = outputsOf(query).filter((target) => target.number === number);
    return targets.flatMap(({ expression }) => this.of(expression, level, way));
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
