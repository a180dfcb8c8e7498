/**
 * How many rows there are: which sources of a FROM list its conditions fix to at most one, and how many
 * rows a SELECT gives where some of its columns are held to one value each.
 *
 * Invariant: a source counts as fixed only where a unique key of it is compared, by the key's own
 * equality, with values that are the same for the whole result, or that come from sources already
 * fixed; and a column that an outer join or a grouping set may leave out counts as one value nowhere.
 */
import { child, children, conjuncts, contains, flag, integer, text } from '../../analysis/index.js';
import { isEqualityOf, type UniqueKey } from '../../../catalog/index.js';
import type { Engine, OutputColumn } from '../engine.js';
import { isSteady } from '../expression/cells.js';
import { SUBLINK, subqueryShape } from '../expression/sublink.js';
import { type AtMostOne, type Held, rangeAt, type Scope, type Source, sourcesOf, underlying } from '../scope.js';
import { arrayHeader, elementsOf, keyOf, type Node } from '../node.js';
import type { FromShape, Restriction } from './from.js';
import { clauseTarget, type Groups } from './groups.js';
import { comparison, impliesPredicate, keyExpressions, relativeKey, truthOf } from './predicate.js';
import { isSameEquality } from './set-operation.js';

/** A SELECT that is no set operation. */
interface Selected {
  readonly from: FromShape;
  readonly groups: Groups;
  readonly columns: readonly OutputColumn[];
  /** Where the columns are computed. */
  readonly scope: Scope;
}

export function selectAtMostOne(engine: Engine, selected: Selected): AtMostOne {
  const answers = new Map<string, boolean>();
  return (held) => {
    const key = JSON.stringify(held, ['column', 'nullSafe', 'operator', 'collation']);
    const answer = answers.get(key) ?? isHeldToOne(engine, selected, held);
    answers.set(key, answer);
    return answer;
  };
}

function isHeldToOne(engine: Engine, selected: Selected, held: readonly Held[]): boolean {
  const { from, groups, columns, scope } = selected;
  const { query, sets } = scope.frame;
  const restrictions = [...from.restrictions, ...havingRestrictions(selected)];
  const settled = settle(engine, { ...from, restrictions }, heldOutputs(columns, scope, held));
  const isTold = (clause: Node): boolean => {
    const target = clauseTarget(query, clause);
    const isHeld = held.some((entry) => entry.column === target?.number && isSameEquality(engine, entry, clause));
    return isHeld || (target !== undefined && isConstant(engine, underlying(scope, target.expression), clause, selected, settled));
  };
  const [grouped, distinct] = [children(query.node, 'groupClause'), children(query.node, 'distinctClause')];
  // Of the groups of nothing there is one.
  const isOneGroup = (groups.whole || grouped.length > 0) && grouped.every(isTold);
  return (sets === 0 && !groups.several && (settled.all || isOneGroup)) || (distinct.length > 0 && distinct.every(isTold));
}

/** What HAVING says of what is grouped by, it says of all rows that are left; not so beside aggregates. */
function havingRestrictions({ groups, scope }: Selected): readonly Restriction[] {
  if (groups.several) return [];
  return conjuncts(child(scope.frame.query.node, 'havingQual'))
    .filter((condition) => !contains(condition, ({ tag }) => tag === 'AGGREF' || tag === 'SUBLINK'))
    .map((condition) => ({ condition, scope }));
}

/** What the rows at hand decide, without naming a column of theirs. */
const OF_ROWS: ReadonlySet<string> = new Set(['AGGREF', 'WINDOWFUNC', 'GROUPINGFUNC', 'SUBLINK']);

/** Whether the expression has one value in the whole result, and its row is there in all of it. */
function isConstant(engine: Engine, expression: Node, clause: Node, { groups, scope }: Selected, settled: Settled): boolean {
  if (groups.several && engine.expression(expression, scope).reasons.length > 0) return false;
  const column = columnOf(expression, scope);
  if (column === undefined) {
    const isMadeOfNone = scope.frame.sets === 0 && sourcesOf(expression, scope).length === 0 && isSteady(engine, expression);
    return isMadeOfNone && !contains(expression, ({ tag }) => OF_ROWS.has(tag));
  }
  if (!settled.heldAt(column.source, column.column).some((held) => isSameEquality(engine, held, clause))) return false;
  const range = [...scope.ranges.values()].find(({ source }) => source === column.source);
  return engine.expression(expression, scope).reasons.length === 0 || range?.absence.length === 0;
}

