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

/** A client that a pool has lent, until it is given back. */
export interface Lent {
  readonly client: Database;
  giveBack(failed: boolean): void;
}

/** Takes a client from the pool; a client that comes after the signal goes back at once. */
export async function borrow(pool: Pick<ClientPool, 'connect'>, signal?: AbortSignal): Promise<Lent> {
  signal?.throwIfAborted();
  const lending = pool.connect();
  const client: PooledClient = await unlessAborted(lending, signal, (late) => late.release());
  // A lent client's `error` event, as when the server ends the connection, would end the process;
  // the statement that was under way rejects with the same error.
  const onError = (): void => undefined;
  client.on('error', onError);
  return {
    client,
    giveBack(failed) {
      client.off('error', onError);
      client.release(failed);
    },
  };
}

/** The work's result or, if that is sooner, a rejection with the signal's reason; then `late` takes the result. */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined, late: (result: Result) => void): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as unknown);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then((result) => {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) late(result);
      else resolve(result);
    }, (error: unknown) => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
    });
  });
}

/** Runs the work with a client that the pool lends. */
export async function onLentClient<Result>(
  pool: Pick<ClientPool, 'connect'>,
  work: (client: Database) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const lent = await borrow(pool, signal);
  let failed = true;
  try {
    const result = await work(lent.client);
    failed = false;
    return result;
  } finally {
    lent.giveBack(failed);
  }
}
