/**
 * Expressions and predicates of unique indexes, compared with a query's.
 *
 * Invariant: two conditions count as the same only where PostgreSQL analysed them into the same
 * nodes, but for the sides of an equality, and for spellings of a truth value.
 */
import {
  child,
  children,
  conjuncts,
  field,
  integer,
  isList,
  isNode,
  nodeOf,
  readTree,
  text,
  type TreeValue,
} from '../../analysis/index.js';
import { type Catalog, operatorOf, type PgOperator, type UniqueKey } from '../../../catalog/index.js';
import { provenBy, type Engine } from '../engine.js';
import { rangeAt, underlying, type Held, type Scope, type Source } from '../scope.js';
import { constantOf, keyOf, type Node } from '../node.js';
import { closure, without } from '../reason.js';
import type { Restriction } from './from.js';

const trees = new Map<string, TreeValue>();

function treeOf(stored: string): TreeValue {
  let tree = trees.get(stored);
  if (tree === undefined) {
    tree = readTree(stored);
    trees.set(stored, tree);
  }
  return tree;
}

/** The node that the catalog stores. */
export function storedNode(stored: string): Node | undefined {
  const tree = treeOf(stored);
  return isNode(tree) ? tree : undefined;
}

/** The keys of the expressions of an index, in order. */
export function keyExpressions({ expressionsTree }: UniqueKey): readonly string[] {
  const tree = expressionsTree === undefined ? [] : treeOf(expressionsTree);
  return isList(tree) ? tree.flatMap((item) => (isNode(item) ? [keyOf(rewritten(item, bare) ?? item)] : [])) : [];
}

/** The stored form names the table's columns by range 1, and so does the key of an expression over one source. */
export function relativeKey(node: Node, scope: Scope, source: Source): string | undefined {
  const relative = relativeNode(node, scope, source);
  return relative && keyOf(relative);
}

/** As an index has it: columns of the source by range 1; undefined where another range, or a query, is referred to. */
function relativeNode(node: Node, scope: Scope, source: Source): Node | undefined {
  return rewritten(node, (reference) => {
    const at = underlying(scope, reference);
    if (at.tag !== 'VAR') return relativeNode(at, scope, source);
    const range = integer(at, 'varlevelsup') === 0 ? rangeAt(scope, at)?.range : undefined;
    return range?.source === source ? bare(at) : undefined;
  });
}

/** A reference without what only a query's own have. */
function bare(node: Node): Node {
  const kept = ['varattno', 'vartype', 'vartypmod', 'varcollid'].map((name) => [name, field(node, name) ?? '0'] as const);
  return nodeOf('VAR', [['varno', '1'], ...kept]);
}

/** The node with each reference replaced; undefined where one cannot be, and where a query stands within. */
function rewritten(node: Node, replace: (reference: Node) => Node | undefined): Node | undefined {
  if (node.tag === 'VAR') return replace(node);
  if (node.tag === 'SUBLINK') return undefined;
  const inner = rewrittenList(node.inner, replace);
  return inner && { ...node, inner };
}

function rewrittenList(values: readonly TreeValue[], replace: (reference: Node) => Node | undefined): readonly TreeValue[] | undefined {
  const known = values.map((value) => (isNode(value) ? rewritten(value, replace) : isList(value) ? rewrittenList(value, replace) : value));
  return known.every((value) => value !== undefined) ? known : undefined;
}

/**
 * Whether an index has each row that is left: each conjunct of its predicate stands among the conditions on the source,
 * or that a column is not NULL follows from them.
 */
export function impliesPredicate(
  engine: Engine,
  { predicateTree }: UniqueKey,
  source: Source,
  held: readonly Held[],
  restrictions: readonly Restriction[],
): boolean {
  if (predicateTree === undefined) return true;
  const stored = storedNode(predicateTree);
  if (stored === undefined) return false;
  const given = new Set<string>();
  const present = new Set(held.flatMap(({ column, nullSafe, operator }) => (nullSafe || operator === 0 ? [] : [column])));
  for (const { condition, scope, only } of restrictions) {
    if (only?.includes(source) === false) continue;
    const facts = closure(provenBy(engine, condition, scope));
    const range = [...scope.ranges.values()].find((candidate) => candidate.source === source);
    for (const { number } of source.relation?.columns ?? []) {
      const value = range?.column(number);
      if (value !== undefined && without(value.reasons, facts).length === 0) present.add(number);
    }
    for (const conjunct of conjuncts(condition)) {
      const relative = relativeNode(conjunct, scope, source);
      if (relative !== undefined) given.add(conditionKey(engine, relative));
    }
  }
  return conjuncts(stored).every((wanted) => {
    const node = rewritten(wanted, bare) ?? wanted;
    const tested = node.tag === 'NULLTEST' && integer(node, 'nulltesttype') === IS_NOT_NULL ? child(node, 'arg') : undefined;
    return (tested?.tag === 'VAR' && present.has(integer(tested, 'varattno'))) || given.has(conditionKey(engine, node));
  });
}

const IS_NOT_NULL = 1;

/** One text for conditions that are true of the same rows. */
function conditionKey({ catalog }: Engine, node: Node): string {
  const [boolean, value = null] = truthOf(node) ?? [];
  return boolean?.tag === 'VAR' ? truthKey(boolean, value) : (equalityKey(catalog, node) ?? keyOf(node));
}

function truthKey(boolean: Node, value: boolean | null): string {
  return `${keyOf(boolean)} is ${value}`;
}

/** `booltesttype` of IS TRUE, IS FALSE and IS UNKNOWN. */
const TESTED: Readonly<Record<number, boolean | null>> = { 0: true, 2: false, 4: null };

/** What a condition says of a boolean: `active`, `NOT active`, `active IS TRUE`, `active IS UNKNOWN`. */
export function truthOf(node: Node): readonly [boolean: Node, value: boolean | null] | undefined {
  if (node.tag === 'VAR') return [node, true];
  const negated = node.tag === 'BOOLEXPR' && text(node, 'boolop') === 'not' ? children(node, 'args')[0] : undefined;
  if (negated?.tag === 'VAR') return [negated, false];
  const [tested, value] = node.tag === 'BOOLEANTEST' ? [child(node, 'arg'), TESTED[integer(node, 'booltesttype')]] : [];
  return tested && value !== undefined ? [tested, value] : undefined;
}

/** The operator of PostgreSQL's own by which a node compares two values of one type. */
export function comparison(catalog: Catalog, node: Node): PgOperator | undefined {
  const entry = node.tag === 'OPEXPR' ? operatorOf(catalog, integer(node, 'opno')) : undefined;
  return entry?.builtin === true && entry.leftTypeOid === entry.rightTypeOid ? entry : undefined;
}

/** Of an equality, or its opposite, whose sides may change places; `active = true` and `false <> active` say what `active` is. */
function equalityKey(catalog: Catalog, node: Node): string | undefined {
  const { oid, name } = comparison(catalog, node) ?? {};
  if (name !== '=' && name !== '<>') return undefined;
  const sides = children(node, 'args');
  const boolean = sides.find(({ tag }) => tag === 'VAR');
  const constant = sides.map(constantOf).find((side) => typeof side === 'boolean');
  if (boolean && constant !== undefined) return truthKey(boolean, constant === (name === '='));
  return `${oid} ${integer(node, 'inputcollid')} ${sides.map(keyOf).sort().join(' ')}`;
}
