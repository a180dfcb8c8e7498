/**
 * Drizzle: its transaction, shared with generated functions.
 *
 * Drizzle keeps what it runs on in its session: a client of node-postgres, postgres.js or PGlite, which
 * is a handle or has one here.
 */
import { UnsupportedError, type Database, type Handle } from '../runtime/index.js';
import { fromPGlite, type FromPGliteOptions, type PGliteInstance } from './pglite.js';
import { fromPostgresJs, type PostgresJs } from './postgres-js.js';

/** A database of Drizzle's, or what its `transaction` passes on. */
export interface DrizzleLike {
  readonly _: { readonly session: object };
}

/** By which Drizzle tells its classes apart. */
const KIND = Symbol.for('drizzle:entityKind');

const MAKERS: Readonly<Record<string, (client: never, options?: FromPGliteOptions) => Database>> = {
  NodePgSession: (client: Database) => client,
  PostgresJsSession: (client: PostgresJs) => fromPostgresJs(client),
  PgliteSession: (client: PGliteInstance, options) => fromPGlite(client, options),
};

/** A handle over what Drizzle runs on; the options are those of `fromPGlite`. */
export function fromDrizzle<Db extends DrizzleLike>(
  db: Db,
  options?: FromPGliteOptions,
): Handle<Db extends { rollback(): never } ? false : boolean>;
export function fromDrizzle(db: DrizzleLike, options?: FromPGliteOptions): Database {
  const { session } = db._;
  const kind = String(Reflect.get(session.constructor, KIND));
  const make = MAKERS[kind];
  if (make === undefined) {
    throw new UnsupportedError(
      `fromDrizzle knows Drizzle over node-postgres, postgres.js and PGlite, and no ${kind}; pass on what that is over`,
    );
  }
  return make(Reflect.get(session, 'client') as never, options);
}
