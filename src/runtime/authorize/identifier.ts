/**
 * Names of columns and tables as SQL, always quoted, so that a name is a name whatever it holds:
 * unquoted, `user` would be the session's user.
 */
import { quoteName } from './ascii.js';
import { AuthorizeFilterError } from './error.js';

const KEY = Symbol('sqlward.identifier');

/** The identifier of one or more names, outermost first. */
export let makeIdentifier: (names: readonly string[]) => AuthorizeIdentifier;
export let isIdentifier: (value: unknown) => value is AuthorizeIdentifier;
/** The names as SQL, each in quotes. */
export let identifierText: (identifier: AuthorizeIdentifier) => string;

/** An escaped name for `authorize.sql` and `authorize.in`; only `authorize.ident` makes one. */
export class AuthorizeIdentifier {
  readonly #text: string;

  private constructor(key: symbol, text: string) {
    if (key !== KEY) throw new AuthorizeFilterError('only authorize.ident makes an identifier');
    this.#text = text;
    Object.freeze(this);
  }

  static {
    makeIdentifier = (names) => {
      if (names.length === 0) throw new AuthorizeFilterError('an identifier needs at least one name');
      return new AuthorizeIdentifier(KEY, names.map((name) => quoteName(checkedName(name))).join('.'));
    };
    isIdentifier = (value) => typeof value === 'object' && value !== null && #text in value;
    identifierText = (identifier) => identifier.#text;
  }
}

/**
 * The column that a string names as SQL would: `organization_id`, `connection_logs.organization_id`,
 * `"type"`. Unquoted names fold to lower case. Throws AuthorizeFilterError for anything else.
 */
export function columnIdentifier(column: string | AuthorizeIdentifier): AuthorizeIdentifier {
  if (isIdentifier(column)) return column;
  if (typeof column !== 'string') throw new AuthorizeFilterError('a column is a string or made by authorize.ident');
  const names: string[] = [];
  for (let at = 0; at <= column.length;) {
    NAME.lastIndex = at;
    const [all, quoted, unquoted] = NAME.exec(column) ?? [];
    if (all === undefined) {
      throw new AuthorizeFilterError(
        `${JSON.stringify(column)} is not a column's name, such as table.column; authorize.ident takes any name`,
      );
    }
    // PostgreSQL folds ASCII letters, and others only in a single-byte encoding.
    names.push(unquoted?.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) ?? (quoted ?? '').replaceAll('""', '"'));
    // Behind the last name, past the end.
    at += all.length + (all.endsWith('.') ? 0 : 1);
  }
  return makeIdentifier(names);
}

/** A name and the dot or the end behind it. */
const NAME = /(?:"((?:[^"]|"")*)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))(?:\.|$)/y;

function checkedName(name: unknown): string {
  if (typeof name !== 'string') throw new AuthorizeFilterError(`a name is a string, and not a ${typeof name}`);
  if (name === '') throw new AuthorizeFilterError('a name is empty');
  if (name.includes('\0')) throw new AuthorizeFilterError('a name holds a NUL character');
  if (/\p{Surrogate}/u.test(name)) throw new AuthorizeFilterError('a name holds half of a surrogate pair');
  return name;
}
