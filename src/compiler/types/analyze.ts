/** Ties queries and expressions together. */
import type { Query } from '../analysis/index.js';
import type { Catalog, Relation } from '../../catalog/index.js';
import { UNKNOWN_SHAPE, type Engine, type Overrides, type QueryShape } from './engine.js';
import { evaluate } from './expression/evaluate.js';
import type { Scope } from './scope.js';
import { isArray } from './pg-types.js';
import { prove } from './prove.js';
import { analyzeSelect } from './query/select.js';
import { analyzeWrite } from './query/write.js';
import { freshener, parameterReason, type Reason } from './reason.js';
import { notNull, type Value } from './value.js';
import { viewsOf } from './views.js';

/** What the caller says of a parameter. */
export interface ParameterContent {
  readonly nullable: boolean;
  /** Of an array: whether its elements may be NULL. */
  readonly elementsNullable: boolean;
  /** Of an array: as its casts write them, 0 where none does. */
  readonly dimensions: number;
}

export interface EngineOptions extends Overrides {
  /** See `Engine`; of a view it is not known what reads it. */
  readonly settled?: boolean;
  readonly parameter?: ((number: number) => ParameterContent) | undefined;
}

export function createEngine(catalog: Catalog, options: EngineOptions, trusted = true): Engine {
  const parameters = new Map<number, Reason>();
  const engine: Engine = {
    catalog,
    overrides: options,
    trusted,
    settled: trusted && options.settled === true,
    parameter: (number, typeOid) => parameterValue(catalog, parameters, number, typeOid, options.parameter?.(number)),
    expression: (node, scope) => evaluate(engine, node, scope),
    prove: (node, scope, outcome) => prove(engine, node, scope, outcome),
    query: (query, parent) => analyzeQuery(engine, query, parent),
    view: (relation) => {
      const views = viewsOf(catalog, options, trusted, definitionEngine);
      const shape = views.shape(relation);
      const fresh = freshener();
      return {
        ...shape,
        columns: shape.columns.map((value) => ({ ...value, reasons: fresh(value.reasons), strictIn: fresh(value.strictIn) })),
      };
    },
  };
  /** The rows of a materialized view are as old as its last refresh. */
  function definitionEngine({ kind }: Relation): Engine {
    const { columnNullable, elementsNullable, functionNullable } = options;
    return createEngine(catalog, { columnNullable, elementsNullable, functionNullable }, trusted && kind !== 'materializedView');
  }
  return engine;
}

/** An argument of an array type holds no NULL elements, as its TypeScript type has none, unless it is said that it may. */
function parameterValue(
  catalog: Catalog,
  known: Map<number, Reason>,
  number: number,
  typeOid: number,
  content: ParameterContent | undefined,
): Value {
  const { nullable = true, elementsNullable = false, dimensions = 0 } = content ?? {};
  const value: Value = {
    ...notNull(typeOid),
    elements: elementsNullable ? 'nullable' : 'notNull',
    dimensions: isArray(catalog, typeOid) ? Math.max(1, dimensions) : 0,
  };
  if (!nullable) return value;
  let reason = known.get(number);
  if (reason === undefined) known.set(number, (reason = parameterReason()));
  return { ...value, reasons: [reason], strictIn: [reason] };
}

function analyzeQuery(engine: Engine, query: Query, parent: Scope | undefined): QueryShape {
  switch (query.command) {
    case 'select':
      return analyzeSelect(engine, query, parent);
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return analyzeWrite(engine, query, parent);
    default:
      return UNKNOWN_SHAPE;
  }
}
