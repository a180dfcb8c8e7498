/**
 * Which sources of a FROM list its conditions fix to at most one row.
 *
 * Invariant: a source counts as fixed only where a unique key of it is compared, by the key's own
 * equality, with values that are the same for the whole result, or that come from sources already
 * fixed.
 */
import { child, children, conjuncts, flag, integer, text } from '../../analysis/index.js';
import { isEqualityOf, type Relation, type UniqueKey } from '../../../catalog/index.js';
import { operatorOf, type Engine } from '../engine.js';
import { isSteady } from '../expression/cells.js';
import { SUBLINK, subqueryShape } from '../expression/sublink.js';
import { type Held, rangeAt, type Scope, type Source, sourcesOf, underlying } from '../scope.js';
import { arrayHeader, elementsOf, keyOf, type Node } from '../node.js';
import type { Restriction } from './from-shape.js';
import { impliesPredicate, keyExpressions, relativeKey } from './predicate.js';

/** One column, or one expression over columns, of a source held to one value. */
export interface Fixing extends Held {
  readonly source: Source;
  /** The sources that the value comes from. */
  readonly by: readonly Source[];
  /** Of an expression, whose `column` is 0. */
  readonly key: string | undefined;
}

export interface Settled {
  /** The sources that give at most one row for the whole result. */
  readonly sources: ReadonlySet<Source>;
  /** How a column is held to one value wherever its row is there; every column of a fixed source is. */
  readonly heldAt: (source: Source, column: number) => readonly Pick<Held, 'operator'>[];
}

/** What the restrictions settle, and what is `given`. */
export function settle(
  engine: Engine,
  sources: readonly Source[],
  restrictions: readonly Restriction[],
  given: readonly Fixing[] = [],
): Settled {
  const fixed = new Set<Source>();
  if (sources.length === 0) return { sources: fixed, heldAt: () => [] };
  const fixings = [...given, ...restrictions.flatMap((restriction) => fixingsOf(engine, restriction))];
  const settled = (by: readonly Source[]): boolean => by.every((source) => fixed.has(source) || !sources.includes(source));
  const heldIn = (source: Source): readonly Fixing[] => fixings.filter((fixing) => fixing.source === source && settled(fixing.by));
  const isFixed = (source: Source): boolean => {
    const held = heldIn(source);
    const columns = held.filter(({ key }) => key === undefined);
    return (settled(source.dependsOn) && source.atMostOne(columns)) || isFixedByKey(engine, source, held, restrictions);
  };
  for (let before = -1; before !== fixed.size;) {
    before = fixed.size;
    for (const source of sources) if (!fixed.has(source) && isFixed(source)) fixed.add(source);
  }
  const heldAt: Settled['heldAt'] = (source, column) =>
    fixed.has(source) ? [{ operator: 0 }] : heldIn(source).filter((fixing) => fixing.column === column && fixing.key === undefined);
  return { sources: fixed, heldAt };
}

function isFixedByKey(engine: Engine, source: Source, held: readonly Fixing[], restrictions: readonly Restriction[]): boolean {
  const { relation } = source;
  if (relation === undefined || source.keyless || held.length === 0) return false;
  return relation.uniqueKeys.some((key) => {
    const expressions = key.expressionsTree === undefined ? [] : keyExpressions(key.expressionsTree);
    let next = 0;
    const isHeld = key.columns.every((number, index) => {
      const wanted = number === 0 ? expressions[next++] : undefined;
      return held.some((fixing) => fixing.column === number && fixing.key === wanted && isExact(engine, relation, key, index, fixing));
    });
    return (
      key.columns.length > 0 &&
      isHeld &&
      (key.predicateTree === undefined || impliesPredicate(engine, key.predicateTree, source, held, restrictions))
    );
  });
}

/** Whether what the condition takes for equal, the key does, and so never has twice. */
function isExact(
  { catalog }: Engine,
  relation: Relation,
  key: UniqueKey,
  index: number,
  { operator, collation, nullSafe, column }: Fixing,
): boolean {
  if (nullSafe && !key.nullsNotDistinct && relation.columns.find(({ number }) => number === column)?.notNull !== true) return false;
  return operator === 0 || isEqualityOf(catalog, key, index, { operator, collation });
}

function fixingsOf(engine: Engine, { condition, scope, only }: Restriction): readonly Fixing[] {
  const conditions = conjuncts(condition);
  const all = [...conditions.flatMap((conjunct) => fixingsOfConjunct(engine, conjunct, scope)), ...fixedBetween(engine, conditions, scope)];
  return only === undefined ? all : all.filter((fixing) => only.includes(fixing.source));
}

const IS_NULL = 0;
/** `booltesttype` of IS TRUE, IS FALSE and IS UNKNOWN. */
const FIXING_TESTS: ReadonlySet<number> = new Set([0, 2, 4]);
const IS_UNKNOWN = 4;

