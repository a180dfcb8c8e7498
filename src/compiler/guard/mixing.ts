/** What grouping, cutting and combining leave of the parts of a query's rows. */
import { type Catalog, functionOf } from '../../catalog/index.js';
import { armLevels, child, children, contains, flag, integer, plainColumn } from '../analysis/index.js';
import type { Level, Query, TreeNode } from '../analysis/index.js';
import { alwaysReturnsRow } from './flow.js';
import { isNull } from './naming.js';
import { CLEAN, type Judge, NO_COLUMNS, outward, type Part, unbound } from './parts.js';

/** What grouping, windows, DISTINCT and LIMIT leave of the parts. */
export function mixed(level: Level, parts: readonly Part[], catalog: Catalog): readonly Part[] {
  const { node } = level.query;
  const has = (name: string): boolean => children(node, name).length > 0;
  const isGrouped = flag(node, 'hasAggs') || has('groupClause') || has('groupingSets') || child(node, 'havingQual') !== undefined;
  const keys = isGrouped ? groupKeys(level.query) : undefined;
  const isCut = isLimited(node) || flag(node, 'hasWindowFuncs') || flag(node, 'hasDistinctOn');
  const always = alwaysReturnsRow(level);
  const counts = isGrouped && onlyCounts(level, catalog);
  return parts.map((each) => {
    const part = always ? unbound(each) : each;
    const columns = keys && new Set([...(part.columns ?? [])].filter((number) => keys.has(number)));
    const needs = counts ? part.needs.filter(({ listed }) => listed) : part.needs;
    const held = { ...part, needs, ...(columns && { columns }) };
    if (needs.length === 0) return held;
    if (isCut) return { ...held, columns: NO_COLUMNS, filterable: false };
    const isMixed = isGrouped || (has('distinctClause') && needs.some(({ listed }) => listed));
    return { ...held, filterable: part.filterable && !isMixed };
  });
}

/** Whether LIMIT or OFFSET takes rows by their number; LIMIT ALL takes none away. */
function isLimited(node: TreeNode): boolean {
  return ['limitCount', 'limitOffset'].some((name) => {
    const count = child(node, name);
    return count !== undefined && !isNull(count);
  });
}

/** Whether a query tells no more of its rows than how many there are. */
function onlyCounts({ query }: Level, catalog: Catalog): boolean {
  const isCount = (node: TreeNode): boolean => node.tag === 'AGGREF' && functionOf(catalog, integer(node, 'aggfnoid'))?.name === 'count';
  const tells = (node: TreeNode): boolean => /^(?:VAR|SUBLINK|WINDOWFUNC|AGGREF)$/.test(node.tag) && !isCount(node);
  return query.targets.every(({ expression }) => !contains(expression, tells, isCount));
}

/** The rows of several arms: what each of them is, all of them are. */
export function combined(level: Level, { partsOf, refuse }: Judge): readonly Part[] {
  const arms = armLevels(level);
  const all = arms.map((arm) => partsOf(arm).map((part) => outward(part)));
  const needy = all.flat().filter(({ needs }) => needs.length > 0);
  for (const sublink of level.sublinks) for (const part of partsOf(sublink.level)) refuse('value', part.needs);
  if (needy.length === 0) {
    const guarded = common(all.map((parts) => columnsOf(parts.filter((part) => part.guarded))));
    return guarded.size > 0 ? [{ ...CLEAN, columns: guarded, guarded: true }] : [];
  }
  const isCut = isLimited(level.query.node);
  const isTold = needy.every((part) => part.filterable && part.needs.every(({ listed }) => !listed));
  const filterable = !isCut && isTold && agree(arms, partsOf);
  const columns = isCut ? NO_COLUMNS : common(all.map(columnsOf));
  const rest = needy.filter(({ outer }) => outer.length === 0).flatMap(({ needs }) => needs);
  return [
    ...needy.filter(({ outer }) => outer.length > 0).map((part) => ({ ...unbound(part), columns, filterable })),
    ...(rest.length > 0 ? [{ ...CLEAN, columns, needs: rest, filterable }] : []),
  ];
}

/** Whether each column of one arm is the column of the same name in the others; NULL is of any name. */
function agree(arms: readonly Level[], partsOf: Judge['partsOf']): boolean {
  const needy = arms.filter((arm) => partsOf(arm).some(({ needs }) => needs.length > 0));
  const [first = [], ...others] = needy.map((arm) =>
    arm.query.targets.filter(({ hidden }) => !hidden).map(({ expression }) => sourceName(expression, arm)),
  );
  return others.every((names) => names.every((name, index) => name === ANY_NAME || first[index] === ANY_NAME || name === first[index]));
}

const ANY_NAME = Symbol('NULL');

/** The name of the column that an expression is; undefined for what is computed. */
function sourceName(expression: TreeNode, level: Level): string | typeof ANY_NAME | undefined {
  if (isNull(expression)) return ANY_NAME;
  const column = plainColumn(expression, level);
  return column?.levelsUp === 0 ? level.query.ranges[column.varno - 1]?.columnNames[column.number - 1] : undefined;
}

/** The columns of the result that are what rows are grouped by; none where there are several groupings. */
function groupKeys({ node, targets }: Query): ReadonlySet<number> {
  if (children(node, 'groupingSets').length > 0) return NO_COLUMNS;
  const keys = new Set(children(node, 'groupClause').map((group) => integer(group, 'tleSortGroupRef')));
  return new Set(targets.filter((target) => keys.has(integer(target.node, 'ressortgroupref'))).map(({ number }) => number));
}

function columnsOf(parts: readonly Part[]): ReadonlySet<number> {
  return new Set(parts.flatMap(({ columns }) => [...(columns ?? [])]));
}

function common(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const [first = NO_COLUMNS, ...others] = sets;
  return new Set([...first].filter((number) => others.every((set) => set.has(number))));
}
