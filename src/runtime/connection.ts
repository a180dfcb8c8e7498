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
  readonly giveBack: (failed: boolean) => void;
}

/** A lent client's `error` event, as when the server ends the connection, would end the process; what is under way is told of it too. */
function ignore(): void {}

export function lent(client: PooledClient): Lent {
  client.on('error', ignore);
  return {
    client,
    giveBack(failed) {
      client.off('error', ignore);
      client.release(failed);
    },
  };
}

/** How a pool lends a client. */
export type Lend = () => Promise<Lent>;

export function lendBy(pool: Pick<ClientPool, 'connect'>): Lend {
  return async () => lent(await pool.connect());
}

/** Takes a client from a pool; one that comes after the signal goes back at once. */
export async function borrow(lend: Lend, signal?: AbortSignal): Promise<Lent> {
  signal?.throwIfAborted();
  return unlessAborted(lend(), signal, (late) => late.giveBack(false));
}

/** The work's result or, if that is sooner, a rejection with the signal's reason; then `late` takes the result. */
export function unlessAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
  late: (result: Result) => void,
): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as unknown);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(
      (result) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) late(result);
        else resolve(result);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });
}

/** Runs the work with a client that the pool lends. */
export async function onLentClient<Result>(lend: Lend, work: (client: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  const { client, giveBack } = await borrow(lend, signal);
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } finally {
    giveBack(failed);
  }
}
