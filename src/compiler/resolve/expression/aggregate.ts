/** Aggregates over groups, and the frames of their windows. */
import type { FuncCall, Node } from 'libpg-query';
import { provenBy, type Analyzer } from '../analyzer.js';
import { aggregateRule } from '../builtin/aggregates.js';
import { cell, closure, NONE, union, without, type Reasons } from '../reason.js';
import type { Frame, Scope } from '../scope.js';
import { arrayOf, isArray, TYPE } from '../types.js';
import { computed, type Elements, type Value } from '../value.js';
import type { DescribedCall } from './described-call.js';
import { expressionKey } from './key.js';

export function evaluateAggregate(analyzer: Analyzer, node: Node, call: FuncCall, scope: Scope, described: DescribedCall): Value {
  const owner = ownerOf(scope, described.args);
  owner.aggregated = true;
  const isOwn = owner === scope.frame;
  const holdsRows = isOwn && owner.groupsHoldRows && call.agg_filter === undefined;
  const value = aggregateValue(analyzer, call, scope, described, holdsRows);
  if (value.reasons.length === 0 || !isOwn) return value;
  const own = groupCell(sameNull(node, call, described), scope);
  return { ...value, reasons: own, strictIn: own };
}

/**
 * The same aggregate written twice has the same value; and one of PostgreSQL's own is NULL of the
 * same inputs in any order, with or without repetitions.
 */
function sameNull(node: Node, call: FuncCall, { candidates }: DescribedCall): Node {
  if (call.agg_within_group === true || !candidates.every((entry) => entry.builtin)) return node;
  const { agg_order: _order, agg_distinct: _distinct, ...rest } = call;
  return { FuncCall: rest };
}

function groupCell(node: Node, scope: Scope): Reasons {
  const key = `group ${expressionKey(node, scope)}`;
  let reason = scope.frame.cells.get(key);
  if (reason === undefined) {
    reason = cell();
    scope.frame.cells.set(key, reason);
  }
  return without([reason], scope.ruledOut);
}

/** An aggregate belongs to the innermost query whose columns it computes from, or to the query it stands in. */
function ownerOf(scope: Scope, args: readonly Value[]): Frame {
  const sources = args.flatMap((arg) => arg.sources);
  if (sources.length === 0) return scope.frame;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.namespace.some((item) => sources.includes(item.source))) return at.frame;
  }
  return scope.frame;
}

/** The aggregate of rows of which there is at least one, where `holdsRows` says so. */
export function aggregateValue(
  analyzer: Analyzer,
  call: FuncCall,
  scope: Scope,
  { candidates, args, typeOid }: DescribedCall,
  holdsRows: boolean,
): Value {
  const rules = new Set(candidates.map(aggregateRule));
  const [rule = 'partial'] = rules.size === 1 ? rules : [];
  const filtered = filteredArguments(analyzer, call, scope, args);
  const ordered = call.agg_within_group === true ? filtered.slice(0, -1) : [];
  const input = call.agg_within_group === true ? filtered.at(-1) : filtered[0];
  const hasValue = rule === 'filled' || (rule === 'valued' && (input?.reasons.length ?? 0) === 0 && ordered.every((arg) => arg.reasons.length === 0));
  const reasons = rule === 'never' || (holdsRows && hasValue) ? NONE : [cell()];
  const collected = input ?? args[0];
  const value = computed(aggregateType(analyzer, candidates[0]?.name, typeOid, collected), args, reasons, NONE);
  return { ...value, ...collectedElements(analyzer, candidates[0]?.name, collected) };
}

function aggregateType(analyzer: Analyzer, name: string | undefined, typeOid: number, input: Value | undefined): number {
  if (name !== 'array_agg' || input === undefined || typeOid !== TYPE.unresolved) return typeOid;
  return isArray(analyzer.catalog, input.typeOid) ? input.typeOid : arrayOf(analyzer.catalog, input.typeOid);
}

/** The arguments in the rows that FILTER lets through. */
function filteredArguments(analyzer: Analyzer, call: FuncCall, scope: Scope, args: readonly Value[]): readonly Value[] {
  const ruledOut = closure(provenBy(analyzer, call.agg_filter, scope));
  return args.map((arg) => ({ ...arg, reasons: without(arg.reasons, ruledOut) }));
}

function collectedElements(analyzer: Analyzer, name: string | undefined, input: Value | undefined): Pick<Value, 'elements' | 'dimensions'> {
  if (input === undefined) return { elements: 'nullable', dimensions: 0 };
  if (name === 'array_agg') {
    if (isArray(analyzer.catalog, input.typeOid)) return { elements: input.elements, dimensions: Math.max(1, input.dimensions) + 1 };
    const elements: Elements = input.reasons.length > 0 ? 'nullable' : 'notNull';
    return { elements, dimensions: 1 };
  }
  // `min`, `max` and `any_value` give one of their inputs.
  return { elements: input.elements, dimensions: input.dimensions };
}

/** The reasons of a value, and those of further ones. */
export function reasonsOfAll(values: readonly Value[]): Reasons {
  return values.reduce<Reasons>((all, value) => union(all, value.reasons), NONE);
}
