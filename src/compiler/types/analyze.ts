/** Ties queries and expressions together. */
import { definitionOf, readable } from '../analysis/index.js';
import { perCatalog, type Catalog, type Relation } from '../../catalog/index.js';
import type { Overriding, QueryParameter } from '../query.js';
import { UNKNOWN_SHAPE, type Engine } from './engine.js';
import { evaluate } from './expression/evaluate.js';
import type { Rows } from './scope.js';
import { prove } from './prove.js';
import { analyzeSelect } from './query/select.js';
import { analyzeWrite } from './query/write.js';
import { parameterReason } from './reason.js';
import { notNull, type Value, withReasons } from './value.js';

/** What the caller says of a parameter. */
export type ParameterContent = Pick<QueryParameter, 'nullable' | 'elementsNullable' | 'dimensions'>;

export interface EngineOptions {
  readonly override?: Overriding;
  readonly parameter?: (number: number) => ParameterContent;
}

/** Of a view it is not known what reads it, so that it is not `settled`. */
export function createEngine(catalog: Catalog, options: EngineOptions, { trusted = true, settled = false } = {}): Engine {
  const { override = NO_OVERRIDE } = options;
  const parameters = new Map<number, Value>();
  const engine: Engine = {
    catalog,
    override,
    trusted,
    settled,
    parameter(number, typeOid) {
      const value = parameters.get(number) ?? parameterValue(typeOid, options.parameter?.(number));
      parameters.set(number, value);
      return value;
    },
    expression: (node, scope) => evaluate(engine, node, scope),
    prove: (node, scope, outcome) => prove(engine, node, scope, outcome),
    query: (query, parent) => (query.command === 'select' ? analyzeSelect : analyzeWrite)(engine, query, parent),
    view: (relation) => rowsOf(engine, relation),
  };
  return engine;
}

/** What the definitions of views give, by whether they are trusted and by OID, under the override that holds for them. */
const viewsOf = perCatalog(() => new WeakMap<Overriding, Map<string, Rows>>());
const NO_OVERRIDE: Overriding = () => undefined;

function rowsOf(engine: Engine, relation: Relation): Rows {
  const views = viewsOf(engine.catalog);
  const known = views.get(engine.override) ?? new Map<string, Rows>();
  views.set(engine.override, known);
  const key = `${engine.trusted} ${relation.oid}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  // A view that reaches itself through a rule is not followed further.
  known.set(key, UNKNOWN_SHAPE);
  const query = definitionOf(relation)?.query;
  // The rows of a materialized view are as old as its last refresh.
  const trusted = engine.trusted && relation.kind !== 'materializedView';
  const within = createEngine(engine.catalog, { override: engine.override }, { trusted });
  const shape = readable(() => query && within.query(query, undefined), undefined);
  const rows = shape?.columns.length === relation.columns.length ? shape : UNKNOWN_SHAPE;
  known.set(key, rows);
  return rows;
}

/** An argument of an array type holds no NULL elements, as its TypeScript type has none, unless it is said that it may. */
function parameterValue(typeOid: number, content: ParameterContent | undefined): Value {
  const { nullable = true, elementsNullable = false, dimensions = 0 } = content ?? {};
  const value: Value = { ...notNull(typeOid), elements: elementsNullable ? 'nullable' : 'notNull', dimensions };
  return nullable ? withReasons(value, [parameterReason()]) : value;
}
