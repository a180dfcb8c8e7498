/**
 * The unnamed statement that a connection has parsed last, for as long as it is certain.
 *
 * Invariant: it is certain where nobody has written a byte on the connection since, and the connection
 * keeps its server (see `naming.ts`). A statement is bound five times at most before it is parsed again:
 * from the sixth time on PostgreSQL may settle on one plan for all values.
 */
import type { Session } from './session.js';

const CUSTOM_PLANS = 5;

/** Whether the unnamed statement is this text, and may be bound once more. A stream of somebody else's may not count its bytes. */
export function isLastParsed({ parsed, connection }: Session, text: string): boolean {
  if (parsed === undefined || parsed.text !== text || parsed.uses >= CUSTOM_PLANS) return false;
  return parsed.written > 0 && parsed.written === connection.stream.bytesWritten;
}

/** Called when a call that parsed or bound the unnamed statement has written all that it writes. */
export function keepLastParsed(session: Session, text: string, reused: boolean): void {
  const written = session.connection.stream.bytesWritten;
  if (reused && session.parsed !== undefined) {
    session.parsed.uses++;
    session.parsed.written = written;
  } else {
    session.parsed = { text, uses: 1, written };
  }
}
