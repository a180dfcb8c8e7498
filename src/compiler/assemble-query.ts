/** Everything known of one statement → the finished model of its query. */
import type { Catalog, PgType, Relation } from '../catalog/index.js';
import type { DescribedColumn, Description } from '../database/index.js';
import { positionAt } from '../sql/index.js';
import type { Cardinality, Query, QueryColumn, QueryEmbed, QueryHook, QueryParameter } from './query.js';
import type { ResultAnalysis, ResultColumn } from './types/index.js';
import type { QueryIdentities } from './identities/index.js';
import type { ParameterAnalysis } from './parameters/index.js';
import { COMMANDS, type RewrittenQuery } from './dialect/index.js';

export interface AnalyzeInput {
  readonly rewritten: RewrittenQuery;
  readonly catalog: Catalog;
  /** The described text, and where offsets of `rewritten.text` stand in it. */
  readonly text: string;
  readonly target: (offset: number) => number;
  readonly description: Description;
  readonly result: ResultAnalysis;
  readonly embeds: readonly QueryEmbed[];
  /** sqlc's names of the result columns, in order. */
  readonly columnNames: readonly string[];
  readonly parameters: readonly ParameterAnalysis[];
  readonly cardinality: Cardinality;
  readonly proof: Query['proof'];
  readonly onePlan: boolean;
  readonly readOnly: boolean;
  readonly oneConnection: boolean;
  readonly reads: readonly Relation[];
  readonly writes: readonly Relation[];
  readonly copy: Query['copy'];
  /** Undefined where keys are not branded. */
  readonly identities: QueryIdentities | undefined;
}

/** A type that the catalog does not list travels as text. */
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

export function analyze(input: AnalyzeInput): Query {
  const { rewritten, description } = input;
  const { annotated } = rewritten;
  const returnsRows = COMMANDS[annotated.command].rows !== 'none';
  return {
    rewritten,
    name: annotated.name,
    command: annotated.command,
    cardinality: returnsRows ? input.cardinality : 'none',
    onePlan: input.onePlan,
    readOnly: input.readOnly,
    oneConnection: input.oneConnection,
    text: input.text,
    description,
    hooks: hooksOf(input),
    proof: input.proof,
    parameters: description.parameterTypeOids.map((oid, index) => parameterOf(input, oid, index + 1)),
    columns: returnsRows ? description.columns.map((column, index) => columnOf(input, column, index)) : [],
    embeds: input.embeds,
    reads: input.reads,
    writes: input.writes,
    copy: input.copy,
  };
}

function hooksOf({ rewritten, target }: AnalyzeInput): readonly QueryHook[] {
  const { text } = rewritten.annotated.file;
  return rewritten.hooks.map((hook) => ({ at: target(hook.at), until: target(hook.until), ...positionAt(text, hook.start) }));
}

function parameterOf(input: AnalyzeInput, oid: number, number: number): QueryParameter {
  const type = input.catalog.types.get(oid) ?? UNKNOWN_TYPE;
  const analysis = input.parameters.find((parameter) => parameter.number === number);
  return {
    number,
    name: analysis?.name ?? `dollar_${number}`,
    type,
    nullable: analysis?.nullable ?? false,
    optional: analysis?.optional ?? false,
    default: analysis?.default,
    enumType: fittingEnum(input.catalog, type, analysis?.enumType),
    dimensions: analysis?.dimensions ?? 0,
    elementsNullable: analysis?.elementsNullable ?? false,
    literals: isText(type) ? analysis?.literals : undefined,
    rowCount: analysis?.rowCount ?? false,
    column: analysis?.column,
    keys: input.identities?.parameter(number) ?? [],
  };
}

function isText(type: PgType | undefined): boolean {
  return type?.kind === 'base' && type.category === 'S';
}

/** An enum hint only serves where the bound text is the label itself, or a list of labels. */
function fittingEnum(catalog: Catalog, type: PgType, hint: PgType | undefined): PgType | undefined {
  const fits = hint?.kind === 'array' ? type.kind === 'array' && isText(catalog.types.get(type.elementOid)) : isText(type);
  return fits ? hint : undefined;
}

function columnOf(input: AnalyzeInput, described: DescribedColumn, index: number): QueryColumn {
  const found = input.result.columns.length === input.description.columns.length ? input.result.columns[index] : undefined;
  return {
    name: input.columnNames[index] ?? described.name,
    type: input.catalog.types.get(described.typeOid) ?? UNKNOWN_TYPE,
    // What the analysis could not follow is not proven, and what is not proven is nullable.
    nullable: found?.nullable ?? true,
    elementsNullable: found?.elementsNullable ?? true,
    dimensions: found?.dimensions ?? 1,
    column: originOf(input, described, found),
    keys: input.identities?.column(index) ?? [],
    entry: found?.entry,
    json: found?.json,
    embed: embedIndexOf(input, index),
  };
}

/** Of a set operation the server names the first arm's column; what was followed is every arm's. */
function originOf(input: AnalyzeInput, described: DescribedColumn, found: ResultColumn | undefined): QueryColumn['column'] {
  if (found) return found.column;
  const relation = input.catalog.relations.get(described.tableOid);
  const column = relation?.columns.find((candidate) => candidate.number === described.attributeNumber);
  return relation && column && { relation, column };
}

function embedIndexOf({ embeds }: AnalyzeInput, column: number): number | undefined {
  const index = embeds.findIndex(({ columns }) => columns.some((own) => own.index === column));
  return index < 0 ? undefined : index;
}
