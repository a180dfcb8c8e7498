/**
 * The embeds of a query: each is a row of a relation, made of some of the result's columns.
 *
 * Invariant: an embed has a column of the result for every column of its relation, of the same type; and
 * if the result may be NULL in a column that is NOT NULL in the relation, the whole row may be missing.
 */
import { type Catalog, type CatalogColumn, findRelation, type Relation } from '../../catalog/index.js';
import type { DescribedColumn, Description } from '../../database/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { inQuery, type RewrittenQuery } from '../dialect/index.js';
import type { ParsedStatement } from '../parse.js';
import type { QueryEmbed } from '../query.js';
import type { ResultAnalysis, StarExpansion } from '../types/index.js';
import { selectArms, listsAt } from './presence.js';

export interface EmbedsInput {
  readonly rewritten: RewrittenQuery;
  readonly statement: ParsedStatement;
  readonly catalog: Catalog;
  readonly result: ResultAnalysis;
  /** Without the columns that tell whether an embed is there. */
  readonly description: Description;
  /** The embeds of which the server is asked whether they are there, by their offsets in the text. */
  readonly asked: readonly number[];
}

/** `at` is the offset of its `t.*` in `RewrittenQuery.text`. */
type ResolvedEmbed = Omit<QueryEmbed, 'presence'> & { readonly at: number };

export interface Embeds {
  readonly embeds: readonly QueryEmbed[];
  readonly diagnostics: readonly Diagnostic[];
}

type WrittenEmbed = RewrittenQuery['embeds'][number];

export function resolveEmbeds(input: EmbedsInput): Embeds {
  const embeds: QueryEmbed[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const embed of input.rewritten.embeds) {
    const resolved = resolveEmbed(input, embed);
    if (resolved === undefined) continue;
    if ('at' in resolved) {
      const { at, ...rest } = resolved;
      const added = input.asked.indexOf(at);
      embeds.push({ ...rest, presence: added < 0 ? undefined : input.description.columns.length + added });
      diagnostics.push(...untold(input, resolved).map((problem) => ({ ...problem, ...inQuery(input.rewritten.annotated, embed) })));
    } else diagnostics.push({ ...resolved, ...inQuery(input.rewritten.annotated, embed) });
  }
  return { embeds, diagnostics };
}

type EmbedProblem = Pick<Diagnostic, 'severity' | 'message' | 'remedy'>;

/** Undefined for an embed in a later arm of a set operation, which repeats one of the first arm. */
function resolveEmbed(input: EmbedsInput, embed: WrittenEmbed): ResolvedEmbed | EmbedProblem | undefined {
  const { result, catalog } = input;
  const { relation: alias, at } = embed;
  const star = result.stars.find((candidate) => candidate.start === at);
  if (star === undefined) {
    return {
      severity: 'error',
      message: `sqlc.embed(${alias}) is only allowed as an item of a select list`,
      remedy: `Write it as an item of its own, without parentheses; as a value the row is ${alias}.`,
    };
  }
  if (!star.topLevel) return nestsNothing(input, embed);
  const indexes = result.columns.flatMap(({ star: own }, index) => (own !== undefined && result.stars[own] === star ? [index] : []));
  const relation = star.relation ?? originOf(input, indexes) ?? namesake(input, alias, indexes);
  if (relation === undefined) {
    const named = findRelation(catalog, undefined, alias);
    return {
      severity: 'error',
      message: named
        ? `sqlc.embed(${alias}) needs the columns of ${alias}, in the table's order and of its types, and has others here`
        : `sqlc.embed(${alias}) needs a table or a view, and ${alias} is neither`,
      remedy: `Write ${alias}.*, or its columns by name.`,
    };
  }
  const columns = relation.columns.flatMap((column, position) => {
    const index = indexes[position];
    return index === undefined ? [] : [{ index, column }];
  });
  return withNullability(input, embed, star, relation, columns);
}

