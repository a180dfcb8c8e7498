/**
 * Which column an engine's field is.
 *
 * Invariant: only a field that the map names reaches a statement, and it does so as the quoted
 * name that the map gives. A field that an engine made up, or that its caller put into its input,
 * is an error.
 */
import { AuthorizeFilterError, columnIdentifier, identifierText, type AuthorizeIdentifier } from '../runtime/authorize/index.js';

export interface MappedColumn {
  /** The column as SQL names it (`logs.owner_id`), or by `authorize.ident`. */
  readonly column: string | AuthorizeIdentifier;
  /**
   * The column's SQL type, such as `uuid` or `timestamptz`. Without one the server infers the type
   * of a value from the column, which is right for nearly all; with `text` strings are also
   * ordered by their characters and not by the database's collation, as engines do.
   */
  readonly type?: string;
  /** The column is an array; `type` is then its elements'. */
  readonly array?: boolean;
}

/** An engine's fields, by the names that the engine gives them. */
export type ColumnMap<Mapped extends MappedColumn = MappedColumn> = Readonly<Record<string, string | AuthorizeIdentifier | Mapped>>;

/** A column ready for a statement. */
export interface Column<Mapped extends MappedColumn = MappedColumn> {
  /** The engine's field. */
  readonly field: string;
  /** The quoted name. */
  readonly sql: string;
  /** `::type`, or nothing. */
  readonly cast: string;
  /** `::type[]`, or nothing. */
  readonly listCast: string;
  readonly array: boolean;
  /** What orders a column of text; nothing for others. */
  readonly collation: string;
  /** The map's entry, where it is more than a name. */
  readonly mapped: Mapped | undefined;
}

/** Throws AuthorizeFilterError for a field that the map does not name. */
export function mappedColumn<Mapped extends MappedColumn>(columns: ColumnMap<Mapped>, field: unknown): Column<Mapped> {
  if (typeof field !== 'string') throw new AuthorizeFilterError('the answer names a field by something else than a string');
  const entry = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (entry === undefined) throw new AuthorizeFilterError(`the answer uses the field ${JSON.stringify(field)}, which the column map does not name`);
  const mapped = isMapped(entry) ? entry : undefined;
  const type = mapped?.type === undefined ? undefined : checkedType(mapped.type);
  return {
    field,
    sql: identifierText(columnIdentifier(isMapped(entry) ? entry.column : entry)),
    cast: type === undefined ? '' : `::${type}`,
    listCast: type === undefined ? '' : `::${type}[]`,
    array: mapped?.array === true,
    collation: type === 'text' ? ' COLLATE "C"' : '',
    mapped,
  };
}

function isMapped<Mapped extends MappedColumn>(entry: string | AuthorizeIdentifier | Mapped): entry is Mapped {
  return typeof entry === 'object' && 'column' in entry;
}

/** A type's name: words, a schema before them, a length or precision behind them. */
function checkedType(type: string): string {
  if (/^[a-z_]\w*(?:\.[a-z_]\w*)?(?: [a-z]+)*(?:\(\d+(?:,\d+)?\))?$/i.test(type)) return type;
  throw new AuthorizeFilterError(`${JSON.stringify(type)} is not the name of a type in a column map`);
}
