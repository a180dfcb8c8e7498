/**
 * Thrown where an authorization filter is missing, is not one, or is refused. Nothing was sent to
 * the database. The text that was refused is a field and not in the message, since a fragment may
 * hold a tenant's values and messages are logged.
 */
export class AuthorizeFilterError extends Error {
  override readonly name = 'AuthorizeFilterError';
  /** The SQL that was refused; undefined where the problem is not in a text. */
  readonly fragment: string | undefined;
  /** Where in `fragment` the problem begins, in UTF-16 code units. */
  readonly offset: number | undefined;
  /** The query that the filter was passed to, such as `GetAuthorizedThings`; undefined before there is one. */
  readonly query: string | undefined;
  /** Where that query is written, such as `queries/things.sql:1`. */
  readonly source: string | undefined;

  constructor(
    problem: string,
    details: {
      readonly fragment?: string | undefined;
      readonly offset?: number | undefined;
      readonly query?: string | undefined;
      readonly source?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    const place = details.query === undefined ? '' : `${details.query}${details.source === undefined ? '' : ` (${details.source})`}: `;
    const offset = details.offset === undefined ? '' : ` (at offset ${details.offset} of the fragment)`;
    super(`${place}${problem}${offset}`, 'cause' in details ? { cause: details.cause } : undefined);
    this.fragment = details.fragment;
    this.offset = details.offset;
    this.query = details.query;
    this.source = details.source;
  }
}