function fixingsOfConjunct(engine: Engine, node: Node, scope: Scope): readonly Fixing[] {
  switch (node.tag) {
    case 'VAR':
      return fixedItself(node, scope, false);
    case 'BOOLEXPR': {
      const [arg] = children(node, 'args');
      if (text(node, 'boolop') !== 'not' || arg === undefined) return [];
      return arg.tag === 'DISTINCTEXPR'
        ? equate(engine, arg, children(arg, 'args'), scope, true)
        : arg.tag === 'VAR'
          ? fixedItself(arg, scope, false)
          : [];
    }
    case 'NULLTEST':
      return integer(node, 'nulltesttype') === IS_NULL && !flag(node, 'argisrow') ? fixedItself(child(node, 'arg'), scope, true) : [];
    case 'BOOLEANTEST': {
      const test = integer(node, 'booltesttype');
      return FIXING_TESTS.has(test) ? fixedItself(child(node, 'arg'), scope, test === IS_UNKNOWN) : [];
    }
    case 'OPEXPR':
      return equate(engine, node, children(node, 'args'), scope, false);
    case 'SCALARARRAYOPEXPR': {
      // One element is one value.
      const [left, array] = children(node, 'args');
      const value = array && (arrayHeader(array)?.length === 1 ? [array] : elementsOf(array));
      return left !== undefined && value?.length === 1 && flag(node, 'useOr') ? equate(engine, node, [left, ...value], scope, false) : [];
    }
    case 'SUBLINK': {
      // One row too.
      const [test, query] = [child(node, 'testexpr'), child(node, 'subselect')];
      const isEqual = integer(node, 'subLinkType') === SUBLINK.any && test !== undefined && test.tag === 'OPEXPR';
      const [left] = isEqual ? children(test, 'args') : [];
      return isEqual && left !== undefined && query !== undefined && subqueryShape(engine, node, scope).atMostOne([])
        ? equate(engine, test, [left, query], scope, false)
        : [];
    }
    default:
      return [];
  }
}

/** `x >= y AND x <= y`, also as `x BETWEEN y AND y`. */
function fixedBetween(engine: Engine, conditions: readonly Node[], scope: Scope): readonly Fixing[] {
  const bounds = conditions.flatMap((node) => {
    const entry = node.tag === 'OPEXPR' ? operatorOf(engine.catalog, integer(node, 'opno')) : undefined;
    const [left, right] = children(node, 'args');
    const isBound = entry?.builtin === true && (entry.name === '>=' || entry.name === '<=') && entry.leftTypeOid === entry.rightTypeOid;
    return isBound && left !== undefined && right !== undefined
      ? [{ node, entry, left, right, key: `${keyOf(left)} ${keyOf(right)}` }]
      : [];
  });
  return bounds.flatMap(({ node, entry, left, right, key }) => {
    if (entry.name !== '>=' || !bounds.some((other) => other.entry.name === '<=' && other.key === key)) return [];
    const equality = engine.catalog.operatorsByName
      .get('=')
      ?.find((other) => other.builtin && other.leftTypeOid === entry.leftTypeOid && other.rightTypeOid === entry.rightTypeOid);
    if (equality === undefined) return [];
    const how = { nullSafe: false, operator: equality.oid, collation: integer(node, 'inputcollid') };
    return [...fixedTo(engine, left, right, scope, how), ...fixedTo(engine, right, left, scope, how)];
  });
}

/** Equal by the operator of the node, in either direction. */
function equate(engine: Engine, node: Node, [left, right]: readonly Node[], scope: Scope, nullSafe: boolean): readonly Fixing[] {
  const operator = integer(node, 'opno');
  if (left === undefined || right === undefined || !engine.catalog.equalities.has(operator)) return [];
  const how = { nullSafe, operator, collation: integer(node, 'inputcollid') };
  return [...fixedTo(engine, left, right, scope, how), ...fixedTo(engine, right, left, scope, how)];
}

function fixedTo(engine: Engine, node: Node, other: Node, scope: Scope, how: Omit<Held, 'column'>): readonly Fixing[] {
  if (!isSteady(engine, other)) return [];
  const column = columnOf(node, scope);
  const by = sourcesOf(other, scope);
  if (column !== undefined) return [{ ...column, ...how, by, key: undefined }];
  const [source, second] = sourcesOf(node, scope);
  if (source?.relation?.uniqueKeys.some(({ expressionsTree }) => expressionsTree !== undefined) !== true || second !== undefined) return [];
  const key = relativeKey(node, scope, source);
  return key === undefined ? [] : [{ source, column: 0, ...how, by, key }];
}

/** A column of boolean, or one that is NULL: its value is one, whatever compares it. */
function fixedItself(node: Node | undefined, scope: Scope, nullSafe: boolean): readonly Fixing[] {
  const column = node && columnOf(node, scope);
  return column === undefined ? [] : [{ ...column, nullSafe, operator: 0, collation: 0, by: [], key: undefined }];
}

/** The column of this query's FROM list that a node is, under another type with the same bytes too. */
export function columnOf(node: Node, scope: Scope): { readonly source: Source; readonly column: number } | undefined {
  if (node.tag === 'RELABELTYPE') {
    const arg = child(node, 'arg');
    return arg && columnOf(arg, scope);
  }
  const at = underlying(scope, node);
  if (at !== node) return columnOf(at, scope);
  if (node.tag !== 'VAR' || integer(node, 'varlevelsup') !== 0) return undefined;
  const range = rangeAt(scope, node)?.range;
  const column = integer(node, 'varattno');
  // The whole row is no column, and a column of a join that has no side of its own is computed.
  return range === undefined || column <= 0 || range.expression !== undefined ? undefined : { source: range.source, column };
}

/** The fixing of an output column that is held from outside. */
export function heldFrom(expression: Node | undefined, scope: Scope, held: Held): readonly Fixing[] {
  const column = expression && columnOf(expression, scope);
  return column === undefined ? [] : [{ ...held, ...column, by: [], key: undefined }];
}
