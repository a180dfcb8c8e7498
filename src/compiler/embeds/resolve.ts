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
import { type ParsedStatement, selectArms } from '../parse.js';
import type { QueryEmbed } from '../query.js';
import type { ResultAnalysis } from '../types/index.js';
import { listsAt } from './presence.js';

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

type WrittenEmbed = RewrittenQuery['embeds'][number];
/** `problem` is what stands behind the embed. */
type Tell = (problem: string, remedy: string, severity?: Diagnostic['severity']) => undefined;

/** Tells of what is no embed, or not for certain. */
export function resolveEmbeds(input: EmbedsInput, diagnostics: Diagnostic[]): readonly QueryEmbed[] {
  return input.rewritten.embeds.flatMap((embed) => {
    const tell: Tell = (problem, remedy, severity = 'error') => {
      const message = `sqlc.embed(${embed.relation}) ${problem}`;
      diagnostics.push({ severity, message, remedy, ...inQuery(input.rewritten.annotated, embed) });
    };
    return resolveEmbed(input, embed, tell) ?? [];
  });
}

/** Undefined where there is a problem, and for an embed in a later arm of a set operation, which repeats one of the first arm. */
function resolveEmbed(input: EmbedsInput, embed: WrittenEmbed, tell: Tell): QueryEmbed | undefined {
  const { result, rewritten, statement, catalog, description, asked } = input;
  const { relation: alias, at } = embed;
  const star = result.stars.find(({ start }) => start === at);
  if (star === undefined) {
    const remedy = `Write it as an item of its own, without parentheses; as a value the row is ${alias}.`;
    return tell('is only allowed as an item of a select list', remedy);
  }
  if (!star.topLevel) return tellOfNothing(input, embed, tell);
  const byName = `Write ${alias}.*, or its columns by name.`;
  const indexes = result.columns.flatMap(({ star: own }, index) => (own !== undefined && result.stars[own] === star ? [index] : []));
  const relation = star.relation ?? relationOf(input, alias, indexes);
  if (relation === undefined) {
    const isRelation = findRelation(catalog, undefined, alias) !== undefined;
    const columns = `the columns of ${alias}, in the table's order and of its types, and has others here`;
    return tell(`needs ${isRelation ? columns : `a table or a view, and ${alias} is neither`}`, byName);
  }
  const sure = relation.columns.flatMap(({ notNull, name }, place) => (notNull ? { name, index: indexes[place] ?? -1 } : []));
  const open = sure.filter(({ index }) => result.columns[index]?.nullable !== false);
  // Whether the columns are those of a range, and no other arm's.
  const whole = star.relation !== undefined && selectArms(statement.statement).length < 2;
  // Where no column tells whether the row is there, another arm's row may be missing, too.
  const arms = sure.length > 0 ? [] : result.stars.filter(({ start }) => rewritten.embeds.some((other) => other.at === start));
  const isExtended = (whole ? [star] : arms).some(({ nullExtended }) => nullExtended);
  if (!isExtended && open.length > 0 && open.length < sure.length) {
    const names = open.map(({ name }) => name).join(', ');
    return tell(`is a row of ${relation.name}, and here ${names} may be NULL, which that table refuses`, byName);
  }
  const nullable = isExtended || open.length > 0;
  // In a table without NOT NULL columns, a row that is there may look like a missing one.
  const tells = sure.length > 0 || indexes.some((index) => result.columns[index]?.nullableWhenPresent === false);
  if (nullable && !tells && !asked.includes(at)) {
    const problem = `reads a row of NULLs as no row: ${relation.name} has no NOT NULL column that would tell them apart`;
    const remedy = 'Write NOT NULL on a column of it that always has a value, or select without DISTINCT, GROUP BY and set operations.';
    tell(problem, remedy, 'warning');
  }
  const presence = asked.includes(at) ? description.columns.length + asked.indexOf(at) : undefined;
  return { relation, alias, columns: indexes, nullable, whole, presence };
}

/** The relation whose row the columns are, one for one and by the same names. */
function relationOf({ catalog, description }: EmbedsInput, alias: string, indexes: readonly number[]): Relation | undefined {
  const described = indexes.flatMap((index) => description.columns[index] ?? []);
  const isRowOf = ({ columns }: Relation, isSame: (own: DescribedColumn, column: CatalogColumn) => boolean): boolean =>
    columns.length === described.length &&
    described.every((own, place) => {
      const column = columns[place];
      return own.name === column?.name && isSame(own, column);
    });
  // The server names the origin of all of them, in order.
  const origin = catalog.relations.get(described[0]?.tableOid ?? 0);
  if (origin && isRowOf(origin, (own, { number }) => own.tableOid === origin.oid && own.attributeNumber === number)) return origin;
  // The relation of that name, where the columns are typed as its own are: as sqlc finds it.
  const namesake = findRelation(catalog, undefined, alias);
  return namesake && isRowOf(namesake, ({ typeOid }, column) => typeOid === column.typeOid) ? namesake : undefined;
}

/** In a later arm the embed of the first arm nests the row; elsewhere nothing does, and only the columns remain. */
function tellOfNothing({ statement, result, rewritten }: EmbedsInput, { relation: alias, at }: WrittenEmbed, tell: Tell): undefined {
  if (!selectArms(statement.statement).some((arm) => listsAt(statement, arm, at))) {
    const remedy = `Write ${alias}.* here, and sqlc.embed in the list that makes the result.`;
    return tell(`nests nothing in a list that is not the query's result, so it is ${alias}.*`, remedy, 'warning');
  }
  const isNested = rewritten.embeds.some((other) => result.stars.some(({ start, topLevel }) => start === other.at && topLevel));
  const problem = "nests nothing: the first arm decides the row's shape, and has no sqlc.embed";
  return isNested ? undefined : tell(problem, 'Write the embed in the first arm too.', 'warning');
}
