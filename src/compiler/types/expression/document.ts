/** SQL's own syntax for JSON and XML. */
import { child, children, flag, integer } from '../../analysis/index.js';
import type { JsonSlot } from '../../json-shape.js';
import { partOf, type Engine } from '../engine.js';
import { builtArray, builtObject } from '../json/calls.js';
import { jsonOf } from '../json/slot.js';
import type { Scope } from '../scope.js';
import { numberOf, type Node } from '../node.js';
import { isArray, isJson, TYPE } from '../pg-types.js';
import { unionAll } from '../reason.js';
import { ANY_DEPTH, notNull, strict, unknownValue, type Value } from '../value.js';

/** `JsonConstructorType`. */
const CONSTRUCTOR = { object: 1, array: 2, objectAggregate: 3, arrayAggregate: 4, parse: 5, scalar: 6, serialize: 7 } as const;
const XMLELEMENT = 1;
const IS_DOCUMENT = 7;
const XMLSERIALIZE = 6;
/** `JsonExprOp`, and those of `JsonBehaviorType` that give NULL or may. */
const JSON_OP = { exists: 0, query: 1 } as const;
const BEHAVIOUR = { null: 0, unknown: 5, default: 8 } as const;

export function evaluateConstructor(engine: Engine, node: Node, scope: Scope): Value {
  const returning = child(node, 'returning');
  const typeOid = returning === undefined ? 0 : numberOf(returning, 'typid');
  const call = child(node, 'func');
  const nodes = children(node, 'args');
  const args = nodes.map((arg) => engine.expression(arg, scope));
  const [first = unknownValue()] = args;
  const absent = flag(node, 'absent_on_null');
  // RETURNING text is no JSON any more.
  const made = (json: JsonSlot | undefined): JsonSlot | undefined => (isJson(engine.catalog, typeOid) ? json : undefined);
  switch (integer(node, 'type')) {
    case CONSTRUCTOR.object:
      return { ...notNull(typeOid), json: made(builtObject(engine, nodes, args, absent)) };
    case CONSTRUCTOR.array:
      return { ...notNull(typeOid), json: made(builtArray(engine, args, absent)) };
    case CONSTRUCTOR.objectAggregate:
    case CONSTRUCTOR.arrayAggregate: {
      const value = partOf(engine, call, scope);
      return { ...value, typeOid, json: made(value.json) };
    }
    case CONSTRUCTOR.scalar:
      return { ...strict(typeOid, [first]), json: made(isJson(engine.catalog, first.typeOid) ? undefined : jsonOf(engine, first)) };
    case CONSTRUCTOR.parse:
    case CONSTRUCTOR.serialize:
      return strict(typeOid, [first]);
    default:
      return unknownValue(typeOid);
  }
}

/** NULL where the document or the path is, and by what it does for nothing found, or for an error; a value found is NULL where JSON's null is. */
export function evaluateJsonQuery(engine: Engine, node: Node, scope: Scope): Value {
  const returning = child(node, 'returning');
  const typeOid = returning === undefined ? 0 : numberOf(returning, 'typid');
  const op = integer(node, 'op');
  // JSON's null is a value of json and jsonb.
  if (op !== JSON_OP.exists && !(op === JSON_OP.query && isJson(engine.catalog, typeOid)))
    return { ...unknownValue(typeOid), dimensions: isArray(engine.catalog, typeOid) ? ANY_DEPTH : 0 };
  const parts = [child(node, 'formatted_expr'), child(node, 'path_spec')].map((part) => partOf(engine, part, scope));
  const behaviours = [child(node, 'on_error'), ...(op === JSON_OP.query ? [child(node, 'on_empty')] : [])];
  const value = strict(typeOid, parts);
  const others = behaviours.map((behaviour) => behaviourOf(engine, behaviour, op, scope).reasons);
  return { ...value, reasons: unionAll([value.reasons, ...others]) };
}

function behaviourOf(engine: Engine, behaviour: Node | undefined, op: number, scope: Scope): Value {
  // JSON_EXISTS says false where nothing else is said.
  if (behaviour === undefined) return op === JSON_OP.exists ? notNull(TYPE.bool) : unknownValue();
  const type = integer(behaviour, 'btype');
  if (type === BEHAVIOUR.default) return partOf(engine, child(behaviour, 'expr'), scope);
  return type === BEHAVIOUR.null || type === BEHAVIOUR.unknown ? unknownValue() : notNull(TYPE.unresolved);
}

export function evaluateXml(engine: Engine, node: Node, scope: Scope): Value {
  switch (integer(node, 'op')) {
    case XMLELEMENT:
      return notNull(TYPE.xml);
    case XMLSERIALIZE:
      return strict(numberOf(node, 'type') || TYPE.text, [partOf(engine, children(node, 'args')[0], scope)]);
    case IS_DOCUMENT:
      return unknownValue(TYPE.bool);
    default:
      return unknownValue(TYPE.xml);
  }
}
