/**
 * The unnamed statement that a connection has parsed last, for as long as it is certain.
 *
 * Invariant: it is certain where nobody has written a byte on the connection since, and the connection
 * keeps its server (see `naming.ts`). A statement is bound five times at most before it is parsed again:
 * from the sixth time on PostgreSQL may settle on one plan for all values.
 */
import type { PgConnection } from './client.js';

const CUSTOM_PLANS = 5;

interface Parsed {
  readonly text: string;
  uses: number;
  written: number;
}

const last = new WeakMap<PgConnection, Parsed>();

/** Whether the unnamed statement is this text, and may be bound once more. */
export function isLastParsed(connection: PgConnection, text: string): boolean {
  const parsed = last.get(connection);
  return parsed !== undefined && parsed.written === connection.stream.bytesWritten && parsed.text === text && parsed.uses < CUSTOM_PLANS;
}

/** Called when a call that parsed or bound the unnamed statement has written all that it writes. */
export function keepLastParsed(connection: PgConnection, text: string, reused: boolean): void {
  const parsed = last.get(connection);
  const written = connection.stream.bytesWritten;
  if (reused && parsed !== undefined) {
    parsed.uses++;
    parsed.written = written;
  } else {
    last.set(connection, { text, uses: 1, written });
  }
}

export function forgetLastParsed(connection: PgConnection): void {
  last.delete(connection);
}
