/** A FROM list → the ranges that its rows make, and how many rows there can be. */
import type { FromItem, Join } from '../../analysis/index.js';
import { provenBy, type Engine } from '../engine.js';
import { changed, createSource, joinRanges, makeAbsent, ruleOut, withFacts, withRanges } from '../scope.js';
import type { Ranges, Scope, Source } from '../scope.js';
import { constantOf, type Node } from '../node.js';
import { absentEither, cell, closure, union, type Reason, type Reasons } from '../reason.js';
import { analyzeRange, type Item, madeRange } from './range.js';
import { refersTo } from './referenced.js';

/** What restricts the rows; `only` those of some sources, where it belongs to an outer join. */
export interface Restriction {
  readonly condition: Node | undefined;
  readonly scope: Scope;
  readonly only?: readonly Source[];
}

/** An outer join that leaves no row out, if a foreign key that is not NULL refers to the other side. */
interface Referring {
  /** Why the other side may be missing. */
  readonly absence: Reason;
  /** Whether it is there wherever the facts hold. */
  readonly refersWhere: (facts: Reasons) => boolean;
}

/** What a FROM list, or a part of one, gives. */
export interface FromShape {
  /** As the facts leave them. */
  readonly ranges: Ranges;
  /** Ruled out wherever it gives a row. */
  readonly facts: Reasons;
  readonly atLeastOne: boolean;
  readonly sources: readonly Source[];
  readonly restrictions: readonly Restriction[];
  readonly referring: readonly Referring[];
}

const NO_FROM: FromShape = { ranges: new Map(), facts: [], atLeastOne: true, sources: [], restrictions: [], referring: [] };

/** One row source. */
export function single(varno: number, { range, atLeastOne = false, facts = [] }: Item): FromShape {
  return { ...NO_FROM, ranges: ruleOut(new Map([[varno, range]]), facts), facts, atLeastOne, sources: [range.source] };
}

/** What FROM and WHERE let through, and the scope that sees it. */
export function analyzeRows(engine: Engine, outside: Scope): { from: FromShape; rows: Scope } {
  const { query } = outside.frame;
  // The condition of a MERGE does not hold for all of its rows.
  const isMerge = query.command === 'merge';
  const list = isMerge ? query.from.filter(({ varno }) => varno !== query.resultRelation) : query.from;
  const where = isMerge ? undefined : query.where;
  const seeing = ({ ranges, facts }: FromShape): Scope => changed(outside, { ranges, ruledOut: closure(facts) });
  const all = list.reduce((before, item) => together(before, analyzeItem(engine, item, withRanges(outside, before.ranges))), NO_FROM);
  const from = filtered(engine, all, where, seeing(all));
  const [item, second] = list;
  const isThere = item !== undefined && second === undefined && refersTo(engine, item, where, seeing(all));
  return { from: { ...from, atLeastOne: from.atLeastOne || isThere }, rows: seeing(from) };
}

/** Each row of one part with each of the other. */
function together(a: FromShape, b: FromShape): FromShape {
  const facts = union(a.facts, b.facts);
  return {
    ranges: ruleOut(joinRanges(a.ranges, b.ranges), facts),
    facts,
    atLeastOne: a.atLeastOne && b.atLeastOne,
    sources: [...a.sources, ...b.sources],
    restrictions: [...a.restrictions, ...b.restrictions],
    referring: [...a.referring, ...b.referring],
  };
}

/** The rows that a condition lets through, which stands in the scope. */
function filtered(engine: Engine, shape: FromShape, condition: Node | undefined, scope: Scope): FromShape {
  const atLeastOne = shape.atLeastOne && isAlways(condition);
  const restrictions = [...shape.restrictions, { condition, scope }];
  return withFactsOf({ ...shape, atLeastOne, restrictions }, union(shape.facts, provenBy(engine, condition, scope)));
}

/** Where the facts hold, and what follows: the row is there that a foreign key refers to, if it is not NULL. */
function withFactsOf(shape: FromShape, facts: Reasons): FromShape {
  const found = shape.referring.flatMap(({ absence, refersWhere }) => (!facts.includes(absence) && refersWhere(facts) ? [absence] : []));
  return found.length > 0 ? withFactsOf(shape, union(facts, found)) : { ...shape, ranges: ruleOut(shape.ranges, facts), facts };
}

export function isAlways(condition: Node | undefined): boolean {
  return condition === undefined || constantOf(condition) === true;
}

function analyzeItem(engine: Engine, { varno, join }: FromItem, scope: Scope): FromShape {
  if (join === undefined) return single(varno, analyzeRange(engine, varno, scope));
  const left = analyzeItem(engine, join.left, scope);
  const right = analyzeItem(engine, join.right, withRanges(scope, left.ranges));
  const shape = joined(engine, join, left, right, withRanges(scope, joinRanges(left.ranges, right.ranges)));
  const entry = scope.frame.query.ranges[varno - 1];
  const own = entry && madeRange(engine, entry, withRanges(scope, shape.ranges), shape.sources);
  return { ...shape, ranges: joinRanges(shape.ranges, new Map(own && [[varno, own]])) };
}

/** @param scope where the condition stands */
export function joined(engine: Engine, join: Omit<Join, 'node' | 'varno'>, left: FromShape, right: FromShape, scope: Scope): FromShape {
  const { kind, condition } = join;
  const both = together(left, right);
  if (kind === 'inner') return filtered(engine, both, condition, scope);
  const onFacts = provenBy(engine, condition, scope);
  if (kind === 'full') {
    const [leftAbsent, rightAbsent] = absentEither(onFacts);
    const ranges = joinRanges(makeAbsent(left.ranges, leftAbsent), makeAbsent(right.ranges, rightAbsent));
    // It gives rows that no key bounds.
    return { ...both, ranges, facts: [], atLeastOne: left.atLeastOne || right.atLeastOne, sources: [...both.sources, createSource()] };
  }
  const [kept, optional, side] = kind === 'left' ? [left, right, join.right] : [right, left, join.left];
  const facts = union(onFacts, optional.facts);
  const absence = cell(facts);
  // An optional side that always has a row and matches is not optional.
  const refersWhere = (given: Reasons): boolean =>
    (isAlways(condition) && optional.atLeastOne) || refersTo(engine, side, condition, withFacts(scope, given));
  const outer = {
    ...both,
    ranges: joinRanges(kept.ranges, makeAbsent(ruleOut(optional.ranges, facts), absence)),
    atLeastOne: kept.atLeastOne,
    // An outer join's condition restricts its optional side alone.
    restrictions: [...both.restrictions, { condition, scope, only: optional.sources }],
    referring: [...both.referring, { absence, refersWhere }],
  };
  return withFactsOf(outer, kept.facts);
}
