/**
 * Work that needs one connection, or one transaction, on whatever handle the caller has.
 *
 * Invariant: a client borrowed from a pool goes back exactly once; after a failure it goes back to be
 * closed, as a pool's own `query` does it, because a connection that is being lost can look sound.
 */
import type { ClientPool, Database, PooledClient } from './database.js';
import type { QueryIdentity } from './definition.js';
import type { Driver } from './driver.js';

const NO_ROWS = { row: (): void => undefined };

/** Runs a command that has no values and no rows, such as `BEGIN`. */
export async function command(driver: Driver, identity: QueryIdentity, text: string): Promise<void> {
  await driver.query({ identity, text, onePlan: false }, [], NO_ROWS);
}

/**
 * Runs the work inside of a transaction, which is rolled back if the work rejects. The driver is of
 * one connection that has no transaction yet.
 */
export async function inTransaction<Result>(driver: Driver, identity: QueryIdentity, work: () => Promise<Result>): Promise<Result> {
  await command(driver, identity, 'BEGIN');
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    // Where the connection is lost, so is the transaction; what went wrong first is what matters.
    await command(driver, identity, 'ROLLBACK').catch(() => undefined);
    throw error;
  }
  await command(driver, identity, 'COMMIT');
  return result;
}

/** Runs the work with a client that the pool lends. */
export async function onLentClient<Result>(pool: Pick<ClientPool, 'connect'>, work: (client: Database) => Promise<Result>): Promise<Result> {
  const client: PooledClient = await pool.connect();
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
