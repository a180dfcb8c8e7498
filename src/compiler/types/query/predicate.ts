/**
 * Expressions and predicates of unique indexes, compared with a query's.
 *
 * Invariant: two conditions count as the same only where PostgreSQL analysed them into the same
 * nodes, but for the sides of an equality, and for spellings of a truth value.
 */
import { child, children, conjuncts, integer, isList, isNode, readTree, replaced, text, type TreeValue } from '../../analysis/index.js';
import { type Catalog, operatorOf, type PgOperator, type UniqueKey } from '../../../catalog/index.js';
import { provenBy, type Engine } from '../engine.js';
import { rangeAt, underlying, type Held, type Scope, type Source } from '../scope.js';
import { constantOf, keyOf, type Node } from '../node.js';
import { closure, without } from '../reason.js';
import type { Restriction } from './from.js';

const trees = new Map<string, readonly Node[]>();

/** The node that the catalog stores, or those of a list. */
export function storedNodes(stored = ''): readonly Node[] {
  let nodes = trees.get(stored);
  if (nodes === undefined) {
    const tree = stored === '' ? [] : readTree(stored);
    trees.set(stored, (nodes = (isList(tree) ? tree : [tree]).filter((item) => isNode(item))));
  }
  return nodes;
}

/** The keys of the expressions of an index, in order. */
export function keyExpressions({ expressionsTree }: UniqueKey): readonly string[] {
  return storedNodes(expressionsTree).map(keyOf);
}

/** The stored form names the table's columns by range 1, and so does the key of an expression over one source. */
export function relativeKey(node: Node, scope: Scope, source: Source): string | undefined {
  const relative = relativeNode(node, scope, source);
  return relative && keyOf(relative);
}

/** As an index has it: columns of the source by range 1; undefined where another range, or a query, is referred to. */
function relativeNode(node: Node, scope: Scope, source: Source): Node | undefined {
  if (node.tag === 'SUBLINK') return undefined;
  if (node.tag !== 'VAR') {
    const inner = relativeList(node.inner, scope, source);
    return inner && { ...node, inner };
  }
  const at = underlying(scope, node);
  if (at.tag !== 'VAR') return relativeNode(at, scope, source);
  const range = integer(at, 'varlevelsup') === 0 ? rangeAt(scope, at)?.range : undefined;
  return range?.source === source ? replaced(at, 'varno', '1') : undefined;
}

function relativeList(values: readonly TreeValue[], scope: Scope, source: Source): readonly TreeValue[] | undefined {
  const known = values.map((value) =>
    isNode(value) ? relativeNode(value, scope, source) : isList(value) ? relativeList(value, scope, source) : value,
  );
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
  return storedNodes(predicateTree)
    .flatMap(conjuncts)
    .every((node) => {
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
