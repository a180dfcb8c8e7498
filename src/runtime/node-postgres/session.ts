/**
 * What a connection's session says of itself, as far as values depend on it: an encoding other than
 * UTF-8 would change texts, and `extra_float_digits` below 1 rounds floats.
 *
 * Invariant: the session is asked in front of the first statement that touches a table, and then only
 * in front of one that reads floats, where others have written on the connection since. The question
 * fails in another encoding, so that the statement does not run. What becomes of the encoding later the
 * server says by itself.
 */
import type { RawRow } from '../database.js';
import type { Statement } from '../driver.js';
import { BindError, type DecodeError, ValueError } from '../errors.js';
import { FLOAT_DIGITS, floatProblem } from '../float-digits.js';
import type { PgConnection } from './client.js';
import * as messages from './messages.js';

interface Session {
  /** Undefined as long as nobody has asked. */
  isUtf8: boolean | undefined;
  floatDigits: string | undefined;
  /** The server process, by its own word. */
  process: string | undefined;
  /** How many bytes had been written when the digits were last certain, or -1 where they are not. */
  written: number;
}

const sessions = new WeakMap<PgConnection, Session>();

function sessionOf(connection: PgConnection): Session {
  const known = sessions.get(connection);
  if (known !== undefined) return known;
  const session: Session = { isUtf8: undefined, floatDigits: undefined, process: undefined, written: -1 };
  sessions.set(connection, session);
  connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
    if (parameterName === 'client_encoding') session.isUtf8 = parameterValue === 'UTF8';
  });
  return session;
}

/** What the server process said of its number; undefined where nobody has asked yet. */
export function processOf(connection: PgConnection): string | undefined {
  return sessions.get(connection)?.process;
}

const QUESTION =
  `SELECT pg_catalog.pg_backend_pid(), ${FLOAT_DIGITS}, ` + "1 / (pg_catalog.current_setting('client_encoding') = 'UTF8')::int";

/**
 * Gathers the question where it must be asked in front of the statement; it takes the unnamed statement's place.
 * @param process whether the server's process must be known
 */
export function askSession(connection: PgConnection, statement: Statement, process: boolean): boolean {
  const session = sessionOf(connection);
  if (session.written !== connection.stream.bytesWritten) session.written = -1;
  const isOpen =
    (statement.identity.floats === true && session.written === -1) ||
    (touchesTables(statement) && session.isUtf8 === undefined) ||
    (process && session.process === undefined);
  if (!isOpen || !mayFollow(statement)) return false;
  messages.parse('', QUESTION);
  messages.bind('', []);
  messages.execute(0);
  session.written = 0;
  return true;
}

/** Whatever touches no table and returns no row could be a BEGIN, which allows no query before it. */
function mayFollow(statement: Statement): boolean {
  return (
    statement.onePlan || touchesTables(statement) || (statement.text.startsWith('--') && !statement.identity.command.startsWith('exec'))
  );
}

function touchesTables({ text, identity: { reads, writes } }: Statement): boolean {
  return text.startsWith('--') && (reads ?? writes) !== undefined;
}

/** Called when a statement has written all that it writes; one that touches no table may set something. */
export function keepSession(connection: PgConnection, statement: Statement): void {
  const session = sessions.get(connection);
  if (session !== undefined) session.written = session.written !== -1 && touchesTables(statement) ? connection.stream.bytesWritten : -1;
}

export function learnSession(connection: PgConnection, [process, digits]: RawRow): void {
  const session = sessionOf(connection);
  session.isUtf8 ??= true;
  session.process = process ?? undefined;
  session.floatDigits = digits ?? undefined;
}

/**
 * Why a statement must not run in this session, as far as that is known.
 * @param answered whether the session has just answered
 */
export function sessionProblem(connection: PgConnection, { identity }: Statement, answered: boolean): BindError | DecodeError | undefined {
  const session = sessions.get(connection);
  if (session?.isUtf8 === false) return new BindError(identity, new ValueError('the client_encoding is not UTF8; set it to UTF8'));
  if (session === undefined || !(answered || session.written === connection.stream.bytesWritten)) return undefined;
  return floatProblem(identity, session.floatDigits);
}

/** An error of the question, as the caller's: its division by zero says that the encoding is another one. */
export function questionError(connection: PgConnection, statement: Statement, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === '22012')) return error;
  sessionOf(connection).isUtf8 = false;
  return sessionProblem(connection, statement, true);
}