/** One column of a source, or one expression over its columns, held to one value. */
export interface Fixing extends Held {
  readonly source: Source;
  /** The sources that the value comes from. */
  readonly by?: readonly Source[];
  /** Of an expression, whose `column` is 0. */
  readonly key?: string;
}

export interface Settled {
  /** The sources that give at most one row for the whole result. */
  readonly sources: ReadonlySet<Source>;
  /** Whether all of them do. */
  readonly all: boolean;
  /** How a column is held to one value wherever its row is there; every column of a fixed source is. */
  readonly heldAt: (source: Source, column: number) => readonly Pick<Held, 'operator'>[];
}

/** What the restrictions settle, and what is `given`. */
export function settle(engine: Engine, from: Pick<FromShape, 'sources' | 'restrictions'>, given: readonly Fixing[] = []): Settled {
  const { sources, restrictions } = from;
  const fixed = new Set<Source>();
  const fixings = [...given, ...restrictions.flatMap((restriction) => fixingsOf(engine, restriction))];
  const settled = (by: readonly Source[] = []): boolean => by.every((source) => fixed.has(source) || !sources.includes(source));
  const heldIn = (source: Source): readonly Fixing[] => fixings.filter((fixing) => fixing.source === source && settled(fixing.by));
  const isFixed = (source: Source): boolean => {
    const held = heldIn(source);
    if (settled(source.dependsOn) && source.atMostOne(held)) return true;
    return source.keys.some((key) => isKeyHeld(engine, key, source, held) && impliesPredicate(engine, key, source, held, restrictions));
  };
  for (let found = true; found;) found = sources.some((source) => !fixed.has(source) && isFixed(source) && fixed.add(source));
  const heldAt: Settled['heldAt'] = (source, column) =>
    fixed.has(source) ? [{ operator: 0 }] : heldIn(source).filter((fixing) => fixing.column === column);
  return { sources: fixed, all: sources.every((source) => fixed.has(source)), heldAt };
}

/** Whether each column of a key is held, and what the condition takes for equal, the key does, and so never has twice. */
function isKeyHeld({ catalog }: Engine, key: UniqueKey, { relation }: Source, held: readonly Fixing[]): boolean {
  const expressions = keyExpressions(key);
  let next = 0;
  return key.columns.every((number, place) => {
    const expression = number === 0 ? expressions[next++] : undefined;
    const isOne = key.nullsNotDistinct || relation?.columns.find((column) => column.number === number)?.notNull === true;
    return held.some(
      (fixing) =>
        fixing.column === number &&
        fixing.key === expression &&
        (isOne || !fixing.nullSafe) &&
        (fixing.operator === 0 || isEqualityOf(catalog, key, place, fixing)),
    );
  });
}

/** Two sides are equal; or one, whose value is the same wherever this holds, as of a boolean that is true. */
interface Equal extends Omit<Held, 'column'> {
  readonly sides: readonly Node[];
}

function fixingsOf(engine: Engine, { condition, scope, only }: Restriction): readonly Fixing[] {
  const conditions = conjuncts(condition);
  const equal = [...conditions.flatMap((node) => equalIn(engine, node, scope)), ...equalByBounds(engine, conditions)];
  const all = equal.flatMap(({ sides, ...how }) => sides.flatMap((side, index) => fixedTo(engine, side, sides[1 - index], scope, how)));
  return only === undefined ? all : all.filter((fixing) => only.includes(fixing.source));
}

const IS_NULL = 0;

