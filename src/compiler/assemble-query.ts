/** Everything known of one statement → its finished query. */
import { type Catalog, columnAt, type PgType } from '../catalog/index.js';
import type { Description } from '../database/index.js';
import { positionAt } from '../sql/index.js';
import type { CompiledQuery, QueryColumn, QueryParameter } from './query.js';
import type { ResultAnalysis } from './types/index.js';
import type { QueryIdentities } from './identities/index.js';
import type { ParameterAnalysis } from './parameters/index.js';
import { COMMANDS } from './dialect/index.js';
import { columnNames } from './names/index.js';
import type { ParsedStatement } from './parse.js';

/** The parts of the query that are known already. */
export type QueryFacts = Omit<CompiledQuery, 'name' | 'command' | 'hooks' | 'parameters' | 'columns'>;

/** What hooks, parameters and columns are made from. */
export interface QueryParts {
  readonly catalog: Catalog;
  readonly statement: ParsedStatement;
  /** Maps an offset of `rewritten.text` to the text that was described. */
  readonly target: (offset: number) => number;
  readonly result: ResultAnalysis;
  readonly parameters: readonly ParameterAnalysis[];
  /** Undefined where keys are not branded. */
  readonly identities: QueryIdentities | undefined;
}

/** Stands in for a type that the catalog does not list: its values travel as text. */
const UNKNOWN_TYPE: PgType = {
  oid: 25,
  schema: 'pg_catalog',
  name: 'text',
  kind: 'base',
  elementOid: 0,
  baseOid: 0,
  notNull: false,
  labels: [],
  relationOid: 0,
  delimiter: ',',
  category: 'S',
  comment: undefined,
};

export function assembleQuery(facts: QueryFacts, parts: QueryParts): CompiledQuery {
  const { rewritten, description } = facts;
  const { name, command, file } = rewritten.annotated;
  const returnsRows = COMMANDS[command].rows !== 'none';
  return {
    ...facts,
    name,
    command,
    cardinality: returnsRows ? facts.cardinality : 'none',
    hooks: rewritten.hooks.map(({ at, until, start }) => ({
      at: parts.target(at),
      until: parts.target(until),
      ...positionAt(file.text, start),
    })),
    parameters: parts.parameters.map((analysis) => parameterOf(parts, description, analysis)),
    columns: returnsRows ? columnsOf(facts, parts) : [],
  };
}

function parameterOf({ catalog, identities }: QueryParts, { parameterTypeOids }: Description, analysis: ParameterAnalysis): QueryParameter {
  const type = catalog.types.get(parameterTypeOids[analysis.number - 1] ?? 0) ?? UNKNOWN_TYPE;
  return {
    ...analysis,
    type,
    enumType: fittingEnum(catalog, type, analysis.enumType),
    literals: isText(type) ? analysis.literals : undefined,
    keys: identities?.parameter(analysis.number) ?? [],
  };
}

function isText(type: PgType | undefined): boolean {
  return type?.kind === 'base' && type.category === 'S';
}

/** An enum fits only a parameter whose text is a label, or a list of labels. */
function fittingEnum(catalog: Catalog, type: PgType, hint: PgType | undefined): PgType | undefined {
  const fits = hint?.kind === 'array' ? type.kind === 'array' && isText(catalog.types.get(type.elementOid)) : isText(type);
  return fits ? hint : undefined;
}

function columnsOf(
  { rewritten, description, embeds }: QueryFacts,
  { catalog, statement, result, identities }: QueryParts,
): readonly QueryColumn[] {
  const written = new Set(rewritten.embeds.map(({ at }) => at));
  const names = columnNames({
    statement,
    described: description.columns.map(({ name }) => name),
    stars: result.columns.map(({ star }) => star),
    embeds: new Set(result.stars.flatMap(({ start }, index) => (written.has(start) ? [index] : []))),
  });
  return description.columns.map((described, index) => {
    const found = result.columns.length === description.columns.length ? result.columns[index] : undefined;
    const embed = embeds.findIndex(({ columns }) => columns.some((own) => own.index === index));
    return {
      name: names[index] ?? described.name,
      type: catalog.types.get(described.typeOid) ?? UNKNOWN_TYPE,
      // A column that the analysis could not follow is not proven, and so it is nullable.
      nullable: (embed < 0 ? found?.nullable : found?.nullableWhenPresent) ?? true,
      elementsNullable: found?.elementsNullable ?? true,
      dimensions: found?.dimensions ?? 1,
      // For a set operation the server names the first arm's column; the analysis has followed all arms.
      column: found ? found.column : columnAt(catalog, described.tableOid, described.attributeNumber),
      keys: identities?.column(index) ?? [],
      entry: found?.entry,
      json: found?.json,
      embed: embed < 0 ? undefined : embed,
    };
  });
}
