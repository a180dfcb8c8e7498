/** Expression → what is known of its value. What is not understood is nullable. */
import { child, children, flag, integer, isNode, items, replaced, texts } from '../../analysis/index.js';
import { partOf, type Engine, type Evaluators } from '../engine.js';
import { changed, rangeAt, type Scope } from '../scope.js';
import { arrayHeader, keyOf, numberOf, type Node } from '../node.js';
import { jsonOfConstant, NO_JSON } from '../json/slot.js';
import { elementType, isArray, isJson, TYPE } from '../pg-types.js';
import { madeOf, NONE, union, type Reason } from '../reason.js';
import { ANY_DEPTH, arrayOver, eitherJson, isNullable, notNull, strict, unknownValue, withoutReasons, type Value } from '../value.js';
import { AGGREGATES } from './aggregate.js';
import { evaluateCall } from './call.js';
import { isSteady, repeatable, sharedCell } from './cells.js';
import { DOCUMENTS } from './document.js';
import { OPERATORS } from './operator.js';
import { evaluateSubLink, multipleAssignment } from './sublink.js';

export function evaluate(engine: Engine, node: Node, scope: Scope): Value {
  const known = scope.memo.get(node);
  if (known !== undefined) return known;
  const { nulled } = scope.frame;
  const reason = nulled.size > 0 ? nulled.get(keyOf(node)) : undefined;
  const found = EVALUATORS[node.tag]?.(engine, node, scope) ?? unknownValue();
  const value = withoutReasons(reason === undefined ? repeated(engine, node, found, scope) : grouped(found, reason), scope.ruledOut);
  scope.memo.set(node, value);
  return value;
}

/** An item of grouping sets: it is NULL where it is left out, and one item says nothing of another. */
function grouped(value: Value, reason: Reason): Value {
  return { ...value, reasons: [reason], strictIn: [reason] };
}

/** Values whose own reasons are those of their parts. */
const MADE_OF_PARTS: ReadonlySet<string> = new Set(['COALESCEEXPR', 'MINMAXEXPR', 'CASEEXPR', 'SUBLINK']);

/** What a condition proves of the whole, it proves wherever the same is computed. */
function repeated(engine: Engine, node: Node, value: Value, scope: Scope): Value {
  if (!isNullable(value) || !MADE_OF_PARTS.has(node.tag) || !isSteady(engine, node)) return value;
  const whole = sharedCell(scope, keyOf(node));
  return { ...value, reasons: [madeOf(whole, value.reasons)], strictIn: union(value.strictIn, [whole]) };
}

/** `SQLValueFunctionOp`. */
const CURRENT_SCHEMA = 14;

