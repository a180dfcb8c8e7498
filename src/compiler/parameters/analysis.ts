/** A statement → what is known of each of its parameters, apart from its type. */
import type { Catalog, TableColumn } from '../../catalog/index.js';
import { groupBy } from '../../group-by.js';
import type { Analysis } from '../analysis/index.js';
import type { ParsedStatement } from '../parse.js';
import type { Overriding, QueryParameter } from '../query.js';
import type { RewrittenQuery } from '../dialect/index.js';
import { castDimensions, castEnum, comparedLiterals, literalsBeside } from './choices.js';
import { columnsOf } from './columns.js';
import { contextOf, tablesOf } from './context.js';
import { defaultAt, type Default } from './defaults.js';
import { parameterNames } from './names.js';
import { isNullable, usageOf, type Usage } from './nullability.js';
import { placesOf } from './places.js';

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
  const { places, nodes } = placesOf(statement.statement);
  const columns = columnsOf(input.analysis, catalog);
  const tables = tablesOf(nodes, catalog);
  const usages = groupBy(
    places.map((place) => usageOf(place, columns, statement, contextOf(place, catalog, tables))),
    ({ number }) => number,
  );
  const { parameters } = rewritten;
  const first = parameters.map(({ number }) => usages.get(number)?.[0]?.context);
  const isNamed = input.managed !== true || (tables.known && first.every((context) => context?.inferable !== false));
  const names = parameterNames(parameters, isNamed ? first.map((context) => context?.name) : [], typeOids);
  const columnNullable = (column: TableColumn): boolean => {
    const type = catalog.types.get(column.column.typeOid);
    return (type && input.override?.(type, column)?.nullable) ?? ownNullability(catalog, column);
  };
  return parameters.map(({ number, nullable: forced, slice }, index) => {
    const own = usages.get(number) ?? [];
    // A list never is the NULL of a column, but the query may test whether there is a list at all.
    const nullable = slice && !forced ? own.some(({ testedForNull }) => testedForNull) : isNullable(own, forced, columnNullable);
    const found = nullable ? undefined : defaultOf(statement, own);
    // Elements that become rows, as by `unnest`, may be NULL if every column that they are written to may.
    const ends = columns.elements.get(number) ?? [];
    const enumType = castEnum(catalog, columns.casts.get(number));
    // A NULL that is written to a column or tested for makes sense; one that is only compared finds nothing, ever.
    const mayBeLeftOut = forced || own.some(({ written, testedForNull }) => written !== undefined || testedForNull);
    return {
      number,
      name: names[index] ?? `dollar_${number}`,
      nullable,
      optional: found !== undefined || (nullable && mayBeLeftOut),
      default: found,
      enumType,
      dimensions: castDimensions(own),
      elementsNullable: ends.length > 0 && ends.every(columnNullable),
      literals: enumType ? literalsBeside(enumType, own, found?.text) : comparedLiterals(statement.statement, own, found?.text),
      column: own.flatMap(({ written, compared, sameValue }) => (sameValue ? [written ?? compared] : []))[0],
      rowCount: own.some((usage) => /^limit(?:Offset|Count)$/.test(clauseOf(usage) ?? '')),
    };
  });
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
function defaultOf(statement: ParsedStatement, usages: readonly Usage[]): Default | undefined {
  if (usages.some(({ written }) => written !== undefined)) return undefined;
  const clauses = usages.map(clauseOf);
  // That an OFFSET is 0 by default says nothing about the parameter's other places.
  if (clauses.includes('limitOffset') && clauses.some((clause) => clause !== 'limitOffset')) return undefined;
  return usages.flatMap((usage) => defaultAt(statement, usage) ?? [])[0];
}
