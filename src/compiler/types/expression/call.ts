/** Function calls, plain and set-returning. */
import { children, flag, integer } from '../../analysis/index.js';
import { type CatalogColumn, functionOf, type PgFunction } from '../../../catalog/index.js';
import { elementRule, isFieldAlwaysThere, isOutputFilled, nullRule, type NullRule } from '../builtin/functions.js';
import type { Engine } from '../engine.js';
import type { Scope } from '../scope.js';
import { jsonMadeBy } from '../json/calls.js';
import { arrayHeader, constantOf, constantText, elementsOf, type Node } from '../node.js';
import { baseType, isArray, isJson } from '../pg-types.js';
import { allOf, cell, NONE, union, unionAll, type Reasons } from '../reason.js';
import { ANY_DEPTH, computed, eitherDepth, isNullable, unknownValue, worst, type Value } from '../value.js';
import { repeatable } from './cells.js';
import { isFinite } from './finite.js';

/** A call whose arguments are evaluated. */
export interface Call {
  readonly node: Node;
  readonly entry: PgFunction;
  readonly typeOid: number;
  /** In the order of their declaration; those that have defaults may be missing. */
  readonly nodes: readonly Node[];
  readonly args: readonly Value[];
}

export function evaluateCall(engine: Engine, node: Node, scope: Scope): Value {
  const typeOid = integer(node, 'funcresulttype');
  const call = callOf(engine, node, scope);
  if (call === undefined) return unknownValue(typeOid);
  // In a select list, each row of a set is one of the result's; beside a longer set it is filled up with NULL.
  if (flag(node, 'funcretset')) return outputOf(engine, call, typeOid, isSetFilled(engine, call) && scope.frame.sets <= 1);
  return evaluateFunction(engine, call, scope);
}

/** Undefined for what is no call, and for a function that the catalog does not list. */
export function callOf(engine: Engine, node: Node, scope: Scope): Call | undefined {
  const entry = node.tag === 'FUNCEXPR' ? functionOf(engine.catalog, integer(node, 'funcid')) : undefined;
  if (entry === undefined) return undefined;
  const nodes = [...children(node, 'args')].sort((a, b) => placeOf(a) - placeOf(b));
  return { node, entry, typeOid: integer(node, 'funcresulttype'), nodes, args: nodes.map((arg) => engine.expression(arg, scope)) };
}

/** Named ones stand behind the others, in any order. */
function placeOf(arg: Node): number {
  return arg.tag === 'NAMEDARGEXPR' ? integer(arg, 'argnumber') : -1;
}

export function evaluateFunction(engine: Engine, call: Call, scope: Scope): Value {
  const { node, entry, args, typeOid } = call;
  const rule = ruleOfCall(engine, call);
  const own = rule === 'partial' ? repeatable(engine, node, scope) : NONE;
  const strictIn = entry.strict ? unionAll(args.map((arg) => arg.strictIn)) : rule === 'first' ? (args[0]?.strictIn ?? NONE) : NONE;
  return {
    ...computed(typeOid, union(reasonsOf(rule, args), own), union(strictIn, own)),
    ...contentOf(engine, call),
    json: jsonMadeBy(entry, { ...call, catalog: engine.catalog, variadic: flag(node, 'funcvariadic') }),
  };
}

export function ruleOfCall(engine: Engine, { node, entry, nodes, args }: Call): NullRule {
  const rule = nullRule(entry);
  // `VARIADIC array` passes one array, and NULL in its place makes the whole NULL.
  if (flag(node, 'funcvariadic') && rule !== 'partial') return 'total';
  if (!entry.builtin) return rule;
  if (entry.name === 'extract' || entry.name === 'date_part') {
    const type = baseType(engine.catalog, args[1]?.typeOid ?? 0);
    return isFieldAlwaysThere(constantText(nodes[0]), type, isFinite(engine, nodes[1])) ? 'total' : rule;
  }
  const wellFormed = (constantText(nodes[1]) ?? '') !== '';
  if (entry.name === 'to_number') return wellFormed ? 'total' : rule;
  if (entry.name === 'to_char') return wellFormed && isFinite(engine, nodes[0]) ? 'total' : rule;
  return rule;
}

/** How many of its arguments, from the first on, make a function NULL. */
const DECIDING: Readonly<Partial<Record<NullRule, number>>> = { never: 0, first: 1, firstTwo: 2 };

function reasonsOf(rule: NullRule, args: readonly Value[]): Reasons {
  const reasons = args.map((arg) => arg.reasons);
  return rule === 'any' ? allOf(reasons) : unionAll(reasons.slice(0, DECIDING[rule]));
}

function contentOf({ catalog }: Engine, { entry, nodes, args, typeOid }: Call): Pick<Value, 'elements' | 'dimensions'> {
  if (!isArray(catalog, typeOid)) return { elements: 'nullable', dimensions: 0 };
  const name = entry.builtin ? entry.name : '';
  const rule = elementRule(entry, args.length);
  // `array_remove(array, NULL)`: what is left holds none.
  const takesNullsOut = name === 'array_remove' && constantOf(nodes[1]) === null;
  if (rule === 'notNull' || takesNullsOut) return { elements: 'notNull', dimensions: 1 };
  const arrays = args.filter((arg) => isArray(catalog, arg.typeOid));
  const mayAddNull = rule === 'nullable' || args.some((arg) => isNullable(arg) && !arrays.includes(arg));
  const elements = mayAddNull ? 'nullable' : worst(arrays.map((array) => array.elements));
  // As deep as there are lengths.
  const lengths = nodes[1] && (elementsOf(nodes[1])?.length ?? arrayHeader(nodes[1])?.length);
  if (name === 'array_fill') return { elements, dimensions: lengths || ANY_DEPTH };
  // What is empty or NULL leaves the other's depth; an element is added to one dimension only.
  return { elements, dimensions: /^array_(?:append|prepend)$/.test(name) ? 1 : eitherDepth(arrays) || 1 };
}

/** The columns of a function's row: its outputs, or those of its row type. */
export function rowColumns({ catalog }: Engine, { outputs }: PgFunction, typeOid: number): readonly RowColumn[] | undefined {
  if (outputs.length > 1) return outputs.map((output, index) => ({ ...output, number: index + 1 }));
  return catalog.relations.get(catalog.types.get(baseType(catalog, typeOid))?.relationOid ?? 0)?.columns;
}

type RowColumn = Pick<CatalogColumn, 'name' | 'number' | 'typeOid'>;

/** What a call gives, or a column of it, in each of its rows. */
export function outputOf(engine: Engine, call: Call, typeOid: number, filled: boolean): Value {
  const { entry, args } = call;
  const reasons = filled ? NONE : [cell()];
  return {
    ...computed(typeOid, reasons, reasons),
    elements: elementRule(entry, args.length) === 'notNull' ? 'notNull' : 'nullable',
    dimensions: 1,
    json: entry.returnsSet && isJson(engine.catalog, typeOid) ? jsonMadeBy(entry, { ...call, catalog: engine.catalog }) : undefined,
  };
}

/** Whether each row of a call that gives scalars has a value. */
export function isSetFilled(engine: Engine, { entry, args }: Call): boolean {
  const [first] = args;
  if (entry.builtin && entry.name === 'unnest' && first !== undefined && isArray(engine.catalog, first.typeOid))
    return first.elements === 'notNull';
  return isOutputFilled(entry, entry.outputs.length === 1 ? (entry.outputs[0]?.name ?? '') : '', args.length);
}
