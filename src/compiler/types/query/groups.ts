/** GROUP BY: whether groups hold rows, and what grouping sets replace by NULL. */
import { children, hasWholeGroup, integer, numbers, type Query, type Target } from '../../analysis/index.js';
import type { Engine } from '../engine.js';
import { grouped } from '../expression/evaluate.js';
import { createSource, rangeOf, type Scope, type Ranges } from '../scope.js';
import { keyOf, type Node } from '../node.js';
import { cell, type Reason } from '../reason.js';
import type { Value } from '../value.js';

export interface GroupKey {
  /** What is grouped by, over the rows before grouping. */
  readonly expression: Node;
  /** PostgreSQL's clause, which says by which equality. */
  readonly clause: Node;
}

export interface Groups {
  readonly grouped: boolean;
  /** One group of all rows, even if there are none. */
  readonly single: boolean;
  /** Each group holds at least one row. */
  readonly holdRows: boolean;
  /** One row can be in several groups. */
  readonly several: boolean;
  /** What the groups differ in; undefined for grouping sets, and for one group of all rows. */
  readonly keys: readonly GroupKey[] | undefined;
  /** Grouping expressions that some grouping sets omit, by key, with the reason why they are NULL there. */
  readonly nulled: ReadonlyMap<string, Reason>;
  /** From PostgreSQL 18 on: the range of the grouping expressions. */
  readonly ranges: Ranges;
}

/** `GROUPINGSET :kind`. */
const KIND = { empty: 0, simple: 1, sets: 4 } as const;

export function readGroups(engine: Engine, query: Query, rows: Scope): Groups {
  const clauses = children(query.node, 'groupClause');
  const sets = children(query.node, 'groupingSets').map(setsOf);
  const entry = query.ranges.find(({ kind }) => kind === 'group');
  const items = clauses.flatMap((clause) => {
    const target = clauseTarget(query, clause)?.expression;
    const isGroup = target?.tag === 'VAR' && integer(target, 'varno') === entry?.varno;
    const expression = isGroup ? entry.columns[integer(target, 'varattno') - 1] : target;
    return expression === undefined ? [] : [{ reference: integer(clause, 'tleSortGroupRef'), clause, expression }];
  });
  const always = new Set(sets.length === 0 ? items.map(({ reference }) => reference) : sets.flatMap(inAll));
  const reasons = new Map<string, Reason>();
  for (const { reference, expression } of items) if (!always.has(reference)) reasons.set(keyOf(expression), cell());
  const isGrouped = clauses.length > 0 || sets.length > 0;
  const several = sets.reduce((count, set) => count * set.length, 1) > 1;
  const column = (number: number): Value | undefined => {
    const expression = entry?.columns[number - 1];
    if (expression === undefined) return undefined;
    const reason = reasons.get(keyOf(expression));
    const value = engine.expression(expression, rows);
    return reason === undefined ? value : grouped(value, reason);
  };
  const expressionOf = (number: number): Node | undefined => (reasons.size > 0 ? undefined : entry?.columns[number - 1]);
  return {
    grouped: isGrouped,
    single: isGrouped && clauses.length === 0 && !several,
    holdRows: !hasWholeGroup(query),
    several,
    keys: clauses.length > 0 && !several && items.length === clauses.length ? items : undefined,
    // What stands outside of the query it refers to as before, with a range for groups too.
    nulled: reasons,
    ranges: new Map(entry && [[entry.varno, rangeOf(createSource(), column, expressionOf)]]),
  };
}

/** The entry of the list that a clause of grouping, of DISTINCT or of sorting is about. */
export function clauseTarget({ targets }: Query, clause: Node): Target | undefined {
  const reference = integer(clause, 'tleSortGroupRef');
  return targets.find(({ node }) => integer(node, 'ressortgroupref') === reference);
}

/** The sets that a node stands for; of ROLLUP and CUBE two without what all of them have in common, which is nothing. */
function setsOf(set: Node): readonly (readonly number[])[] {
  const kind = integer(set, 'kind');
  if (kind === KIND.sets) return children(set, 'content').flatMap(setsOf);
  return kind === KIND.simple ? [numbers(set, 'content')] : kind === KIND.empty ? [[]] : [[], []];
}

function inAll([first = [], ...others]: readonly (readonly number[])[]): readonly number[] {
  return first.filter((reference) => others.every((other) => other.includes(reference)));
}
