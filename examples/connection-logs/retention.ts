/** Deletes logs older than a time, in batches of a bounded size, oldest first, beside traffic. */
import { deleteOldConnectionLogs } from '@sqlward/connection-logs';
import type { Database } from 'sqlward';

export interface Retention {
  readonly connectedBefore: Date;
  /** Logs a statement: how long its locks are held follows from it. */
  readonly batchSize?: number;
  /** Between two batches, so that traffic comes through. */
  readonly pauseMilliseconds?: number;
  readonly signal?: AbortSignal;
}

/** Resolves to how many were deleted, by all batches together. */
export async function deleteOldLogs(
  db: Database,
  { connectedBefore, batchSize = 1000, pauseMilliseconds = 10, signal }: Retention,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = Number(await deleteOldConnectionLogs(db, { connectedBefore, batchSize }, signal && { signal }));
    deleted += count;
    if (count < batchSize || signal?.aborted === true) return deleted;
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}
