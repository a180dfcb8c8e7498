/**
 * Why a value can be NULL.
 *
 * Invariant: a value is NULL only where one of its reasons holds. A proof therefore works by ruling
 * reasons out, and a value whose reasons are all ruled out cannot be NULL. Ruling one reason out can
 * rule out others: a row that an outer join did not replace by NULLs satisfied the join's condition.
 */
export interface Reason {
  readonly kind: 'unknown' | 'row' | 'parameter';
  /** The other side of a FULL JOIN: both sides are never absent from one row. */
  readonly rival: Reason | undefined;
  /** Ruled out together with this one. */
  readonly implies: Reasons;
  /** Ruled out as soon as this one and its rival both are. */
  readonly impliesWithRival: Reasons;
  /** Of a value that is made of others: ruled out where `whole` is, which stands for all that compute it alike, or where all of `parts` are. */
  readonly made: { readonly whole: Reason; readonly parts: Reasons } | undefined;
}

export type Reasons = readonly Reason[];

/** One that is not yet known to others. */
type NewReason = { -readonly [Part in keyof Reason]: Reason[Part] };

export const NONE: Reasons = [];

function build(kind: Reason['kind'], implies = NONE): NewReason {
  return { kind, rival: undefined, implies, impliesWithRival: NONE, made: undefined };
}

/** Nothing is known; never ruled out. */
export const UNKNOWN: Reason = build('unknown');
export const UNKNOWN_REASONS: Reasons = [UNKNOWN];

/** What may be so of a row: a nullable column or a computed value is NULL, or an outer join is without a match. Where it is not, `implies` are ruled out. */
export function cell(implies?: Reasons): Reason {
  return build('row', implies);
}

/** A value is NULL, only for one of the reasons `parts`. */
export function madeOf(whole: Reason, parts: Reasons): Reason {
  return { ...build('row'), made: { whole, parts } };
}

export function parameterReason(): Reason {
  return build('parameter');
}

/** The two sides of a FULL JOIN; where neither is absent, `facts` are ruled out. */
export function absentEither(facts: Reasons): readonly [left: Reason, right: Reason] {
  const [left, right] = [build('row'), build('row')];
  left.rival = right;
  right.rival = left;
  left.impliesWithRival = right.impliesWithRival = facts;
  return [left, right];
}

export function union(a: Reasons, b: Reasons): Reasons {
  if (a.length === 0 || a === b) return b;
  const added = b.filter((reason) => !a.includes(reason));
  return added.length === 0 ? a : [...a, ...added];
}

export function unionAll(sets: readonly Reasons[]): Reasons {
  return sets.reduce(union, NONE);
}

export function intersection(a: Reasons, b: Reasons): Reasons {
  return a === b ? a : a.filter((reason) => b.includes(reason));
}

/** What is in each of the sets; of none, nothing. */
export function intersectionAll(sets: readonly Reasons[]): Reasons {
  const [first = NONE, ...others] = sets;
  return others.reduce(intersection, first);
}

/** All that follows from the facts, themselves included. */
export function closure(facts: Reasons): ReadonlySet<Reason> {
  const ruledOut = new Set<Reason>();
  const queue = [...facts];
  for (let reason = queue.pop(); reason !== undefined; reason = queue.pop()) {
    if (reason.kind === 'unknown' || ruledOut.has(reason)) continue;
    ruledOut.add(reason);
    queue.push(...reason.implies);
    if (reason.rival !== undefined && ruledOut.has(reason.rival)) queue.push(...reason.impliesWithRival);
  }
  return ruledOut;
}

export function without(reasons: Reasons, ruledOut: ReadonlySet<Reason>): Reasons {
  if (ruledOut.size === 0) return reasons;
  const left = reasons.filter((reason) => !isRuledOut(reason, ruledOut));
  return left.length === reasons.length ? reasons : left;
}

function isRuledOut(reason: Reason, ruledOut: ReadonlySet<Reason>): boolean {
  const { made } = reason;
  return (
    ruledOut.has(reason) || (made !== undefined && (ruledOut.has(made.whole) || made.parts.every((part) => isRuledOut(part, ruledOut))))
  );
}

/**
 * The reasons of a value that is NULL only where all of several values are, as with COALESCE. The
 * values that can be NULL for one reason each are compared pair by pair: rivals never hold at once.
 */
export function allOf(given: readonly Reasons[]): Reasons {
  const sets = given.map(partsOf);
  if (sets.length === 0) return UNKNOWN_REASONS;
  if (sets.some((set) => set.length === 0) || !canHoldTogether(sets, 0, [])) return NONE;
  return sets.reduce((smallest, set) => (weight(set) < weight(smallest) ? set : smallest));
}

function partsOf(reasons: Reasons): Reasons {
  return reasons.flatMap((reason) => (reason.made === undefined ? [reason] : partsOf(reason.made.parts)));
}

function weight(set: Reasons): number {
  return set.includes(UNKNOWN) ? Number.MAX_SAFE_INTEGER : set.length;
}

function canHoldTogether(sets: readonly Reasons[], index: number, held: Reasons): boolean {
  const set = sets[index];
  if (set === undefined || held.length > 6) return true;
  return set.some(
    (reason) => !(reason.rival !== undefined && held.includes(reason.rival)) && canHoldTogether(sets, index + 1, [...held, reason]),
  );
}

/**
 * Copies reasons so that two uses of one row source (a CTE named twice, a view) are told apart:
 * what is proven of one says nothing of the other. One call's result serves one use.
 */
export function freshener(): (reasons: Reasons) => Reasons {
  const copies = new Map<Reason, Reason>();
  const copy = (reason: Reason): Reason => {
    if (reason.kind === 'unknown' || reason.kind === 'parameter') return reason;
    const known = copies.get(reason);
    if (known !== undefined) return known;
    const fresh = build(reason.kind);
    copies.set(reason, fresh);
    fresh.rival = reason.rival && copy(reason.rival);
    fresh.implies = reason.implies.map(copy);
    fresh.impliesWithRival = reason.impliesWithRival.map(copy);
    fresh.made = reason.made && { whole: copy(reason.made.whole), parts: reason.made.parts.map(copy) };
    return fresh;
  };
  return (reasons) => (reasons.length === 0 ? reasons : reasons.map(copy));
}
