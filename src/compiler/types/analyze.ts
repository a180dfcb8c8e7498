/** Ties queries and expressions together. */
import { definitionOf, readable } from '../analysis/index.js';
import { perCatalog, type Catalog, type Relation } from '../../catalog/index.js';
import type { Overriding } from '../query.js';
import { valuesOf, type Engine } from './engine.js';
import { evaluate } from './expression/evaluate.js';
import { MANY, type Rows } from './scope.js';
import { prove } from './prove.js';
import { analyzeSelect } from './query/select.js';
import { analyzeWrite } from './query/write.js';
import { parameterReason, type Reason } from './reason.js';
import { notNull, type Value } from './value.js';

/** What the caller says of a parameter. */
export interface ParameterContent {
  readonly nullable: boolean;
  /** Of an array: whether its elements may be NULL. */
  readonly elementsNullable: boolean;
  /** Of an array: as its casts write them, 0 where none does. */
  readonly dimensions: number;
}

export interface EngineOptions {
  readonly override?: Overriding;
  /** See `Engine`; of a view it is not known what reads it. */
  readonly settled?: boolean;
  readonly parameter?: ((number: number) => ParameterContent) | undefined;
}

export function createEngine(catalog: Catalog, options: EngineOptions, trusted = true): Engine {
  const parameters = new Map<number, Reason>();
  const engine: Engine = {
    catalog,
    override: options.override ?? NO_OVERRIDE,
    trusted,
    settled: trusted && options.settled === true,
    parameter: (number, typeOid) => parameterValue(parameters, number, typeOid, options.parameter?.(number)),
    expression: (node, scope) => evaluate(engine, node, scope),
    prove: (node, scope, outcome) => prove(engine, node, scope, outcome),
    query: (query, parent) => (query.command === 'select' ? analyzeSelect : analyzeWrite)(engine, query, parent),
    view: (relation) => rowsOf(engine, relation),
  };
  return engine;
}

const UNREAD: Rows = { columns: [], atLeastOne: false, atMostOne: MANY };

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
  known.set(key, UNREAD);
  const query = definitionOf(relation)?.query;
  // The rows of a materialized view are as old as its last refresh.
  const within = createEngine(engine.catalog, { override: engine.override }, engine.trusted && relation.kind !== 'materializedView');
  const shape = readable(() => query && within.query(query, undefined), undefined);
  const rows = shape?.columns.length === relation.columns.length ? { ...shape, columns: valuesOf(shape) } : UNREAD;
  known.set(key, rows);
  return rows;
}

/** An argument of an array type holds no NULL elements, as its TypeScript type has none, unless it is said that it may. */
function parameterValue(known: Map<number, Reason>, number: number, typeOid: number, content: ParameterContent | undefined): Value {
  const { nullable = true, elementsNullable = false, dimensions = 0 } = content ?? {};
  const value: Value = { ...notNull(typeOid), elements: elementsNullable ? 'nullable' : 'notNull', dimensions };
  if (!nullable) return value;
  let reason = known.get(number);
  if (reason === undefined) known.set(number, (reason = parameterReason()));
  return { ...value, reasons: [reason], strictIn: [reason] };
}
