/**
 * One query under analysis, at one place of it: the ranges that can be referred to there, as the
 * joins and conditions up to that place leave them.
 *
 * Invariant: a scope never changes. A join makes new ranges from those of its sides, with what it
 * does to their columns (rows may be absent, a condition holds) worked in.
 */
import type { Relation, UniqueKey } from '../../catalog/index.js';
import { flag, integer, nodeOf, type Query, queryOf, type TreeValue, walk } from '../analysis/index.js';
import { type Node, numberOf } from './node.js';
import { cell, closure, type Reason, type Reasons, union, without } from './reason.js';
import { TYPE } from './pg-types.js';
import { notNull, unknownValue, type Value, withoutReasons, withReasons } from './value.js';

/** One column held to one value. */
export interface Held {
  readonly column: number;
  /** The value may be NULL, as with IS NULL: several rows can have it unless the key says otherwise. */
  readonly nullSafe: boolean;
  /** The operator that compares, 0 where the value is the column's own. */
  readonly operator: number;
  /** The collation that it compares by. */
  readonly collation: number;
}

/** Whether at most one row has the values that columns are held to; of no columns, whether there is one at most. */
export type AtMostOne = (held: readonly Held[]) => boolean;

export const ONE: AtMostOne = () => true;
export const MANY: AtMostOne = () => false;

/** One entry of a FROM list; compared by identity. */
export interface Source {
  readonly relation: Relation | undefined;
  /** Those that can be trusted; see `Engine.trusted`. */
  readonly keys: readonly UniqueKey[];
  /** For each combination of the rows that it depends on. */
  readonly atMostOne: AtMostOne;
  /** A LATERAL item: the sources that its rows are computed from. */
  readonly dependsOn: readonly Source[];
  /** The WITH entry that it reads, by name. */
  readonly entry: string | undefined;
}

export function createSource(options: Partial<Source> = {}): Source {
  return { relation: undefined, keys: [], atMostOne: MANY, dependsOn: [], entry: undefined, ...options };
}

export interface Range {
  readonly source: Source;
  /** By the column's number; undefined for one that is not known. 0 is the whole row. */
  readonly column: (number: number) => Value | undefined;
  /** What the column is, where it is an expression over other ranges: of a join, or of grouping. */
  readonly expression: ((number: number) => Node | undefined) | undefined;
  /** Its whole row is missing where one of these holds. */
  readonly absence: Reasons;
}

export type Ranges = ReadonlyMap<number, Range>;

/** A range over the columns that `column` gives; `numbers` are those that make the whole row, where it is known. */
export function rangeOf(
  source: Source,
  column: (number: number, own: Range) => Value | undefined,
  numbers?: readonly number[],
  typeOid: number = TYPE.record,
): Range {
  const valueOf = (number: number): Value | undefined => {
    if (number !== 0 || numbers === undefined) return column(number, range);
    // What is proven of the whole row is proven of its columns.
    return { ...notNull(typeOid), fields: new Map(numbers.map((own) => [own, range.column(own) ?? unknownValue()])) };
  };
  const range: Range = { source, column: remembered(valueOf), expression: undefined, absence: [] };
  return range;
}

/** One of whose columns nothing is known. */
export function unknownRange(): Range {
  return rangeOf(createSource(), () => undefined);
}

function remembered(column: Range['column']): Range['column'] {
  const known = new Map<number, Value | undefined>();
  return (number) => {
    if (!known.has(number)) known.set(number, column(number));
    return known.get(number);
  };
}

/** The ranges where the facts hold. */
export function ruleOut(ranges: Ranges, facts: Reasons): Ranges {
  const ruledOut = closure(facts);
  if (ruledOut.size === 0) return ranges;
  const change = (range: Range): Range => mapped(range, without(range.absence, ruledOut), (value) => withoutReasons(value, ruledOut));
  return new Map([...ranges].map(([index, range]) => [index, change(range)]));
}

/** The ranges above an outer join that may replace their rows by NULLs. */
export function makeAbsent(ranges: Ranges, reason: Reason): Ranges {
  return new Map([...ranges].map(([index, range]) => [index, absentRange(range, reason)]));
}

/** A row that is not there for each row that is shown. */
export function absentRange(range: Range, reason = cell()): Range {
  return mapped(range, union(range.absence, [reason]), (value) => withReasons(value, [reason]));
}

function mapped(range: Range, absence: Reasons, change: (value: Value) => Value): Range {
  const column = remembered((number) => {
    const value = range.column(number);
    return value && change(value);
  });
  return { ...range, absence, column };
}

export function joinRanges(a: Ranges, b: Ranges): Ranges {
  if (a.size === 0) return b;
  return b.size === 0 ? a : new Map([...a, ...b]);
}

/** What a view or a WITH entry gives; `freshValues` tells the columns of one use apart from those of every other. */
export interface Rows {
  readonly columns: readonly Value[];
  readonly atMostOne: AtMostOne;
  readonly atLeastOne: boolean;
}

/** What all places of one query share. */
export interface Frame {
  readonly query: Query;
  readonly entries: Map<string, Rows>;
  /** How many set-returning calls make rows of a row: of several, the shorter ones are filled up with NULL. */
  readonly sets: number;
  /** Each group holds a row, so that an aggregate sees at least one. */
  readonly groupsHoldRows: boolean;
  /** Expressions that grouping sets replace by NULL, by their keys. */
  readonly nulled: ReadonlyMap<string, Reason>;
  /** One reason for each computed value, so that a proof about an expression holds where it is repeated. */
  readonly cells: Map<string, Reason>;
}

