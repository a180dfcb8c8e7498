/** A batch on a handle that takes one set of values at a time, or some. */
import type { BoundValue, RawResult, RawRow } from './database.js';
import { SetFailure, type BatchSink } from './driver.js';
import { ValueError } from './errors.js';

/**
 * Runs the sets in turn until one fails, `window` of them at once. Every one is waited for, so that
 * none is under way when this rejects. The first failure tells the reason; in a transaction the later
 * ones only say that it is aborted.
 */
export async function eachSet(
  valueSets: readonly (readonly BoundValue[])[],
  window: number,
  call: (values: readonly BoundValue[]) => Promise<RawResult>,
  sink: BatchSink,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let start = 0; start < valueSets.length; start += window) {
    signal?.throwIfAborted();
    const started = valueSets.slice(start, start + window).map(call);
    for (const [index, outcome] of (await Promise.allSettled(started)).entries()) {
      const set = start + index;
      if (outcome.status === 'rejected') throw new SetFailure(set, outcome.reason);
      try {
        for (const row of outcome.value.rows) sink.row(set, row);
        sink.done(set, outcome.value);
      } catch (error) {
        throw new SetFailure(set, error);
      }
    }
  }
}

/**
 * A result whose first row is as it was asked for. A wrapper around a client that drops `rowMode` or
 * `types` would otherwise turn every nullable column into NULL.
 */
export function checkRaw(result: RawResult): RawResult {
  const row: RawRow | undefined = result.rows[0];
  if (
    row !== undefined &&
    !(Array.isArray(row) && (row as readonly unknown[]).every((value) => typeof value === 'string' || value === null))
  )
    throw new ValueError(NOT_RAW);
  return result;
}

const NOT_RAW = 'the database handle does not answer with rows as arrays of text; it must pass on the whole configuration that it is given';
