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
import { notNull, type Value } from '../value.js';
import { NO_FROM, type FromShape, type Referring, type Restriction } from './from-shape.js';
import { analyzeRange } from './range.js';
import { refersTo } from './referenced.js';

/** `scope` gives what is around the query, and what stands before, for LATERAL. */
export function analyzeFrom(engine: Engine, list: readonly FromItem[], scope: Scope): FromShape {
  let shape = NO_FROM;
  for (const item of list) {
    const next = analyzeItem(engine, item, changed(scope, { ranges: joinRanges(scope.ranges, shape.ranges) }));
    const facts = union(shape.facts, next.facts);
    shape = {
      ranges: ruleOut(joinRanges(shape.ranges, next.ranges), facts),
      facts,
      atLeastOne: shape.atLeastOne && next.atLeastOne,
      sources: [...shape.sources, ...next.sources],
      restrictions: [...shape.restrictions, ...next.restrictions],
      referring: [...shape.referring, ...next.referring],
      unbounded: shape.unbounded || next.unbounded,
    };
  }
  return shape;
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
  const { ranges, facts, atLeastOne, absence } = joinSides(join, left, right, onFacts, always, matches);
  const referring: readonly Referring[] =
    absence === undefined ? [] : [{ absence, refersWhere: (given) => joinsReferenced(engine, join, withFacts(onScope, given)) }];
  const sources = [...left.sources, ...right.sources];
  const own: readonly Restriction[] = condition === undefined ? [] : [{ condition, scope: onScope, only: restricted(join, left, right) }];
  const above = changed(scope, { ranges: joinRanges(scope.ranges, ranges) });
  return {
    ranges: new Map([...ranges, [join.varno, joinRange(engine, join, above, sources)]]),
    facts,
    atLeastOne,
    sources,
    restrictions: [...left.restrictions, ...right.restrictions, ...own],
    referring: [...left.referring, ...right.referring, ...referring],
    unbounded: left.unbounded || right.unbounded || join.kind === 'full',
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
  const expression = (number: number): (typeof columns)[number] => columns[number - 1];
  const column = (number: number): Value | undefined => {
    if (number === 0)
      return {
        ...notNull(TYPE.record),
        fields: new Map(columns.flatMap((node, index) => (node === undefined ? [] : [[index + 1, engine.expression(node, above)]]))),
      };
    const node = expression(number);
    return node && engine.expression(node, above);
  };
  return rangeOf(createSource({ dependsOn: sources }), column, expression);
}

/** The sources that the condition restricts: the optional ones of an outer join, all of an inner one. */
function restricted(join: Join, left: FromShape, right: FromShape): readonly Source[] | undefined {
  switch (join.kind) {
    case 'left':
      return right.sources;
    case 'right':
      return left.sources;
    case 'full':
      return [];
    default:
      return undefined;
  }
}

interface Sides extends Pick<FromShape, 'ranges' | 'facts' | 'atLeastOne'> {
  /** Why the optional side may be missing. */
  readonly absence?: Reason;
}

function joinSides(
  join: Join,
  left: FromShape,
  right: FromShape,
  onFacts: Reasons,
  always: boolean,
  matches: (optional: FromShape) => boolean,
): Sides {
  switch (join.kind) {
    case 'left':
      return keepOne(left, right, onFacts, matches(right));
    case 'right':
      return keepOne(right, left, onFacts, matches(left));
    case 'full': {
      const [leftAbsent, rightAbsent] = absentEither(onFacts);
      return {
        ranges: joinRanges(
          makeAbsent(ruleOut(left.ranges, left.facts), leftAbsent),
          makeAbsent(ruleOut(right.ranges, right.facts), rightAbsent),
        ),
        facts: [],
        atLeastOne: left.atLeastOne || right.atLeastOne,
      };
    }
    default: {
      const facts = union(onFacts, union(left.facts, right.facts));
      return {
        ranges: ruleOut(joinRanges(left.ranges, right.ranges), facts),
        facts,
        atLeastOne: always && left.atLeastOne && right.atLeastOne,
      };
    }
  }
}

/** The sides of LEFT and RIGHT JOIN. An optional side that always has a row and matches is not optional. */
function keepOne(kept: FromShape, optional: FromShape, onFacts: Reasons, matches: boolean): Sides {
  const facts = union(onFacts, optional.facts);
  const { atLeastOne } = kept;
  if (matches) {
    return { ranges: ruleOut(joinRanges(kept.ranges, optional.ranges), union(facts, kept.facts)), facts: kept.facts, atLeastOne };
  }
  const absence = absent(facts);
  const ranges: Ranges = joinRanges(ruleOut(kept.ranges, kept.facts), makeAbsent(ruleOut(optional.ranges, facts), absence));
  return { ranges, facts: kept.facts, atLeastOne, absence };
}
