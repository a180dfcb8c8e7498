/** A FROM list → the ranges that its rows make, and how many rows there can be. */
import { conjuncts, optionalSides, type FromItem, type Join } from '../../analysis/index.js';
import { provenBy, type Engine } from '../engine.js';
import { createSource, joinRanges, makeAbsent, rowRange, ruleOut, withFacts, withRanges } from '../scope.js';
import type { Range, Ranges, Scope, Source } from '../scope.js';
import { constantOf } from '../node.js';
import { absentEither, cell, union, type Reason, type Reasons } from '../reason.js';
import type { Value } from '../value.js';
import { NO_FROM, restrictionsOf, type FromShape } from './from-shape.js';
import { analyzeRange } from './range.js';
import { refersTo } from './referenced.js';

/** `scope` gives what is around the query, and what stands before, for LATERAL. */
export function analyzeFrom(engine: Engine, list: readonly FromItem[], scope: Scope): FromShape {
  return list.reduce((shape, item) => {
    const next = analyzeItem(engine, item, withRanges(scope, shape.ranges));
    return { ...together(shape, next), ranges: ruleOut(joinRanges(shape.ranges, next.ranges), union(shape.facts, next.facts)) };
  }, NO_FROM);
}

/** Each row of one part with each of the other. */
function together(a: FromShape, b: FromShape): FromShape {
  return {
    ranges: joinRanges(a.ranges, b.ranges),
    facts: union(a.facts, b.facts),
    atLeastOne: a.atLeastOne && b.atLeastOne,
    sources: [...a.sources, ...b.sources],
    restrictions: [...a.restrictions, ...b.restrictions],
    referring: [...a.referring, ...b.referring],
    unbounded: a.unbounded || b.unbounded,
  };
}

function analyzeItem(engine: Engine, { varno, join }: FromItem, scope: Scope): FromShape {
  if (join === undefined) return analyzeRange(engine, varno, scope);
  const left = analyzeItem(engine, join.left, scope);
  const right = analyzeItem(engine, join.right, withRanges(scope, ruleOut(left.ranges, left.facts)));
  const shape = joined(engine, join, left, right, withRanges(scope, joinRanges(left.ranges, right.ranges)));
  const above = withRanges(scope, shape.ranges);
  return { ...shape, ranges: new Map([...shape.ranges, [varno, joinRange(engine, join, above, shape.sources)]]) };
}

/** @param scope where the condition stands */
function joined(engine: Engine, join: Join, left: FromShape, right: FromShape, scope: Scope): FromShape {
  const { kind, condition } = join;
  const both = together(left, right);
  const always = condition === undefined || constantOf(condition) === true;
  const onFacts = provenBy(engine, condition, scope);
  // An outer join's condition restricts its optional side alone.
  const only = { inner: undefined, left: right.sources, right: left.sources, full: [] }[kind];
  const shape = { ...both, restrictions: [...both.restrictions, ...restrictionsOf(condition, scope, only)] };
  if (kind === 'full') {
    const [leftAbsent, rightAbsent] = absentEither(onFacts);
    const side = ({ ranges, facts }: FromShape, absence: Reason): Ranges => makeAbsent(ruleOut(ranges, facts), absence);
    const ranges = joinRanges(side(left, leftAbsent), side(right, rightAbsent));
    return { ...shape, ranges, facts: [], atLeastOne: left.atLeastOne || right.atLeastOne, unbounded: true };
  }
  const facts = union(onFacts, both.facts);
  if (kind === 'inner') return { ...shape, ranges: ruleOut(both.ranges, facts), facts, atLeastOne: always && both.atLeastOne };
  const [kept, optional] = kind === 'left' ? [left, right] : [right, left];
  const outer = { ...shape, facts: kept.facts, atLeastOne: kept.atLeastOne };
  const refersWhere = (given: Reasons): boolean => joinsReferenced(engine, join, withFacts(scope, given));
  // An optional side that always has a row and matches is not optional.
  if ((always && optional.atLeastOne) || refersWhere([])) return { ...outer, ranges: ruleOut(both.ranges, facts) };
  const optionalFacts = union(onFacts, optional.facts);
  const absence = cell(optionalFacts);
  const ranges = joinRanges(ruleOut(kept.ranges, kept.facts), makeAbsent(ruleOut(optional.ranges, optionalFacts), absence));
  return { ...outer, ranges, referring: [...both.referring, { absence, refersWhere }] };
}

/** Whether the optional side is the one row that a foreign key of the other refers to. */
function joinsReferenced(engine: Engine, join: Join, scope: Scope): boolean {
  const [optional] = optionalSides(join);
  const entry = optional?.join === undefined ? scope.frame.query.ranges[(optional?.varno ?? 0) - 1] : undefined;
  return entry !== undefined && refersTo(engine, entry, conjuncts(join.condition), scope);
}

/** The columns of the join itself: a merged one of USING, and those of a join with an alias. */
function joinRange(engine: Engine, { varno }: Join, above: Scope, dependsOn: readonly Source[]): Range {
  const columns = above.frame.query.ranges[varno - 1]?.columns ?? [];
  const numbers = columns.flatMap((node, index) => (node ? [index + 1] : []));
  const valueOf = (number: number): Value | undefined => {
    const node = columns[number - 1];
    return node && engine.expression(node, above);
  };
  return rowRange(createSource({ dependsOn }), numbers, valueOf, { expression: (number) => columns[number - 1] });
}
