/** Aggregates over groups, and over the frames of windows. */
import { child, children, flag, integer, text } from '../../analysis/index.js';
import { aggregateRule, type AggregateRule } from '../builtin/aggregates.js';
import { functionOf, provenBy, type Engine } from '../engine.js';
import { beforeGrouping, scopeAbove, withFacts, type Scope } from '../scope.js';
import { keyOf, type Node } from '../node.js';
import { isArray } from '../pg-types.js';
import { NONE, UNKNOWN_REASONS, type Reason, type Reasons } from '../reason.js';
import { computed, type Elements, type Value } from '../value.js';
import { jsonOfAggregate } from '../json/calls.js';
import { overridden } from './call.js';
import { sharedCell } from './cells.js';
import { isSteady } from './steady.js';

export function evaluateAggregate(engine: Engine, node: Node, scope: Scope): Value {
  const typeOid = integer(node, 'aggtype');
  const up = integer(node, 'agglevelsup');
  const owner = scopeAbove(scope, up);
  const filter = child(node, 'aggfilter');
  // The query that it belongs to may be one around this one.
  const rows = beforeGrouping(scope, up);
  const targets = children(node, 'args').filter((target) => !flag(target, 'resjunk'));
  const inputs = targets.flatMap((target) => child(target, 'expr') ?? []);
  const holdsRows = owner?.frame.groupsHoldRows === true && filter === undefined;
  const empty = up === 0 && isSteady(engine, node) ? emptiness(scope, inputs[0], filter) : undefined;
  const own = empty === undefined ? UNKNOWN_REASONS : [sharedCell(scope, `group ${keyOf(sameNull(engine, node))}`)];
  return aggregateValue(
    engine,
    { function: integer(node, 'aggfnoid'), typeOid, direct: children(node, 'aggdirectargs'), inputs, filter, holdsRows, empty, own },
    rows,
  );
}

/** Why an aggregate has nothing to aggregate; shared by all of one group that have the same inputs. */
interface Emptiness {
  /** The group has no row, or none that FILTER lets through. */
  readonly rows: Reason;
  /** The first input is NULL in all of them. */
  readonly values: Reason;
}

function emptiness(scope: Scope, input: Node | undefined, filter: Node | undefined): Emptiness {
  const key = filter === undefined ? '' : keyOf(filter);
  const rows = sharedCell(scope, `rows ${key}`);
  return { rows, values: input === undefined ? rows : sharedCell(scope, `values ${keyOf(input)} ${key}`, [rows]) };
}

/** For each of these a count of this query is 0. */
export function emptinessOf(engine: Engine, count: Node, scope: Scope): Reasons {
  if (!isSteady(engine, count)) return [];
  const [target] = children(count, 'args');
  const { rows, values } = emptiness(scope, target && child(target, 'expr'), child(count, 'aggfilter'));
  return rows === values ? [rows] : [rows, values];
}

/** One of PostgreSQL's own is NULL of the same inputs in any order, with or without repetitions. */
function sameNull(engine: Engine, node: Node): Node {
  const isPlain = text(node, 'aggkind') === 'n' && functionOf(engine.catalog, integer(node, 'aggfnoid'))?.builtin === true;
  if (!isPlain) return node;
  const { args: _args, aggorder: _order, aggdistinct: _distinct, ...rest } = node.fields;
  const inputs = children(node, 'args')
    .filter((target) => !flag(target, 'resjunk'))
    .flatMap((target) => child(target, 'expr') ?? []);
  return { tag: node.tag, fields: { ...rest, args: inputs } };
}

export interface Aggregation {
  readonly function: number;
  readonly typeOid: number;
  /** The arguments of an ordered-set aggregate that are no inputs. */
  readonly direct: readonly Node[];
  readonly inputs: readonly Node[];
  readonly filter: Node | undefined;
  /** It sees at least one row. */
  readonly holdsRows: boolean;
  readonly empty: Emptiness | undefined;
  /** Why it is NULL, where it may be for another reason than that. */
  readonly own: Reasons;
}

export function aggregateValue(engine: Engine, aggregation: Aggregation, rows: Scope): Value {
  const { typeOid, filter } = aggregation;
  const entry = functionOf(engine.catalog, aggregation.function);
  // The arguments in the rows that FILTER lets through.
  const scope = withFacts(rows, provenBy(engine, filter, rows));
  const inputs = aggregation.inputs.map((input) => engine.expression(input, scope));
  const direct = aggregation.direct.map((arg) => engine.expression(arg, scope));
  const rule = entry === undefined ? 'partial' : aggregateRule(entry);
  const reasons = reasonsOf(aggregation, rule, inputs[0] === undefined || isPresent(inputs[0]), direct.every(isPresent));
  const json = entry?.builtin === true ? jsonOfAggregate(engine, entry.name, inputs) : undefined;
  const value = { ...computed(typeOid, reasons, reasons), ...collected(engine, entry?.name, typeOid, inputs, direct), json };
  return entry === undefined ? value : overridden(engine, entry, value);
}

function reasonsOf({ holdsRows, empty, own }: Aggregation, rule: AggregateRule, filled: boolean, direct: boolean): Reasons {
  if (rule === 'never') return NONE;
  if (rule === 'partial' || (rule === 'valued' && !direct)) return own;
  if (rule === 'valued' && !filled) return empty === undefined ? own : [empty.values];
  return holdsRows ? NONE : empty === undefined ? own : [empty.rows];
}

function isPresent(value: Value): boolean {
  return value.reasons.length === 0;
}

function collected(
  engine: Engine,
  name: string | undefined,
  typeOid: number,
  inputs: readonly Value[],
  direct: readonly Value[],
): Pick<Value, 'elements' | 'dimensions'> {
  const [input] = inputs;
  if (input === undefined || !isArray(engine.catalog, typeOid)) return { elements: 'nullable', dimensions: 0 };
  if (name === 'array_agg') {
    if (isArray(engine.catalog, input.typeOid)) return { elements: input.elements, dimensions: Math.max(1, input.dimensions) + 1 };
    const elements: Elements = isPresent(input) ? 'notNull' : 'nullable';
    return { elements, dimensions: 1 };
  }
  // Percentiles of a list of fractions have its shape, and NULL where it has.
  const [fractions] = direct;
  if (fractions !== undefined)
    return { elements: isArray(engine.catalog, input.typeOid) ? 'nullable' : fractions.elements, dimensions: fractions.dimensions };
  // `min`, `max` and `any_value` give one of their inputs.
  return { elements: isArray(engine.catalog, input.typeOid) ? input.elements : 'nullable', dimensions: Math.max(1, input.dimensions) };
}
