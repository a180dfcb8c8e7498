/**
 * Which column an engine's field is.
 *
 * Invariant: only a field that the map names reaches a statement, and it does so as the quoted
 * name that the map gives. A field that an engine made up, or that its caller put into its input,
 * is an error.
 */
import { AuthorizeFilterError, columnIdentifier, identifierText, type AuthorizeIdentifier } from '../runtime/authorize/index.js';
import { columnType, UNDECLARED, type ColumnType, type ValueKind } from './column-type.js';

/** A column, and how its values compare. */
export interface MappedColumn {
  /** The column as SQL names it (`logs.owner_id`), or by `authorize.ident`. */
  readonly column: string | AuthorizeIdentifier;
  /**
   * The column's SQL type, such as `uuid`, `int4` or `timestamptz`. It says which values the column
   * can be compared with, and how. Without one the column is text, and PostgreSQL refuses another.
   */
  readonly type?: string;
  /** The column is an array; `type` is then its elements'. */
  readonly array?: boolean;
  /**
   * What the engine is given for the column, where that is not what generated functions return:
   * `number` or `bigint` for an int8, `number` for a numeric, `string` for a number or for the
   * `toISOString` of a timestamp.
   */
  readonly as?: ValueKind;
}

/** An engine's fields, by the names that the engine gives them. */
export type ColumnMap<Mapped extends MappedColumn = MappedColumn> = Readonly<Record<string, string | AuthorizeIdentifier | Mapped>>;

/** A column ready for a statement. */
export interface Column<Mapped extends MappedColumn = MappedColumn> {
  /** The engine's field. */
  readonly field: string;
  /** The quoted name. */
  readonly sql: string;
  readonly type: ColumnType;
  readonly array: boolean;
  /** The map's entry, where it is more than a name. */
  readonly mapped: Mapped | undefined;
}

/**
 * The column of a field. `dates` is what the engine has for a timestamp: an engine behind JSON has
 * its text. Throws AuthorizeFilterError for a field that the map does not name.
 */
export function mappedColumn<Mapped extends MappedColumn>(
  columns: ColumnMap<Mapped>,
  field: unknown,
  dates: 'Date' | 'string' = 'Date',
): Column<Mapped> {
  if (typeof field !== 'string') throw new AuthorizeFilterError('the answer names a field by something else than a string');
  const entry = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (entry === undefined)
    throw new AuthorizeFilterError(`the answer uses the field ${JSON.stringify(field)}, which the column map does not name`);
  const mapped = isMapped(entry) ? entry : undefined;
  return {
    field,
    sql: identifierText(columnIdentifier(isMapped(entry) ? entry.column : entry)),
    type: typeOf(field, mapped, dates),
    array: mapped?.array === true,
    mapped,
  };
}

function typeOf(field: string, mapped: MappedColumn | undefined, dates: 'Date' | 'string'): ColumnType {
  if (mapped?.type === undefined) {
    if (mapped?.as !== undefined && mapped.as !== 'string')
      throw new AuthorizeFilterError(`${JSON.stringify(field)} is mapped as a ${mapped.as}, and its type is not declared`);
    return UNDECLARED;
  }
  const name = checkedType(mapped.type);
  const type = columnType(name, mapped.as ?? (dates === 'string' && /^timestamp/i.test(name) ? 'string' : undefined));
  if (type !== undefined) return type;
  throw new AuthorizeFilterError(
    `${JSON.stringify(field)} is mapped to ${name}${mapped.as === undefined ? '' : ` as a ${mapped.as}`}, whose values no policy can be compared with here`,
  );
}

function isMapped<Mapped extends MappedColumn>(entry: string | AuthorizeIdentifier | Mapped): entry is Mapped {
  return typeof entry === 'object' && 'column' in entry;
}

/** A type's name: words, a schema before them, a length or precision behind them. */
function checkedType(type: string): string {
  if (/^[a-z_]\w*(?:\.[a-z_]\w*)?(?:\(\d+(?:,\d+)?\))?(?: [a-z]+)*(?:\(\d+(?:,\d+)?\))?$/i.test(type)) return type;
  throw new AuthorizeFilterError(`${JSON.stringify(type)} is not the name of a type in a column map`);
}
