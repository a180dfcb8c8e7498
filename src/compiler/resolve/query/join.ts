/**
 * Joins.
 *
 * Invariant: the condition of an outer join says something of the optional side only, and only of
 * rows that are there. The other side's rows stay whether or not the condition holds for them.
 */
import type { JoinExpr, Node } from 'libpg-query';
import { provenBy, type Analyzer } from '../analyzer.js';
import { booleanOf, strings } from '../node.js';
import { absent, absentEither, union, type Reasons } from '../reason.js';
import {
  makeAbsent,
  ruleOut,
  withNamespace,
  type Merged,
  type Namespace,
  type Scope,
  type ScopeColumn,
  type ScopeItem,
} from '../scope.js';
import { commonType } from '../types.js';
import type { Source, Value } from '../value.js';
import { NO_FROM, type FromShape, type MergedPair, type Restriction } from './from-shape.js';
import { createSource } from './relation.js';

type AnalyzeItem = (analyzer: Analyzer, node: Node, scope: Scope) => FromShape;

export function analyzeJoin(analyzer: Analyzer, join: JoinExpr, scope: Scope, analyzeItem: AnalyzeItem): FromShape {
  const left = join.larg === undefined ? NO_FROM : analyzeItem(analyzer, join.larg, scope);
  const lateral = ruleOut([...scope.namespace, ...left.namespace], left.facts);
  const right = join.rarg === undefined ? NO_FROM : analyzeItem(analyzer, join.rarg, withNamespace(scope, lateral));

  const pairs = mergedPairs(join, left.namespace, right.namespace);
  const onScope = withNamespace(scope, [...left.namespace, ...right.namespace]);
  let onFacts = provenBy(analyzer, join.quals, onScope);
  for (const { left: a, right: b } of pairs) onFacts = union(onFacts, union(a.value.strictIn, b.value.strictIn));
  const always = pairs.length === 0 && (join.quals === undefined || booleanOf(join.quals) === true);

  const sides = joinSides(join, left, right, onFacts, always);
  const merged = pairs.map((pair) => mergeColumn(analyzer, join, pair, sides));
  const restricts = (only: readonly Source[] | undefined): Restriction[] => [
    ...(join.quals === undefined ? [] : [{ condition: join.quals, scope: onScope, only }]),
    ...pairs.map((condition) => ({ condition, scope: onScope, only })),
  ];
  return {
    namespace: joinNamespace(join, sides.left, sides.right, merged, pairs),
    facts: sides.facts,
    atLeastOne: sides.atLeastOne,
    sources: [...left.sources, ...right.sources],
    restrictions: [
      ...left.restrictions,
      ...right.restrictions,
      ...restricts(restrictedSources(join, left, right)),
    ],
    unbounded: left.unbounded || right.unbounded || join.jointype === 'JOIN_FULL',
  };
}

/** The sources that the condition restricts: the optional ones of an outer join, all of an inner one. */
function restrictedSources(join: JoinExpr, left: FromShape, right: FromShape): readonly Source[] | undefined {
  switch (join.jointype) {
    case 'JOIN_LEFT':
      return right.sources;
    case 'JOIN_RIGHT':
      return left.sources;
    case 'JOIN_FULL':
      return [];
    default:
      return undefined;
  }
}

interface Sides {
  readonly left: Namespace;
  readonly right: Namespace;
  readonly facts: Reasons;
  readonly atLeastOne: boolean;
}

function joinSides(join: JoinExpr, left: FromShape, right: FromShape, onFacts: Reasons, always: boolean): Sides {
  switch (join.jointype) {
    case 'JOIN_LEFT': {
      const { kept, optional } = keepOne(left, right, onFacts, always);
      return { left: kept, right: optional, facts: left.facts, atLeastOne: left.atLeastOne };
    }
    case 'JOIN_RIGHT': {
      const { kept, optional } = keepOne(right, left, onFacts, always);
      return { left: optional, right: kept, facts: right.facts, atLeastOne: right.atLeastOne };
    }
    case 'JOIN_FULL': {
      const [leftAbsent, rightAbsent] = absentEither(onFacts);
      return {
        left: makeAbsent(ruleOut(left.namespace, left.facts), leftAbsent),
        right: makeAbsent(ruleOut(right.namespace, right.facts), rightAbsent),
        facts: [],
        atLeastOne: left.atLeastOne || right.atLeastOne,
      };
    }
    default: {
      const facts = union(onFacts, union(left.facts, right.facts));
      return {
        left: ruleOut(left.namespace, facts),
        right: ruleOut(right.namespace, facts),
        facts,
        atLeastOne: always && left.atLeastOne && right.atLeastOne,
      };
    }
  }
}

