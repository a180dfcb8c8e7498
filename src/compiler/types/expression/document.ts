/** SQL's own syntax for JSON and XML. */
import { child, children, flag, integer } from '../../analysis/index.js';
import { partOf, type Engine, type Evaluators } from '../engine.js';
import { builtArray, builtObject } from '../json/calls.js';
import { jsonOf } from '../json/slot.js';
import type { Scope } from '../scope.js';
import { numberOf, type Node } from '../node.js';
import { isJson, TYPE } from '../pg-types.js';
import { ANY_DEPTH, notNull, strict, unknownValue, type Value } from '../value.js';

/** `JsonConstructorType`. */
const CONSTRUCTOR = { object: 1, array: 2, objectAggregate: 3, arrayAggregate: 4, parse: 5, scalar: 6, serialize: 7 } as const;
/** `JsonExprOp` and `JsonBehaviorType`. */
const JSON_EXISTS = 0;
const BEHAVIOUR_UNKNOWN = 5;
/** `XmlExprOp`. */
const XMLELEMENT = 1;
const XMLSERIALIZE = 6;
const IS_DOCUMENT = 7;

/** Of RETURNING, 0 where the query says nothing. */
function returnedType(node: Node): number {
  const returning = child(node, 'returning');
  return returning === undefined ? 0 : numberOf(returning, 'typid');
}

function constructed(engine: Engine, node: Node, scope: Scope): Value {
  const nodes = children(node, 'args');
  const args = nodes.map((arg) => engine.expression(arg, scope));
  const [first = unknownValue()] = args;
  const absent = flag(node, 'absent_on_null');
  switch (integer(node, 'type')) {
    case CONSTRUCTOR.object:
      return { ...notNull(0), json: builtObject(engine.catalog, nodes, args, absent) };
    case CONSTRUCTOR.array:
      return { ...notNull(0), json: builtArray(engine.catalog, args, absent) };
    case CONSTRUCTOR.objectAggregate:
    case CONSTRUCTOR.arrayAggregate:
      return partOf(engine, child(node, 'func'), scope);
    case CONSTRUCTOR.scalar:
      return { ...strict(0, [first]), json: isJson(engine.catalog, first.typeOid) ? undefined : jsonOf(engine.catalog, first) };
    case CONSTRUCTOR.parse:
    case CONSTRUCTOR.serialize:
      return strict(0, [first]);
    default:
      return unknownValue();
  }
}

export const DOCUMENTS: Evaluators = {
  JSONCONSTRUCTOREXPR(engine, node, scope) {
    const typeOid = returnedType(node);
    const value = constructed(engine, node, scope);
    // RETURNING text is no JSON any more.
    return { ...value, typeOid, json: isJson(engine.catalog, typeOid) ? value.json : undefined };
  },
  /** JSON_EXISTS is NULL where the document or the path is; the others are where nothing is found, an error is met, or JSON's null. */
  JSONEXPR(engine, node, scope) {
    const typeOid = returnedType(node);
    const onError = child(node, 'on_error');
    if (integer(node, 'op') !== JSON_EXISTS || (onError !== undefined && integer(onError, 'btype') === BEHAVIOUR_UNKNOWN))
      return { ...unknownValue(typeOid), dimensions: ANY_DEPTH };
    const [document, path] = [partOf(engine, child(node, 'formatted_expr'), scope), partOf(engine, child(node, 'path_spec'), scope)];
    return strict(typeOid, [document, path]);
  },
  /** The arguments of the others may leave nothing. */
  XMLEXPR(engine, node, scope) {
    const op = integer(node, 'op');
    if (op === XMLSERIALIZE) return strict(numberOf(node, 'type') || TYPE.text, [partOf(engine, children(node, 'args')[0], scope)]);
    return op === XMLELEMENT ? notNull(TYPE.xml) : unknownValue(op === IS_DOCUMENT ? TYPE.bool : TYPE.xml);
  },
  JSONVALUEEXPR: (engine, node, scope) => partOf(engine, child(node, 'formatted_expr') ?? child(node, 'raw_expr'), scope),
  JSONISPREDICATE: (engine, node, scope) => strict(TYPE.bool, [partOf(engine, child(node, 'expr'), scope)]),
};
