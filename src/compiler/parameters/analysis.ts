/** A statement → what is known of each of its parameters, apart from its type. */
import type { Catalog, TableColumn } from '../../catalog/index.js';
import { groupBy } from '../../group-by.js';
import type { Analysis } from '../analysis/index.js';
import type { ParsedStatement } from '../parse.js';
import type { Overriding, QueryParameter } from '../query.js';
import type { RewrittenQuery } from '../dialect/index.js';
import { castDimensions, castEnum, comparedLiterals, literalsBeside } from './choices.js';
import { columnsOf } from './columns.js';
import { defaultAt } from './defaults.js';
import { parameterNames } from './names.js';
import { placesOf } from './places.js';
import { tablesOf, type Usage, usageOf } from './usage.js';

/** All of a parameter but its type and its keys. */
export type ParameterAnalysis = Omit<QueryParameter, 'type' | 'keys'>;

export interface ParametersInput {
  readonly rewritten: RewrittenQuery;
  readonly statement: ParsedStatement;
  /** How PostgreSQL understood the rewritten text; undefined if it was not asked or did not say. */
  readonly analysis?: Analysis | undefined;
  readonly catalog: Catalog;
  /** The types that PostgreSQL found, by number from 1; empty where it was not asked yet. */
  readonly typeOids?: readonly number[];
  /**
   * Whether the project gives sqlc a database. What sqlc cannot infer itself it asks there, and then it
   * knows no names but the author's.
   */
  readonly managed?: boolean;
  /** Whether a column can hold NULL, if it says so; otherwise its own NOT NULL counts. */
  readonly override?: Overriding;
}

/** One analysis for each parameter, in the order of their numbers. */
export function analyzeParameters(input: ParametersInput): readonly ParameterAnalysis[] {
  const { rewritten, statement, catalog, typeOids = [] } = input;
  const { parameters } = rewritten;
  const columns = columnsOf(input.analysis, catalog);
  const tables = input.managed === true ? tablesOf(statement.statement, catalog) : undefined;
  const found = placesOf(statement.statement).map((place) => usageOf(place, { catalog, statement, tables, columns }));
  const usages = groupBy(found, ({ number }) => number);
  const first = parameters.map(({ number }) => usages.get(number)?.[0]);
  const isNamed = tables === undefined || (tables.known && first.every((usage) => usage?.inferable !== false));
  const names = parameterNames(parameters, isNamed ? first.map((usage) => usage?.name) : [], typeOids);
  const columnNullable = (column: TableColumn): boolean => {
    const type = catalog.types.get(column.column.typeOid);
    return (type && input.override?.(type, column)?.nullable) ?? ownNullability(catalog, column);
  };
  return parameters.map(({ number, nullable: forced, slice }, index) => {
    const own = usages.get(number) ?? [];
    // A list never is the NULL of a column, but the query may test whether there is a list at all.
    const nullable = slice && !forced ? own.some(({ testedForNull }) => testedForNull) : isNullable(own, forced, columnNullable);
    const omitted = nullable ? undefined : defaultOf(statement, own);
    const [column] = own.flatMap(({ written, compared, sameValue }) => (sameValue ? [written ?? compared] : []));
    const type = catalog.types.get(typeOids[number - 1] ?? 0);
    // Elements that become rows, as by `unnest`, may be NULL if every column that they are written to may.
    const ends = columns.elements.get(number) ?? [];
    const enumType = castEnum(catalog, columns.casts.get(number));
    // A NULL that is written to a column or tested for makes sense; one that is only compared finds nothing, ever.
    const mayBeLeftOut = forced || own.some(({ written, testedForNull }) => written !== undefined || testedForNull);
    return {
      number,
      name: names[index] ?? `dollar_${number}`,
      nullable,
      optional: omitted !== undefined || (nullable && mayBeLeftOut),
      default: omitted,
      enumType,
      dimensions: castDimensions(own),
      elementsNullable: (type && input.override?.(type, column)?.nullableElements) ?? (ends.length > 0 && ends.every(columnNullable)),
      literals: enumType ? literalsBeside(enumType, own, omitted?.text) : comparedLiterals(statement.statement, own, omitted?.text),
      column,
      rowCount: own.some((usage) => /^limit(?:Offset|Count)$/.test(clauseOf(usage) ?? '')),
    };
  });
}

/**
 * Whether NULL is a sensible argument. A parameter that goes straight into a NOT NULL column allows NULL only if the
 * author says so (`forced`). Any other parameter allows it if the query tests it for NULL. Otherwise its first place
 * decides, as in sqlc: it is as nullable as the column that it is written to or compared with, and required everywhere
 * else, above all under a cast.
 */
function isNullable(usages: readonly Usage[], forced: boolean, columnNullable: (column: TableColumn) => boolean): boolean {
  if (forced) return true;
  const refused = usages.filter(({ written }) => written !== undefined && !columnNullable(written));
  if (refused.some(({ assigned }) => assigned)) return false;
  if (usages.some(({ testedForNull }) => testedForNull)) return true;
  const column = usages[0]?.written ?? usages[0]?.compared;
  return refused.length === 0 && column !== undefined && columnNullable(column);
}

/** A view's columns carry no NOT NULL, and comparing them with NULL makes no sense. */
function ownNullability({ types }: Catalog, { relation, column }: TableColumn): boolean {
  const isView = relation.kind === 'view' || relation.kind === 'materializedView';
  // A domain checks what is written to it, though what is stored may be older.
  return !column.notNull && types.get(column.typeOid)?.notNull !== true && !isView;
}

/** The clause of the nearest SELECT that a place is in: `LIMIT $1`, also through casts, COALESCE and NULLIF, but not inside a subquery there. */
function clauseOf({ path }: Usage): string | undefined {
  return path.findLast(({ node }) => 'SelectStmt' in node)?.field;
}

/** A parameter that is written to a column has no default: omitting it would silently store the zero value. */
function defaultOf(statement: ParsedStatement, usages: readonly Usage[]): QueryParameter['default'] {
  if (usages.some(({ written }) => written !== undefined)) return undefined;
  const clauses = usages.map(clauseOf);
  // That an OFFSET is 0 by default says nothing about the parameter's other places.
  if (clauses.includes('limitOffset') && clauses.some((clause) => clause !== 'limitOffset')) return undefined;
  return usages.flatMap((usage) => defaultAt(statement, usage) ?? [])[0];
}