function equalIn(engine: Engine, node: Node, scope: Scope): readonly Equal[] {
  const [boolean, truth] = truthOf(node) ?? [];
  if (boolean !== undefined) return itself(boolean, truth === null);
  const args = children(node, 'args');
  const [left, right] = args;
  switch (node.tag) {
    case 'BOOLEXPR':
      return left?.tag === 'DISTINCTEXPR' && text(node, 'boolop') === 'not' ? sidesOf(engine, left, children(left, 'args'), true) : [];
    case 'NULLTEST':
      return integer(node, 'nulltesttype') === IS_NULL && !flag(node, 'argisrow') ? itself(child(node, 'arg'), true) : [];
    case 'OPEXPR':
      return sidesOf(engine, node, args);
    case 'SCALARARRAYOPEXPR': {
      // One element is one value.
      const value = right && (arrayHeader(right)?.length === 1 ? [right] : elementsOf(right));
      return left !== undefined && value?.length === 1 && flag(node, 'useOr') ? sidesOf(engine, node, [left, ...value]) : [];
    }
    case 'SUBLINK': {
      // One row too.
      const [test, query] = [child(node, 'testexpr'), child(node, 'subselect')];
      if (integer(node, 'subLinkType') !== SUBLINK.any || test?.tag !== 'OPEXPR' || query === undefined) return [];
      const [compared] = children(test, 'args');
      return compared && subqueryShape(engine, node, scope).atMostOne([]) ? sidesOf(engine, test, [compared, query]) : [];
    }
    default:
      return [];
  }
}

/** Equal by the operator of the node. */
function sidesOf({ catalog }: Engine, node: Node, sides: readonly Node[], nullSafe = false): readonly Equal[] {
  const operator = integer(node, 'opno');
  return catalog.equalities.has(operator) ? [{ sides, nullSafe, operator, collation: integer(node, 'inputcollid') }] : [];
}

/** A boolean, or what is NULL, whatever compares it. */
function itself(node: Node | undefined, nullSafe: boolean): readonly Equal[] {
  return node === undefined ? [] : [{ sides: [node], nullSafe, operator: 0, collation: 0 }];
}

/** `x >= y AND x <= y`, also as `x BETWEEN y AND y`. */
function equalByBounds({ catalog }: Engine, conditions: readonly Node[]): readonly Equal[] {
  const comparedBy = (node: Node): string => children(node, 'args').map(keyOf).join(' ');
  return conditions.flatMap((node) => {
    const { name, leftTypeOid: type } = comparison(catalog, node) ?? {};
    const isOther = (other: Node): boolean => comparison(catalog, other)?.name === '<=' && comparedBy(other) === comparedBy(node);
    if (name !== '>=' || !conditions.some(isOther)) return [];
    const equality = catalog.operatorsByName
      .get('=')
      ?.find(({ builtin, leftTypeOid, rightTypeOid }) => builtin && leftTypeOid === type && rightTypeOid === type);
    const how = { nullSafe: false, collation: integer(node, 'inputcollid') };
    return equality === undefined ? [] : [{ sides: children(node, 'args'), operator: equality.oid, ...how }];
  });
}

function fixedTo(engine: Engine, node: Node, other: Node | undefined, scope: Scope, how: Omit<Held, 'column'>): readonly Fixing[] {
  if (other !== undefined && !isSteady(engine, other)) return [];
  const column = columnOf(node, scope);
  const by = other === undefined ? [] : sourcesOf(other, scope);
  if (column !== undefined) return [{ ...column, ...how, by }];
  const [source, second] = other === undefined ? [] : sourcesOf(node, scope);
  if (source === undefined || second !== undefined || !source.keys.some(({ columns }) => columns.includes(0))) return [];
  const key = relativeKey(node, scope, source);
  return key === undefined ? [] : [{ source, column: 0, ...how, by, key }];
}

/** The column of this query's FROM list that a node is, under another type with the same bytes too. */
export function columnOf(node: Node, scope: Scope): { readonly source: Source; readonly column: number } | undefined {
  const at = underlying(scope, node);
  const arg = at.tag === 'RELABELTYPE' ? child(at, 'arg') : undefined;
  if (arg !== undefined) return columnOf(arg, scope);
  const range = at.tag === 'VAR' && integer(at, 'varlevelsup') === 0 ? rangeAt(scope, at)?.range : undefined;
  // A column of a join that has no side of its own is computed.
  if (range === undefined || range.expression !== undefined) return undefined;
  const column = integer(at, 'varattno');
  // The whole row is none.
  return column > 0 ? { source: range.source, column } : undefined;
}

/** The columns that output columns are which are held from outside. */
export function heldOutputs(columns: readonly OutputColumn[], scope: Scope, held: readonly Held[]): readonly Fixing[] {
  return held.flatMap((entry) => {
    const expression = columns[entry.column - 1]?.expression;
    const column = expression && columnOf(expression, scope);
    return column === undefined ? [] : [{ ...entry, ...column }];
  });
}
