/** A FROM list → the ranges that its rows make, and how many rows there can be. */
import { conjuncts, type FromItem, type Join } from '../../analysis/index.js';
import { provenBy, type Engine } from '../engine.js';
import {
  changed,
  createSource,
  joinRanges,
  makeAbsent,
  rangeOf,
  ruleOut,
  withFacts,
  type Scope,
  type Range,
  type Ranges,
  type Source,
} from '../scope.js';
import { constantBoolean } from '../node.js';
import { TYPE } from '../pg-types.js';
import { absent, absentEither, union, type Reason, type Reasons } from '../reason.js';
import { notNull, type Fields, type Value } from '../value.js';
import { NO_FROM, restrictionsOf, type FromShape, type Referring } from './from-shape.js';
import { analyzeRange } from './range.js';
import { refersTo } from './referenced.js';

/** `scope` gives what is around the query, and what stands before, for LATERAL. */
export function analyzeFrom(engine: Engine, list: readonly FromItem[], scope: Scope): FromShape {
  return list.reduce((shape, item) => {
    const next = analyzeItem(engine, item, changed(scope, { ranges: joinRanges(scope.ranges, shape.ranges) }));
    const facts = union(shape.facts, next.facts);
    return {
      ...together(shape, next),
      ranges: ruleOut(joinRanges(shape.ranges, next.ranges), facts),
      facts,
      atLeastOne: shape.atLeastOne && next.atLeastOne,
    };
  }, NO_FROM);
}

/** What two parts have, whatever joins them. */
function together(a: FromShape, b: FromShape): Pick<FromShape, 'sources' | 'restrictions' | 'referring' | 'unbounded'> {
  return {
    sources: [...a.sources, ...b.sources],
    restrictions: [...a.restrictions, ...b.restrictions],
    referring: [...a.referring, ...b.referring],
    unbounded: a.unbounded || b.unbounded,
  };
}

function analyzeItem(engine: Engine, item: FromItem, scope: Scope): FromShape {
  return item.join === undefined ? analyzeRange(engine, item.varno, scope) : analyzeJoin(engine, item.join, scope);
}

function analyzeJoin(engine: Engine, join: Join, scope: Scope): FromShape {
  const left = analyzeItem(engine, join.left, scope);
  const right = analyzeItem(engine, join.right, changed(scope, { ranges: joinRanges(scope.ranges, ruleOut(left.ranges, left.facts)) }));
  const { condition } = join;
  const onScope = changed(scope, { ranges: joinRanges(scope.ranges, joinRanges(left.ranges, right.ranges)) });
  const onFacts = provenBy(engine, condition, onScope);
  const always = condition === undefined || constantBoolean(condition) === true;
  const matches = (optional: FromShape): boolean => (always && optional.atLeastOne) || joinsReferenced(engine, join, onScope);
  const { absence, ...sides } = joinSides(join, left, right, onFacts, always, matches);
  const referring: readonly Referring[] =
    absence === undefined ? [] : [{ absence, refersWhere: (given) => joinsReferenced(engine, join, withFacts(onScope, given)) }];
  const both = together(left, right);
  const own = restrictionsOf(condition, onScope, restricted(join, left, right));
  const above = changed(scope, { ranges: joinRanges(scope.ranges, sides.ranges) });
  return {
    ...sides,
    ranges: new Map([...sides.ranges, [join.varno, joinRange(engine, join, above, both.sources)]]),
    sources: both.sources,
    restrictions: [...both.restrictions, ...own],
    referring: [...both.referring, ...referring],
    unbounded: both.unbounded || join.kind === 'full',
  };
}

/** Whether the optional side is the one row that a foreign key of the other refers to. */
function joinsReferenced(engine: Engine, { kind, left, right, condition }: Join, scope: Scope): boolean {
  const optional = kind === 'left' ? right : kind === 'right' ? left : undefined;
  const entry = optional?.join === undefined ? scope.frame.query.ranges[(optional?.varno ?? 0) - 1] : undefined;
  return entry !== undefined && refersTo(engine, entry, conjuncts(condition), scope);
}

/** The columns of the join itself: a merged one of USING, and those of a join with an alias. */
function joinRange(engine: Engine, join: Join, above: Scope, sources: readonly Source[]): Range {
  const columns = above.frame.query.ranges[join.varno - 1]?.columns ?? [];
  const valueOf = (number: number): Value | undefined => {
    const node = columns[number - 1];
    return node && engine.expression(node, above);
  };
  const fields = (): Fields =>
    new Map(columns.flatMap((node, index) => (node === undefined ? [] : [[index + 1, engine.expression(node, above)]])));
  return rangeOf(
    createSource({ dependsOn: sources }),
    (number) => (number === 0 ? { ...notNull(TYPE.record), fields: fields() } : valueOf(number)),
    (number) => columns[number - 1],
  );
}

/** The sources that the condition restricts: the optional ones of an outer join, all of an inner one. */
function restricted({ kind }: Join, left: FromShape, right: FromShape): readonly Source[] | undefined {
  return { inner: undefined, left: right.sources, right: left.sources, full: [] }[kind];
}

interface Sides extends Pick<FromShape, 'ranges' | 'facts' | 'atLeastOne'> {
  /** Why the optional side may be missing. */
  readonly absence?: Reason;
}

function joinSides(
  { kind }: Join,
  left: FromShape,
  right: FromShape,
  onFacts: Reasons,
  always: boolean,
  matches: (optional: FromShape) => boolean,
): Sides {
  if (kind === 'left') return keepOne(left, right, onFacts, matches(right));
  if (kind === 'right') return keepOne(right, left, onFacts, matches(left));
  if (kind === 'inner') {
    const facts = union(onFacts, union(left.facts, right.facts));
    const ranges = ruleOut(joinRanges(left.ranges, right.ranges), facts);
    return { ranges, facts, atLeastOne: always && left.atLeastOne && right.atLeastOne };
  }
  const [leftAbsent, rightAbsent] = absentEither(onFacts);
  const side = (shape: FromShape, absence: Reason): Ranges => makeAbsent(ruleOut(shape.ranges, shape.facts), absence);
  return {
    ranges: joinRanges(side(left, leftAbsent), side(right, rightAbsent)),
    facts: [],
    atLeastOne: left.atLeastOne || right.atLeastOne,
  };
}

/** The sides of LEFT and RIGHT JOIN. An optional side that always has a row and matches is not optional. */
function keepOne(kept: FromShape, optional: FromShape, onFacts: Reasons, matches: boolean): Sides {
  const facts = union(onFacts, optional.facts);
  const { atLeastOne } = kept;
  if (matches) {
    return { ranges: ruleOut(joinRanges(kept.ranges, optional.ranges), union(facts, kept.facts)), facts: kept.facts, atLeastOne };
  }
  const absence = absent(facts);
  const ranges = joinRanges(ruleOut(kept.ranges, kept.facts), makeAbsent(ruleOut(optional.ranges, facts), absence));
  return { ranges, facts: kept.facts, atLeastOne, absence };
}
