/** SQL's own syntax for JSON and XML. */
import { child, children, flag, integer } from '../../analysis/index.js';
import type { JsonSlot } from '../../json-shape.js';
import type { Engine } from '../engine.js';
import { builtArray, builtObject } from '../json/calls.js';
import { jsonOf } from '../json/slot.js';
import type { Scope } from '../scope.js';
import { numberOf, type Node } from '../node.js';
import { isJson, TYPE } from '../pg-types.js';
import { notNull, strict, unknownValue, type Value } from '../value.js';

/** `JsonConstructorType`. */
const CONSTRUCTOR = { object: 1, array: 2, objectAggregate: 3, arrayAggregate: 4, parse: 5, scalar: 6, serialize: 7 } as const;
const XMLELEMENT = 1;
const IS_DOCUMENT = 7;
const XMLSERIALIZE = 6;
const JSON_EXISTS = 0;
/** `JSON_BEHAVIOR_UNKNOWN`. */
const UNKNOWN_ON_ERROR = 5;

export function evaluateDocument(engine: Engine, node: Node, scope: Scope): Value {
  switch (node.tag) {
    case 'JSONCONSTRUCTOREXPR':
      return evaluateConstructor(engine, node, scope);
    case 'JSONVALUEEXPR':
      return partOf(engine, child(node, 'formatted_expr') ?? child(node, 'raw_expr'), scope);
    case 'JSONISPREDICATE':
      return strict(TYPE.bool, [partOf(engine, child(node, 'expr'), scope)]);
    case 'JSONEXPR':
      return evaluateJsonQuery(engine, node, scope);
    case 'XMLEXPR':
      return evaluateXml(engine, node, scope);
    default:
      return unknownValue();
  }
}

function partOf(engine: Engine, node: Node | undefined, scope: Scope): Value {
  return node === undefined ? unknownValue() : engine.expression(node, scope);
}

function evaluateConstructor(engine: Engine, node: Node, scope: Scope): Value {
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

function evaluateJsonQuery(engine: Engine, node: Node, scope: Scope): Value {
  const returning = child(node, 'returning');
  const typeOid = returning === undefined ? 0 : numberOf(returning, 'typid');
  if (integer(node, 'op') !== JSON_EXISTS || children(node, 'passing_values').length > 0) return unknownValue(typeOid);
  const onError = child(node, 'on_error');
  if (onError !== undefined && integer(onError, 'btype') === UNKNOWN_ON_ERROR) return unknownValue(typeOid);
  return strict(typeOid, [partOf(engine, child(node, 'formatted_expr'), scope)]);
}

function evaluateXml(engine: Engine, node: Node, scope: Scope): Value {
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