/** The sides of LEFT and RIGHT JOIN. An optional side that always has a row and matches is not optional. */
function keepOne(
  kept: FromShape,
  optional: FromShape,
  onFacts: Reasons,
  always: boolean,
): { readonly kept: Namespace; readonly optional: Namespace } {
  const facts = union(onFacts, optional.facts);
  if (always && optional.atLeastOne) {
    const all = union(facts, kept.facts);
    return { kept: ruleOut(kept.namespace, all), optional: ruleOut(optional.namespace, all) };
  }
  return {
    kept: ruleOut(kept.namespace, kept.facts),
    optional: makeAbsent(ruleOut(optional.namespace, facts), absent(facts)),
  };
}

function visibleColumns(namespace: Namespace): readonly ScopeColumn[] {
  return namespace.filter((item) => item.columnsVisible).flatMap((item) => item.columns);
}

/** The columns that USING or NATURAL merges, in the order of the result. */
function mergedPairs(join: JoinExpr, left: Namespace, right: Namespace): readonly MergedPair[] {
  const [leftColumns, rightColumns] = [visibleColumns(left), visibleColumns(right)];
  const names = join.isNatural === true ? leftColumns.map(({ name }) => name) : strings(join.usingClause);
  return names.flatMap((name) => {
    const a = leftColumns.find((column) => column.name === name);
    const b = rightColumns.find((column) => column.name === name);
    return a !== undefined && b !== undefined ? [{ left: a, right: b }] : [];
  });
}

function mergeColumn(analyzer: Analyzer, join: JoinExpr, pair: MergedPair, sides: Sides): ScopeColumn {
  const kind: Merged['kind'] = join.jointype === 'JOIN_RIGHT' ? 'right' : join.jointype === 'JOIN_FULL' ? 'both' : 'left';
  // The columns as they are above the join.
  const left = current(pair.left, sides.left);
  const right = current(pair.right, sides.right);
  const typeOid = commonType(analyzer.catalog, [left.value.typeOid, right.value.typeOid]);
  return {
    name: left.name,
    value: mergedValue(kind, typeOid, pair, left.value, right.value),
    home: undefined,
    leaf: undefined,
    merged: { left, right, kind },
  };
}

function current(column: ScopeColumn, namespace: Namespace): ScopeColumn {
  const index = visibleColumns(namespace).findIndex((candidate) => isSame(candidate, column));
  return visibleColumns(namespace)[index] ?? column;
}

function isSame(a: ScopeColumn, b: ScopeColumn): boolean {
  if (a.home === undefined || b.home === undefined) return a.home === b.home && a.name === b.name;
  return a.home.source === b.home.source && a.home.index === b.home.index;
}

function mergedValue(kind: Merged['kind'], typeOid: number, pair: MergedPair, left: Value, right: Value): Value {
  if (kind !== 'both') {
    const chosen = kind === 'left' ? left : right;
    return chosen.typeOid === typeOid ? chosen : { ...chosen, typeOid, origin: undefined };
  }
  // Where one side is absent the other is present, so only what its own column holds can be NULL.
  return {
    ...left,
    typeOid,
    reasons: union(pair.left.value.reasons, pair.right.value.reasons),
    strictIn: [],
    elements: left.elements === right.elements ? left.elements : 'nullable',
    origin: undefined,
    nullableWhenPresent: left.nullableWhenPresent || right.nullableWhenPresent,
    sources: [...left.sources, ...right.sources],
  };
}

/** The namespace of a join: its columns for bare names, its tables for qualified ones, or its alias alone. */
function joinNamespace(
  join: JoinExpr,
  left: Namespace,
  right: Namespace,
  merged: readonly ScopeColumn[],
  pairs: readonly MergedPair[],
): Namespace {
  const rest = (namespace: Namespace, side: 'left' | 'right'): readonly ScopeColumn[] =>
    visibleColumns(namespace).filter((column) => !pairs.some((pair) => isSame(pair[side], column)));
  const columns = [...merged, ...rest(left, 'left'), ...rest(right, 'right')];
  const source = createSource({ opaque: [...left, ...right].some((item) => item.columnsVisible && item.source.opaque) });
  if (join.alias !== undefined) return [aliasedJoin(join, columns, source)];
  const hidden = [...left, ...right].map((item) => ({ ...item, columnsVisible: false }));
  const shown: ScopeItem = {
    source,
    name: undefined,
    schema: undefined,
    columns,
    relationVisible: false,
    columnsVisible: true,
    absence: [],
  };
  if (join.join_using_alias === undefined) return [...hidden, shown];
  return [...hidden, { ...shown, name: join.join_using_alias.aliasname, columns: merged, relationVisible: true, columnsVisible: false }, shown];
}

function aliasedJoin(join: JoinExpr, columns: readonly ScopeColumn[], source: Source): ScopeItem {
  const names = strings(join.alias?.colnames);
  return {
    source,
    name: join.alias?.aliasname,
    schema: undefined,
    columns: columns.map((column, index) => ({ ...column, name: names[index] ?? column.name, home: { source, index } })),
    relationVisible: true,
    columnsVisible: true,
    absence: [],
  };
}
