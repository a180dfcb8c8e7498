/** GROUP BY: whether groups hold rows, and what grouping sets replace by NULL. */
import { alwaysReturnsRow, children, integer, numbers, type Query, type Target } from '../../analysis/index.js';
import type { Engine } from '../engine.js';
import { changed, type Scope, withRanges } from '../scope.js';
import { keyOf, type Node } from '../node.js';
import { cell, type Reason } from '../reason.js';
import { madeRange } from './range.js';

export interface Groups {
  /** One is of all rows, even if there are none. */
  readonly whole: boolean;
  /** One row can be in several groups. */
  readonly several: boolean;
  /** What stands outside of the query it refers to as before; from PostgreSQL 18 on, the grouping expressions are a range of their own. */
  readonly scope: Scope;
}

/** `GROUPINGSET :kind`. */
const KIND = { empty: 0, simple: 1, sets: 4 } as const;

/** @param alwaysRows whether there is a row to group */
export function readGroups(engine: Engine, query: Query, rows: Scope, alwaysRows: boolean): Groups {
  const clauses = children(query.node, 'groupClause');
  const sets = children(query.node, 'groupingSets').map(setsOf);
  const always = sets.flatMap(inAll);
  const nulled = new Map<string, Reason>();
  for (const clause of sets.length === 0 ? [] : clauses) {
    const target = clauseTarget(query, clause);
    const isAlways = always.includes(integer(clause, 'tleSortGroupRef'));
    if (target !== undefined && !isAlways) nulled.set(keyOf(groupedBy(query, target.expression)), cell());
  }
  const whole = alwaysReturnsRow(query);
  const scope = changed(rows, { frame: { ...rows.frame, groupsHoldRows: !whole || alwaysRows, nulled }, rows });
  const range = query.ranges.find(({ kind }) => kind === 'group');
  const made = range && madeRange(engine, range, scope, []);
  // What is left out in some groups is not what it is made of.
  const own = made && nulled.size > 0 ? { ...made, expression: () => undefined } : made;
  return { whole, several: sets.some(({ length }) => length > 1), scope: withRanges(scope, new Map(range && own && [[range.varno, own]])) };
}

/** What a reference to a group stands for. */
export function groupedBy(query: Query, expression: Node): Node {
  if (expression.tag !== 'VAR') return expression;
  const range = query.ranges[integer(expression, 'varno') - 1];
  return range?.kind === 'group' ? (range.columns[integer(expression, 'varattno') - 1] ?? expression) : expression;
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
