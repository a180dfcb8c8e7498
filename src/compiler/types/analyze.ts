/** Ties queries and expressions together. */
import { definitionOf, readable } from '../analysis/index.js';
import { perCatalog, type Catalog, type Relation } from '../../catalog/index.js';
import type { Engine, Overrides, ViewShape } from './engine.js';
import { evaluate } from './expression/evaluate.js';
import { MANY } from './scope.js';
import { prove } from './prove.js';
import { analyzeSelect } from './query/select.js';
import { analyzeWrite } from './query/write.js';
import { parameterReason, type Reason } from './reason.js';
import { freshValues, notNull, type Value } from './value.js';

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
  const { columnNullable, elementsNullable, functionNullable } = options;
  const overrides: Overrides = { columnNullable, elementsNullable, functionNullable };
  const parameters = new Map<number, Reason>();
  const engine: Engine = {
    catalog,
    overrides,
    trusted,
    settled: trusted && options.settled === true,
    parameter: (number, typeOid) => parameterValue(parameters, number, typeOid, options.parameter?.(number)),
    expression: (node, scope) => evaluate(engine, node, scope),
    prove: (node, scope, outcome) => prove(engine, node, scope, outcome),
    query: (query, parent) => (query.command === 'select' ? analyzeSelect : analyzeWrite)(engine, query, parent),
    view: (relation) => {
      const shape = viewShape(engine, relation);
      return { ...shape, columns: freshValues(shape.columns) };
    },
  };
  return engine;
}

/** A view's columns are empty where its definition cannot be followed. */
const UNREAD: ViewShape = { columns: [], atLeastOne: false, atMostOne: MANY };

/** What the definitions of views give under the same overrides, by OID. */
interface Views extends Pick<Engine, 'overrides' | 'trusted'> {
  readonly shapes: Map<number, ViewShape>;
}

/** A caller may make its overrides anew for each statement. */
const MOST_OVERRIDES = 8;

const viewsPer = perCatalog((): Views[] => []);

function viewShape({ catalog, overrides, trusted }: Engine, relation: Relation): ViewShape {
  const views = viewsPer(catalog);
  const { columnNullable, functionNullable } = overrides;
  let own = views.find(
    (other) =>
      other.trusted === trusted &&
      other.overrides.columnNullable === columnNullable &&
      other.overrides.functionNullable === functionNullable,
  );
  if (own === undefined) {
    views.push((own = { overrides, trusted, shapes: new Map() }));
    if (views.length > MOST_OVERRIDES) views.shift();
  }
  const known = own.shapes.get(relation.oid);
  if (known !== undefined) return known;
  // A view that reaches itself through a rule is not followed further.
  own.shapes.set(relation.oid, UNREAD);
  const query = definitionOf(relation)?.query;
  // The rows of a materialized view are as old as its last refresh.
  const engine = createEngine(catalog, overrides, trusted && relation.kind !== 'materializedView');
  const shape = readable(() => query && engine.query(query, undefined), undefined);
  const columns = shape?.columns.map(({ value }) => value) ?? [];
  const found = shape !== undefined && columns.length === relation.columns.length ? { ...shape, columns } : UNREAD;
  own.shapes.set(relation.oid, found);
  return found;
}

/** An argument of an array type holds no NULL elements, as its TypeScript type has none, unless it is said that it may. */
function parameterValue(known: Map<number, Reason>, number: number, typeOid: number, content: ParameterContent | undefined): Value {
  const { nullable = true, elementsNullable = false, dimensions = 0 } = content ?? {};
  const value: Value = {
    ...notNull(typeOid),
    elements: elementsNullable ? 'nullable' : 'notNull',
    dimensions,
  };
  if (!nullable) return value;
  let reason = known.get(number);
  if (reason === undefined) known.set(number, (reason = parameterReason()));
  return { ...value, reasons: [reason], strictIn: [reason] };
}
