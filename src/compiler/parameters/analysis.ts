/** A statement → what is known of each of its parameters, apart from its type. */
import type { Catalog, TableColumn } from '../../catalog/index.js';
import { groupBy } from '../../group-by.js';
import type { Analysis } from '../analysis/index.js';
import type { ParsedStatement } from '../parse.js';
import type { QueryParameter } from '../query.js';
import type { RewrittenQuery } from '../dialect/index.js';
import { castDimensions, castEnum, comparedLiterals, literalsBeside } from './choices.js';
import { columnsOf } from './columns.js';
import { contextOf } from './context.js';
import { defaultAt, type Default } from './defaults.js';
import { isInferable } from './inference.js';
import { parameterNames } from './names.js';
import { isNullable, usageOf, type Usage } from './nullability.js';
import { findOccurrences, type Occurrence } from './occurrences.js';

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
  /** Whether a column can hold NULL, if an override says so; otherwise its own NOT NULL counts. */
  readonly columnNullable?: ((column: TableColumn) => boolean | undefined) | undefined;
}

/** One analysis for each parameter, in the order of their numbers. */
export function analyzeParameters(input: ParametersInput): readonly ParameterAnalysis[] {
  const { rewritten, statement, catalog, typeOids = [] } = input;
  const columns = columnsOf(input.analysis, catalog);
  const occurrences = findOccurrences(statement.statement);
  const usages = groupBy(
    occurrences.map((occurrence) => usageOf(occurrence, contextOf(occurrence, catalog), columns, statement)),
    ({ occurrence }) => occurrence.number,
  );

  const { parameters } = rewritten;
  const contexts = parameters.map(({ number }) => usages.get(number)?.[0]?.context);
  const named =
    input.managed !== true ||
    isInferable(
      statement.statement,
      contexts.filter((context) => context !== undefined),
      catalog,
    );
  const names = parameterNames(
    parameters.map(({ number, name }, index) => ({
      number,
      declared: name,
      inferred: named ? contexts[index]?.name : undefined,
      typeOid: typeOids[number - 1],
    })),
  );
  const columnNullable = (column: TableColumn): boolean => input.columnNullable?.(column) ?? ownNullability(catalog, column);
  return parameters.map(({ number, nullable: forced, slice }, index) => {
    const own = usages.get(number) ?? [];
    // A list never is the NULL of a column, but the query may test whether there is a list at all.
    const nullable = slice && !forced ? own.some(({ testedForNull }) => testedForNull) : isNullable(own, forced, columnNullable);
    const found = nullable ? undefined : defaultOf(statement, own);
    // Elements that become rows, as by `unnest`, may be NULL if every column that they are written to may.
    const ends = columns.elements(number);
    const ownOccurrences = own.map(({ occurrence }) => occurrence);
    const enumType = castEnum(catalog, columns.casts(number));
    return {
      number,
      name: names[index] ?? `dollar_${number}`,
      nullable,
      optional: found !== undefined || (nullable && (forced || own.some(mayBeLeftOut))),
      default: found,
      enumType,
      dimensions: castDimensions(ownOccurrences),
      elementsNullable: ends.length > 0 && ends.every(columnNullable),
      literals: enumType
        ? literalsBeside(enumType, ownOccurrences, found?.text)
        : comparedLiterals(statement.statement, ownOccurrences, found?.text),
      column: columnOf(own),
      rowCount: own.some(({ occurrence }) => isRowCount(occurrence)),
    };
  });
}

/** A NULL that is written to a column or tested for makes sense; one that is only compared finds nothing, ever. */
function mayBeLeftOut({ written, testedForNull }: Usage): boolean {
  return written !== undefined || testedForNull;
}

/** A view's columns carry no NOT NULL, and comparing them with NULL makes no sense. */
function ownNullability({ types }: Catalog, { relation, column }: TableColumn): boolean {
  const isView = relation.kind === 'view' || relation.kind === 'materializedView';
  // A domain checks what is written to it, though what is stored may be older.
  return !column.notNull && types.get(column.typeOid)?.notNull !== true && !isView;
}

/** `LIMIT $1`, also through casts, COALESCE and NULLIF, but not inside a subquery there. */
function isRowCount({ path }: Occurrence): boolean {
  const field = path.findLast(({ node }) => 'SelectStmt' in node)?.field;
  return field === 'limitOffset' || field === 'limitCount';
}

/** A parameter that is written to a column has no default: omitting it would silently store the zero value. */
function defaultOf(statement: ParsedStatement, usages: readonly Usage[]): Default | undefined {
  if (usages.some(({ written }) => written !== undefined)) return undefined;
  const defaults = usages.map(({ occurrence }) => defaultAt(statement, occurrence));
  const [found] = defaults.filter((candidate) => candidate !== undefined);
  const offset = usages.map(({ occurrence }) => occurrence.path.findLast(({ node }) => 'SelectStmt' in node)?.field);
  // That an OFFSET is 0 by default says nothing about the parameter's other places.
  if (offset.includes('limitOffset') && offset.some((field) => field !== 'limitOffset')) return undefined;
  return found;
}

function columnOf(usages: readonly Usage[]): TableColumn | undefined {
  const [first] = usages.flatMap(({ written, compared, sameValue }) => (sameValue ? [written ?? compared] : []));
  return first;
}