const EVALUATORS: Evaluators = {
  ...OPERATORS,
  ...AGGREGATES,
  ...DOCUMENTS,
  VAR(_engine, node, scope) {
    const found = rangeAt(scope, node);
    const number = integer(node, 'varattno');
    const column = found?.range.column(number);
    if (column === undefined || found === undefined) return unknownValue(integer(node, 'vartype'));
    const { nulled, query } = found.scope.frame;
    // A whole row has the type that the reference says; of one without a name, the columns are called as the query calls them.
    const fieldNames = query.ranges[integer(node, 'varno') - 1]?.columnNames;
    const isRow = number === 0 && column.fields !== undefined;
    const value = isRow ? { ...column, typeOid: integer(node, 'vartype'), fieldNames } : column;
    // A query within sees the groups of the one around it, which writes the reference as one of its own.
    const isOuter = nulled.size > 0 && integer(node, 'varlevelsup') > 0;
    const reason = isOuter ? nulled.get(keyOf(replaced(node, 'varlevelsup', '0'))) : undefined;
    return reason === undefined ? value : grouped(value, reason);
  },
  CONST({ catalog }, node) {
    const typeOid = integer(node, 'consttype');
    if (flag(node, 'constisnull')) return { ...unknownValue(typeOid), elements: 'notNull', json: NO_JSON };
    if (typeOid === TYPE.json || typeOid === TYPE.jsonb) return { ...notNull(typeOid), json: jsonOfConstant(node) };
    const header = isArray(catalog, typeOid) ? arrayHeader(node) : undefined;
    if (header === undefined) return notNull(typeOid);
    return { ...notNull(typeOid), elements: header.holdsNull ? 'nullable' : 'notNull', dimensions: header.dimensions };
  },
  /** `paramkind`: 0 is the caller's, 2 a column of the subquery that is compared, 3 of one that SET takes several columns from. */
  PARAM(engine, node, scope) {
    const [kind, number, typeOid] = [integer(node, 'paramkind'), integer(node, 'paramid'), integer(node, 'paramtype')];
    if (kind === 0) return engine.parameter(number, typeOid);
    if (kind === 2) return scope.compared[number - 1] ?? unknownValue(typeOid);
    return kind === 3 ? multipleAssignment(engine, number, typeOid, scope) : unknownValue(typeOid);
  },
  FUNCEXPR: evaluateCall,
  CASETESTEXPR: (_engine, node, scope) => scope.tested ?? unknownValue(integer(node, 'typeId')),
  SUBLINK: evaluateSubLink,
  ARRAYEXPR(engine, node, scope) {
    const values = children(node, 'elements').map((element) => engine.expression(element, scope));
    const typeOid = integer(node, 'array_typeid');
    const isNested = flag(node, 'multidims');
    return { ...notNull(typeOid), ...arrayOver(values, isNested), json: isNested ? undefined : eitherJson(values) };
  },
  ROWEXPR(engine, node, scope) {
    const values = children(node, 'args').map((arg) => engine.expression(arg, scope));
    const fields = new Map(values.map((value, index) => [index + 1, value]));
    return { ...notNull(integer(node, 'row_typeid')), fields, fieldNames: texts(node, 'colnames') };
  },
  /** A field of a row. A row value that is missing has no fields, and stored rows are not checked. */
  FIELDSELECT(engine, node, scope) {
    const row = inner(engine, node, scope);
    const typeOid = integer(node, 'resulttype');
    const field = row.fields?.get(integer(node, 'fieldnum'));
    if (field !== undefined) {
      const { reasons, strictIn } = strict(typeOid, [row, field]);
      return { ...field, typeOid, reasons, strictIn, origin: undefined };
    }
    return { ...strict(typeOid, [row], repeatable(engine, node, scope)), dimensions: 1 };
  },
  FIELDSTORE: (_engine, node) => notNull(integer(node, 'resulttype')),
  /** `array[1]`, `array[1:2]`, `document['key']`, and what an assignment to one gives. */
  SUBSCRIPTINGREF(engine, node, scope) {
    const value = partOf(engine, child(node, 'refexpr'), scope);
    // An assignment to none or to an empty array makes one as deep as it is subscripted.
    if (child(node, 'refassgnexpr') !== undefined) return { ...unknownValue(integer(node, 'refcontainertype')), dimensions: ANY_DEPTH };
    const typeOid = integer(node, 'refrestype');
    const bounds = [...items(node, 'refupperindexpr'), ...items(node, 'reflowerindexpr')].filter((bound) => isNode(bound));
    const parts = [value, ...bounds.map((bound) => engine.expression(bound, scope))];
    // A slice out of bounds is an empty array.
    if (items(node, 'reflowerindexpr').length > 0 && isArray(engine.catalog, value.typeOid)) {
      return { ...strict(typeOid, parts), elements: value.elements, dimensions: value.dimensions };
    }
    return strict(typeOid, parts, repeatable(engine, node, scope));
  },
  RELABELTYPE: (engine, node, scope) => cast(node, inner(engine, node, scope), {}),
  COLLATEEXPR: (engine, node, scope) => ({ ...inner(engine, node, scope), origin: undefined }),
  /** A value's text, read as another type's: neither printing nor reading makes NULL of a value. */
  COERCEVIAIO(engine, node, scope) {
    const value = inner(engine, node, scope);
    const typeOid = integer(node, 'resulttype');
    // A text may be of an array of any depth.
    const dimensions = isArray(engine.catalog, value.typeOid) ? value.dimensions : ANY_DEPTH;
    const json = isJson(engine.catalog, typeOid) && isJson(engine.catalog, value.typeOid) ? value.json : undefined;
    return cast(node, value, { elements: 'nullable', dimensions, fields: undefined, json });
  },
  /** Each element is cast; the array itself is NULL only where it was. */
  ARRAYCOERCEEXPR(engine, node, scope) {
    const value = inner(engine, node, scope);
    const elementCast = child(node, 'elemexpr');
    const element = notNull(elementType(engine.catalog, value.typeOid));
    const keeps = elementCast !== undefined && !isNullable(engine.expression(elementCast, changed(scope, { tested: element })));
    return cast(node, value, { elements: keeps ? value.elements : 'nullable', fields: undefined, json: undefined });
  },
  CONVERTROWTYPEEXPR: (engine, node, scope) => cast(node, inner(engine, node, scope), { fields: undefined }),
  /** A domain that refuses NULL lets none through here; a stored value of it may be NULL, as nothing checks it again. */
  COERCETODOMAIN(engine, node, scope) {
    const value = inner(engine, node, scope);
    const refuses = engine.catalog.types.get(integer(node, 'resulttype'))?.notNull === true;
    return cast(node, value, { reasons: refuses ? NONE : value.reasons });
  },
  NAMEDARGEXPR: inner,
  // No schema of the search path need exist.
  SQLVALUEFUNCTION: (_engine, node) => (integer(node, 'op') === CURRENT_SCHEMA ? unknownValue : notNull)(integer(node, 'type')),
  MERGESUPPORTFUNC: (_engine, node) => notNull(numberOf(node, 'msftype')),
  NEXTVALUEEXPR: (_engine, node) => notNull(integer(node, 'typeId')),
};

/** The value below a node. */
function inner(engine: Engine, node: Node, scope: Scope): Value {
  return partOf(engine, child(node, 'arg'), scope);
}

/** The value below a node as one of another type. */
function cast(node: Node, value: Value, change: Partial<Value>): Value {
  return { ...value, typeOid: integer(node, 'resulttype'), origin: undefined, ...change };
}
