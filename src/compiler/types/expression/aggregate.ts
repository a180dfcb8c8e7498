/** Aggregates over groups, and functions with OVER, over the frames of windows. */
import { functionOf, type PgFunction } from '../../../catalog/index.js';
import { child, children, flag, integer } from '../../analysis/index.js';
import { nullRule, type NullRule } from '../builtin/functions.js';
import { type Engine, type Evaluators, provenBy } from '../engine.js';
import { beforeGrouping, type Scope, scopeAbove, withFacts } from '../scope.js';
import { keyOf, numberOf, type Node } from '../node.js';
import { isArray, TYPE } from '../pg-types.js';
import { cell, NONE, type Reasons, union, unionAll, UNKNOWN_REASONS } from '../reason.js';
import { arrayOver, computed, eitherJson, isNullable, notNull, type Value } from '../value.js';
import { jsonMadeBy } from '../json/calls.js';
import { isSteady, repeatable, sharedCell } from './cells.js';

function inputsOf(node: Node): readonly Node[] {
  return children(node, 'args').flatMap((target) => (flag(target, 'resjunk') ? [] : (child(target, 'expr') ?? [])));
}

/** Why an aggregate is NULL; the same for all of one group that have the same inputs. */
interface Causes {
  /** The group has no row, or none that FILTER lets through. */
  readonly rows: Reasons;
  /** The first input is NULL in all of them. */
  readonly values: Reasons;
  /** For another reason than that. */
  readonly own: Reasons;
}

const UNKNOWN_CAUSES: Causes = { rows: UNKNOWN_REASONS, values: UNKNOWN_REASONS, own: UNKNOWN_REASONS };

function emptiness(node: Node, scope: Scope): Pick<Causes, 'rows' | 'values'> {
  const [[input], filter] = [inputsOf(node), child(node, 'aggfilter')];
  const key = filter === undefined ? '' : keyOf(filter);
  const rows = sharedCell(scope, `rows ${key}`);
  return { rows: [rows], values: [input === undefined ? rows : sharedCell(scope, `values ${keyOf(input)} ${key}`, [rows])] };
}

/** For each of these a count of this query is 0. */
export function emptinessOf(engine: Engine, count: Node, scope: Scope): Reasons {
  if (!isSteady(engine, count)) return [];
  const { rows, values } = emptiness(count, scope);
  return union(rows, values);
}

function aggregateValue(engine: Engine, node: Node, nodes: readonly Node[], causes: Causes, rows: Scope): Value {
  const entry = calledBy(engine, node);
  const typeOid = numberOf(node, 'aggtype') || numberOf(node, 'wintype');
  // The arguments in the rows that FILTER lets through.
  const scope = withFacts(rows, provenBy(engine, child(node, 'aggfilter'), rows));
  const inputs = nodes.map((input) => engine.expression(input, scope));
  // Those of an ordered-set aggregate that are no inputs.
  const direct = children(node, 'aggdirectargs').map((arg) => engine.expression(arg, scope));
  const reasons = reasonsOf(causes, entry === undefined ? 'partial' : nullRule(entry), inputs, direct);
  const json = entry && jsonMadeBy(entry, { catalog: engine.catalog, nodes, args: inputs });
  return { ...computed(typeOid, reasons, reasons), ...collected(engine, entry?.name, inputs, direct), json };
}

function calledBy({ catalog }: Engine, node: Node): PgFunction | undefined {
  return functionOf(catalog, numberOf(node, 'aggfnoid') || numberOf(node, 'winfnoid'));
}

function reasonsOf({ rows, values, own }: Causes, rule: NullRule, [input]: readonly Value[], direct: readonly Value[]): Reasons {
  if (rule === 'never') return NONE;
  if (rule === 'filled') return rows;
  if (rule !== 'valued' || direct.some(isNullable)) return own;
  return input !== undefined && isNullable(input) ? values : rows;
}

type Content = Pick<Value, 'elements' | 'dimensions'>;

/** What is in the array that an aggregate gives. */
function collected({ catalog }: Engine, name: string | undefined, [input]: readonly Value[], [fractions]: readonly Value[]): Content {
  if (input === undefined) return { elements: 'nullable', dimensions: 0 };
  const nested = isArray(catalog, input.typeOid);
  if (name === 'array_agg') return arrayOver([input], nested);
  // Percentiles of a list of fractions have its shape, and NULL where it has.
  if (fractions !== undefined) return { elements: nested ? 'nullable' : fractions.elements, dimensions: fractions.dimensions };
  // `min`, `max` and `any_value` give one of their inputs.
  return { elements: nested ? input.elements : 'nullable', dimensions: input.dimensions || 1 };
}

/** Bits of `frameOptions` that let a frame begin after its row, end before it, or leave it out: two of each. */
const WITHOUT_OWN_ROW = 0x80 | 0x2000 | 0x40 | 0x1000 | 0x8000 | 0x10000;

function windowReasons(rule: NullRule, args: readonly Value[], framed: boolean): Reasons {
  if (rule === 'never') return NONE;
  // Before the first row and after the last there is only the default.
  const isThere = rule === 'offset' ? args.length === 3 : rule === 'frame' ? framed : rule === 'total';
  return isThere ? unionAll(args.map(({ reasons }) => reasons)) : [cell()];
}

function holdsOwnRow({ frame }: Scope, reference: number): boolean {
  const window = children(frame.query.node, 'windowClause').find((one) => integer(one, 'winref') === reference);
  return window !== undefined && (integer(window, 'frameOptions') & WITHOUT_OWN_ROW) === 0;
}

export const AGGREGATES: Evaluators = {
  AGGREF(engine, node, scope) {
    const up = integer(node, 'agglevelsup');
    const { rows, values } = up === 0 && isSteady(engine, node) ? emptiness(node, scope) : UNKNOWN_CAUSES;
    const own = up === 0 ? repeatable(engine, node, scope) : UNKNOWN_REASONS;
    const holdsRows = scopeAbove(scope, up)?.frame.groupsHoldRows === true && child(node, 'aggfilter') === undefined;
    // The query that it belongs to may be one around this one.
    return aggregateValue(engine, node, inputsOf(node), { rows: holdsRows ? NONE : rows, values, own }, beforeGrouping(scope, up));
  },
  WINDOWFUNC(engine, node, scope) {
    const entry = calledBy(engine, node);
    const framed = child(node, 'aggfilter') === undefined && holdsOwnRow(scope, integer(node, 'winref'));
    const inputs = children(node, 'args');
    if (entry?.kind !== 'window') {
      const own = [cell()];
      return aggregateValue(engine, node, inputs, { rows: framed ? NONE : own, values: own, own }, scope);
    }
    const args = inputs.map((arg) => engine.expression(arg, scope));
    const [input] = args;
    const value = computed(integer(node, 'wintype'), windowReasons(nullRule(entry), args, framed));
    if (input === undefined) return value;
    // Beyond the first row and the last, `lag` and `lead` give their third argument.
    return { ...value, elements: input.elements, dimensions: input.dimensions, json: eitherJson([input, ...args.slice(2)]) };
  },
  GROUPINGFUNC: () => notNull(TYPE.int4),
};