export interface Scope {
  readonly frame: Frame;
  readonly ranges: Ranges;
  readonly parent: Scope | undefined;
  /** The rows before grouping, where these are groups: what aggregates compute from. */
  readonly rows: Scope | undefined;
  /** RETURNING, by the reference's `varreturningtype`: from 1 on, the target's row as it was, and as it is written. */
  readonly versions: readonly (Range | undefined)[];
  /** What the conditions up to here rule out. */
  readonly ruledOut: ReadonlySet<Reason>;
  /** What stands for the operand of CASE, and for the elements of an array under a cast. */
  readonly tested: Value | undefined;
  /** The columns of the subquery that a condition is about. */
  readonly compared: readonly Value[];
  /** Values already computed here. */
  readonly memo: Map<Node, Value>;
}

/** The place before all of a query's ranges. */
export function createScope(query: Query, parent: Scope | undefined): Scope {
  return {
    frame: { query, entries: new Map(), sets: setsOf(query), groupsHoldRows: false, nulled: new Map(), cells: new Map() },
    ranges: new Map(),
    parent,
    rows: undefined,
    versions: [],
    ruledOut: new Set(),
    tested: undefined,
    compared: [],
    memo: new Map(),
  };
}

const NO_QUERY = queryOf(nodeOf('QUERY', Object.entries({ commandType: '1', resultRelation: '0' })));

/** Where an expression stands that the catalog stores: range 1 is its table. */
export function storedScope(range?: Range): Scope {
  return withRanges(createScope(NO_QUERY, undefined), new Map(range && [[1, range]]));
}

export function changed(scope: Scope, change: Partial<Omit<Scope, 'memo'>>): Scope {
  return { ...scope, ...change, memo: new Map<Node, Value>() };
}

/** Remembers what is found of a node at each place. */
export function onceAt<Engine, Found>(find: (engine: Engine, node: Node, scope: Scope) => Found): typeof find {
  const known = new WeakMap<Scope['memo'], Map<Node, Found>>();
  return (engine, node, scope) => {
    let here = known.get(scope.memo);
    if (here === undefined) known.set(scope.memo, (here = new Map<Node, Found>()));
    let found = here.get(node);
    if (found === undefined) here.set(node, (found = find(engine, node, scope)));
    return found;
  };
}

/** The scope with further ranges. */
export function withRanges(scope: Scope, ranges: Ranges): Scope {
  return changed(scope, { ranges: joinRanges(scope.ranges, ranges) });
}

/** The scope where the facts hold. */
export function withFacts(scope: Scope, facts: Reasons): Scope {
  const ruledOut = closure([...scope.ruledOut, ...facts]);
  if (ruledOut.size === scope.ruledOut.size) return scope;
  return changed(scope, { ranges: ruleOut(scope.ranges, facts), ruledOut });
}

export function scopeAbove(scope: Scope | undefined, count: number): Scope | undefined {
  return count === 0 ? scope : scopeAbove(scope?.parent, count - 1);
}

/** The same place with the rows before grouping, `count` queries out. */
export function beforeGrouping(scope: Scope, count: number): Scope {
  if (count === 0) {
    return scope.rows === undefined ? scope : changed(scope.rows, { tested: scope.tested, compared: scope.compared });
  }
  return scope.parent === undefined ? scope : changed(scope, { parent: beforeGrouping(scope.parent, count - 1) });
}

/** The range that a reference means, from so many queries within, and the scope that it is of. */
export function rangeAt(scope: Scope, reference: Node, depth = 0): { readonly range: Range; readonly scope: Scope } | undefined {
  const up = integer(reference, 'varlevelsup') - depth;
  const at = up < 0 ? undefined : scopeAbove(scope, up);
  const range = at?.versions[numberOf(reference, 'varreturningtype')] ?? at?.ranges.get(integer(reference, 'varno'));
  return at && range && { range, scope: at };
}

/** The expression that a node stands for: a column of a join or of grouping is what it is made of. */
export function underlying(scope: Scope, node: Node): Node {
  if (node.tag !== 'VAR' || integer(node, 'varlevelsup') !== 0) return node;
  const range = scope.ranges.get(integer(node, 'varno'));
  const inner = range?.expression?.(integer(node, 'varattno'));
  return inner === undefined ? node : underlying(scope, inner);
}

/** A node and those below it, subqueries left out, that are accepted. */
export function partsIn(start: TreeValue, accepts: (node: Node) => boolean): readonly Node[] {
  const found: Node[] = [];
  walk(start, (node) => {
    if (accepts(node)) found.push(node);
    return node.tag !== 'QUERY';
  });
  return found;
}

/** Those that are grouped by stand in a range of their own. */
function setsOf({ node, targets, ranges }: Query): number {
  if (!flag(node, 'hasTargetSRFs')) return 0;
  const grouped = ranges.flatMap(({ kind, columns }) => (kind === 'group' ? columns.flatMap((column) => column ?? []) : []));
  const isSet = (part: Node): boolean => flag(part, 'funcretset') || flag(part, 'opretset');
  return Math.max(1, partsIn([...targets.map(({ expression }) => expression), ...grouped], isSet).length);
}

/** The sources of the scope, and of those around it, that a node of the scope refers to. */
export function sourcesOf(node: Node, scope: Scope): readonly Source[] {
  const found = new Set<Source>();
  walk(node, (part, depth) => {
    const at = part.tag === 'VAR' ? rangeAt(scope, part, depth) : undefined;
    if (at === undefined) return true;
    const { source, expression } = at.range;
    const number = integer(part, 'varattno');
    const made = number === 0 ? undefined : expression?.(number);
    // The whole row of a join is made of its sides.
    const own = expression === undefined ? [source] : [source, ...source.dependsOn];
    for (const each of made === undefined ? own : sourcesOf(made, at.scope)) found.add(each);
    return true;
  });
  return [...found];
}
