/**
 * What the run time asks of a handle, and nothing more: node-postgres's `query` with a
 * configuration object. The types are structural, so that nothing of `pg` is imported; a `Pool`,
 * `PoolClient` or `Client` of `@types/pg` is assignable as it stands.
 */

/** A value as it is bound: text, or what node-postgres turns into text; bytes are sent as they are. */
export type BoundValue = string | number | bigint | boolean | Uint8Array | null | undefined;

/** A row in PostgreSQL's text format, by column number. */
export type RawRow = readonly (string | null)[];

/** What is handed to `query`: always the extended protocol, always rows as arrays of text. */
export interface RawQuery {
  readonly text: string;
  readonly values: readonly BoundValue[];
  readonly rowMode: 'array';
  readonly queryMode: 'extended';
  readonly types: { getTypeParser(oid: number, format?: string): (value: string) => string };
  /** A prepared statement's name; without one the statement is unnamed. */
  readonly name?: string;
}

export interface RawResult {
  readonly rows: readonly RawRow[];
  /** Rows affected or returned; null for commands that count none. */
  readonly rowCount: number | null;
  /** The command tag's first word, such as `INSERT`. */
  readonly command: string;
}

/**
 * A database handle: node-postgres's `Pool`, `PoolClient` or `Client`, or what `prepared` returns.
 * Queries on one client run in its transaction; a pool gives each query any client.
 */
export interface Database {
  query(config: RawQuery): Promise<RawResult>;
}

/**
 * A handle of one connection, such as a client or a transaction, for statements that are about that: LISTEN,
 * SAVEPOINT, SET, an advisory lock. A pool is none: each of its calls may get another connection.
 */
export interface Connection extends Database {
  /** A number where it is a pool of node-postgres's. */
  readonly totalCount?: undefined;
  /** True where it is a pool of another kind. */
  readonly pooled?: false | undefined;
}

/** A client that a pool has lent. */
export interface PooledClient extends Database {
  release(error?: Error | boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** A pool of clients, recognized by its counters. */
export interface ClientPool extends Database {
  readonly totalCount: number;
  readonly idleCount: number;
  connect(): Promise<PooledClient>;
}

/** Whether the handle is a pool, so that work that needs one connection must borrow a client. */
export function isPool(db: Database): db is ClientPool {
  return 'totalCount' in db && 'idleCount' in db && 'connect' in db && typeof db.connect === 'function';
}
