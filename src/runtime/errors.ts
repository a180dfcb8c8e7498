/**
 * One class for each decision that a caller takes. Every error says which query it comes from and
 * where that query is written, and keeps what went wrong below it as `cause`.
 */
import type { QueryIdentity } from './definition.js';

/** The base of every error of the run time but `AuthorizeFilterError`. */
export abstract class SqlwardError extends Error {
  /** The query's name, such as `GetThings`. */
  readonly query: string;
  /** Where the query is written, such as `queries/things.sql:1`. */
  readonly source: string;
  /** Which set of a batch failed, from 0; undefined for everything else. */
  set: number | undefined;

  constructor(identity: QueryIdentity, problem: string, options?: ErrorOptions) {
    super(`${identity.name} (${identity.source}): ${problem}`, options);
    this.query = identity.name;
    this.source = identity.source;
  }

  /** The same error, of a set in a batch. */
  inSet(set: number): this {
    this.set = set;
    return this;
  }
}

/**
 * The database or the connection to it failed; `cause` is the driver's error.
 *
 * `message` ends with the server's own message, for logs. That text can quote values of rows, also
 * of rows that an authorization filter hides: never show it to an end user.
 */
export class QueryError extends SqlwardError {
  override readonly name = 'QueryError';
  /**
   * The SQLSTATE, such as `23505`; also of a connection that could not be made (`08001`) or was lost
   * (`08006`), of which the driver's own code is in `cause`. Undefined where there is none.
   */
  readonly code: string | undefined;
  /** The constraint that was violated, where the server names one. */
  readonly constraint: string | undefined;
  /**
   * Whether nothing was done, and the same may succeed when it is tried again: a serialization failure,
   * a deadlock, a lock that was not to be had, a server that takes no connection. Inside a transaction
   * it is the whole transaction that must be tried again.
   */
  readonly retryable: boolean;

  constructor(identity: QueryIdentity, cause: unknown) {
    super(identity, messageOf(cause), { cause });
    const server = isServerError(cause) ? cause : undefined;
    this.code = server?.code ?? connectionState(cause);
    const constraint = server?.constraint ?? server?.constraint_name;
    this.constraint = typeof constraint === 'string' ? constraint : undefined;
    this.retryable = this.code !== undefined && RETRYABLE.has(this.code);
  }
}

const RETRYABLE: ReadonlySet<string> = new Set(['40001', '40P01', '55P03', '53300', '57P03', '08001']);

/** Node's codes, and postgres.js's. */
const NOT_MADE = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|CONNECT_TIMEOUT)$/;
const LOST = /^(?:ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED|CONNECTION_(?:CLOSED|DESTROYED))$/;

/** The SQLSTATE of what went wrong with a connection; node-postgres has no code for most of it. */
export function connectionState(cause: unknown): string | undefined {
  if (cause instanceof AggregateError) return connectionState(cause.errors[0]);
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause ? String(cause.code) : '';
  if (NOT_MADE.test(code) || /^timeout e(?:xceeded when trying to connect|xpired)$|due to connection timeout$/.test(cause.message))
    return '08001';
  const isLost = /^Connection terminated|^Client (?:has encountered a connection error|was closed)/.test(cause.message);
  return LOST.test(code) || isLost ? '08006' : undefined;
}

/** The SQLSTATE that an error, or what caused it, carries. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  }
  return undefined;
}

/** A query that finds at most one row found more. */
export class TooManyRowsError extends SqlwardError {
  override readonly name = 'TooManyRowsError';

  /** @param rowCount how many rows came. */
  constructor(
    identity: QueryIdentity,
    readonly rowCount: number,
  ) {
    super(identity, `expected at most one row, and got ${rowCount}`);
  }
}

/** A query that always finds a row found none, as when a trigger or a rule withholds it. */
export class NoRowsError extends SqlwardError {
  override readonly name = 'NoRowsError';

  constructor(identity: QueryIdentity) {
    super(identity, 'expected one row, and got none');
  }
}

/**
 * A value did not have the declared shape: a NULL in a column declared not null, a NULL element, a
 * number or a date beyond what the JavaScript type can hold. `cause` is a `ValueError`.
 */
export class DecodeError extends SqlwardError {
  override readonly name = 'DecodeError';

  /** @param column the result column's name; undefined where the failure lies in none. */
  constructor(
    identity: QueryIdentity,
    readonly column: string | undefined,
    cause: unknown,
  ) {
    const reason = messageOf(cause);
    super(identity, column === undefined ? reason : `column ${column}: ${reason}`, { cause });
  }
}

/** An argument cannot be sent, such as an invalid `Date`; nothing was sent. `cause` says why. */
export class BindError extends SqlwardError {
  override readonly name = 'BindError';

  constructor(identity: QueryIdentity, cause: unknown) {
    super(identity, `cannot send the arguments: ${messageOf(cause)}`, { cause });
  }
}

/** What a decoder or binder throws; callers see it as the `cause` of a `DecodeError` or `BindError`. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** Where every address of a host refuses, Node's error says nothing but in the errors that it holds. */
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(messageOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}

/** PostgreSQL's own errors have a severity; a socket's have a `code` too, such as `EPIPE`, but no severity. */
function isServerError(error: unknown): error is Error & { code: string; constraint?: unknown; constraint_name?: unknown } {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && 'severity' in error && typeof error.severity === 'string'
  );
}
