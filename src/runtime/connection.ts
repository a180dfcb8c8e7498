/**
 * Work that needs one connection, on whatever handle the caller has.
 *
 * Invariant: a client borrowed from a pool goes back exactly once; after a failure it goes back to be
 * closed, as a pool's own `query` does it, because a connection that is being lost can look sound.
 */
import { isPool, type ClientPool, type Database, type PooledClient } from './database.js';
import type { QueryIdentity } from './definition.js';
import { QueryError } from './errors.js';
import { PreparedDatabase } from './prepared.js';
import { readNothing } from './read.js';
import { run } from './run.js';

/** One connection: the client itself, and the handle to send statements by, which may name them. */
export interface Connection {
  readonly client: Database;
  readonly db: Database;
}

/** Runs the work on one connection; a pool lends a client for as long as it takes. */
export function onConnection<Result>(
  db: Database,
  identity: QueryIdentity,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const handle = db instanceof PreparedDatabase ? db.database : db;
  if (!isPool(handle)) return work({ client: handle, db });
  return borrow(handle, identity, (client) => work({ client, db: db instanceof PreparedDatabase ? db.over(client) : client }));
}

/**
 * On a pool, runs the work inside of a transaction of its own, which is rolled back if the work
 * rejects. On anything else, runs it as it is: in the transaction that the caller has, if any.
 */
export function inTransaction<Result>(
  db: Database,
  identity: QueryIdentity,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const isPooled = isPool(db instanceof PreparedDatabase ? db.database : db);
  if (!isPooled) return onConnection(db, identity, work);
  return onConnection(db, identity, async (connection) => {
    const { client } = connection;
    await run(client, identity, 'BEGIN', [], readNothing);
    let result: Result;
    try {
      result = await work(connection);
    } catch (error) {
      // Where the connection is lost, so is the transaction; what went wrong first is what matters.
      await run(client, identity, 'ROLLBACK', [], readNothing).catch(() => undefined);
      throw error;
    }
    await run(client, identity, 'COMMIT', [], readNothing);
    return result;
  });
}

async function borrow<Result>(
  pool: ClientPool,
  identity: QueryIdentity,
  work: (client: PooledClient) => Promise<Result>,
): Promise<Result> {
  let client: PooledClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw new QueryError(identity, error);
  }
  // A lent client's `error` event, as when the server ends the connection, would end the process;
  // the statement that was under way rejects with the same error.
  const onError = (): void => undefined;
  client.on('error', onError);
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } finally {
    client.off('error', onError);
    client.release(failed);
  }
}