function withNullability(
  { result, statement, rewritten }: EmbedsInput,
  { relation: alias, at }: WrittenEmbed,
  star: StarExpansion,
  relation: Relation,
  columns: ResolvedEmbed['columns'],
): ResolvedEmbed | EmbedProblem {
  const sure = columns.filter(({ column }) => column.notNull);
  const open = sure.filter(({ index }) => result.columns[index]?.nullable !== false);
  const direct = star.relation !== undefined && selectArms(statement).length < 2;
  const resolved = { relation, alias, columns, at, whole: direct };
  if (star.nullExtended && direct) return { ...resolved, nullable: true };
  // No column tells whether the row is there, and another arm's row may be missing, too.
  if (sure.length === 0) {
    const arms = result.stars.filter((other) => rewritten.embeds.some((embed) => embed.at === other.start));
    return { ...resolved, nullable: star.nullExtended || (!direct && arms.some(({ nullExtended }) => nullExtended)) };
  }
  if (open.length === 0 || open.length === sure.length) return { ...resolved, nullable: open.length > 0 };
  const names = open.map(({ column }) => column.name).join(', ');
  return {
    severity: 'error',
    message: `sqlc.embed(${alias}) is a row of ${relation.name}, and here ${names} may be NULL, which that table refuses`,
    remedy: `Write ${alias}.*, or its columns by name.`,
  };
}

/** In a table without NOT NULL columns, a row that is there may look like a missing one. */
function untold({ result, asked }: EmbedsInput, { nullable, columns, alias, at, relation }: ResolvedEmbed): readonly EmbedProblem[] {
  const tells = columns.some(({ index, column }) => column.notNull || result.columns[index]?.nullableWhenPresent === false);
  if (!nullable || tells || asked.includes(at)) return [];
  return [
    {
      severity: 'warning',
      message: `sqlc.embed(${alias}) reads a row of NULLs as no row: ${relation.name} has no NOT NULL column that would tell them apart`,
      remedy: 'Write NOT NULL on a column of it that always has a value, or select without DISTINCT, GROUP BY and set operations.',
    },
  ];
}

/** The relation whose columns the server names as the origin, all of them and in order. */
function originOf({ catalog, description }: EmbedsInput, indexes: readonly number[]): Relation | undefined {
  const relation = catalog.relations.get(description.columns[indexes[0] ?? -1]?.tableOid ?? 0);
  const isOrigin = ({ tableOid, attributeNumber }: DescribedColumn, { number }: CatalogColumn): boolean =>
    tableOid === relation?.oid && attributeNumber === number;
  return relation && isRowOf(relation, description, indexes, isOrigin) ? relation : undefined;
}

/** The relation of that name, where the columns are called and typed as its own are: as sqlc finds it. */
function namesake({ catalog, description }: EmbedsInput, name: string, indexes: readonly number[]): Relation | undefined {
  const relation = findRelation(catalog, undefined, name);
  return relation && isRowOf(relation, description, indexes, ({ typeOid }, column) => typeOid === column.typeOid) ? relation : undefined;
}

/** Whether some columns of the result are a relation's, one for one and by the same names. */
function isRowOf(
  { columns }: Relation,
  description: Description,
  indexes: readonly number[],
  isSame: (described: DescribedColumn, column: CatalogColumn) => boolean,
): boolean {
  return (
    columns.length === indexes.length &&
    columns.every((column, position) => {
      const described = description.columns[indexes[position] ?? -1];
      return described?.name === column.name && isSame(described, column);
    })
  );
}

/** In a later arm the embed of the first arm nests the row; elsewhere nothing does, and only the columns remain. */
function nestsNothing({ statement, result, rewritten }: EmbedsInput, { relation: alias, at }: WrittenEmbed): EmbedProblem | undefined {
  const isLaterArm = selectArms(statement).some((arm) => listsAt(statement, arm, at));
  const isNested = rewritten.embeds.some((other) => result.stars.some(({ start, topLevel }) => start === other.at && topLevel));
  if (isLaterArm && isNested) return undefined;
  return {
    severity: 'warning',
    message: isLaterArm
      ? `sqlc.embed(${alias}) nests nothing: the first arm decides the row's shape, and has no sqlc.embed`
      : `sqlc.embed(${alias}) nests nothing in a list that is not the query's result, so it is ${alias}.*`,
    remedy: isLaterArm
      ? 'Write the embed in the first arm too.'
      : `Write ${alias}.* here, and sqlc.embed in the list that makes the result.`,
  };
}
