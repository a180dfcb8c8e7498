/**
 * What is known of a connection: what its session says of itself, as far as values depend on it (an
 * encoding other than UTF-8 would change texts, and `extra_float_digits` below 1 rounds floats), and
 * who reads its answers.
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
import { answersOf, type Answers } from './answers.js';
import type { PgConnection } from './client.js';
import * as messages from './messages.js';

export interface Session {
  readonly connection: PgConnection;
  readonly answers: Answers | undefined;
  /** Undefined as long as nobody has asked. */
  isUtf8: boolean | undefined;
  floatDigits: string | undefined;
  /** The server process, by its own word. */
  process: number | undefined;
  /**
   * How many bytes had been written when the digits were last certain, and those of this package since; -1
   * where they are not. As soon as anybody else writes it is behind for ever.
   */
  written: number;
  /** The unnamed statement that was parsed last; see `last-parsed.ts`. */
  parsed: { readonly text: string; uses: number; written: number } | undefined;
}

const sessions = new WeakMap<PgConnection, Session>();

export function sessionOf(connection: PgConnection): Session {
  const known = sessions.get(connection);
  if (known !== undefined) return known;
  const session: Session = {
    connection,
    answers: answersOf(connection),
    isUtf8: undefined,
    floatDigits: undefined,
    process: undefined,
    written: -1,
    parsed: undefined,
  };
  sessions.set(connection, session);
  connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
    if (parameterName === 'client_encoding') session.isUtf8 = parameterValue === 'UTF8';
  });
  return session;
}

const QUESTION =
  `SELECT pg_catalog.pg_backend_pid(), ${FLOAT_DIGITS}, ` + "1 / (pg_catalog.current_setting('client_encoding') = 'UTF8')::int";

/**
 * Gathers the question where it must be asked in front of the statement; it takes the unnamed statement's place.
 * @param process whether the server's process must be known
 */
export function askSession(session: Session, statement: Statement, process: boolean): boolean {
  const isOpen =
    (statement.identity.floats === true && session.written !== session.connection.stream.bytesWritten) ||
    (session.isUtf8 === undefined && touchesTables(statement)) ||
    (process && session.process === undefined);
  if (!isOpen || !mayFollow(statement)) return false;
  messages.parse('', QUESTION);
  messages.bind('', []);
  messages.execute(0);
  session.written = session.connection.stream.bytesWritten;
  return true;
}

/** Whatever touches no table and returns no row could be a BEGIN, which allows no query before it. */
function mayFollow(statement: Statement): boolean {
  return (
    statement.onePlan || touchesTables(statement) || (statement.text.startsWith('--') && !statement.identity.command.startsWith('exec'))
  );
}

function touchesTables({ text, identity: { reads, writes } }: Statement): boolean {
  return (reads ?? writes) !== undefined && text.startsWith('--');
}

/** Called when a statement has written all that it writes; one that touches no table may set something. */
export function keepSession(session: Session, statement: Statement, bytes: number): void {
  if (session.written !== -1) session.written = touchesTables(statement) ? session.written + bytes : -1;
}

export function learnSession(session: Session, [process, digits]: RawRow): void {
  session.isUtf8 ??= true;
  session.process = Number(process);
  session.floatDigits = digits ?? undefined;
}

/**
 * Why a statement must not run in this session, as far as that is known.
 * @param answered whether the session has just answered
 */
export function sessionProblem(session: Session, { identity }: Statement, answered: boolean): BindError | DecodeError | undefined {
  if (session.isUtf8 === false) return new BindError(identity, new ValueError('the client_encoding is not UTF8; set it to UTF8'));
  if (identity.floats !== true || !(answered || session.written === session.connection.stream.bytesWritten)) return undefined;
  return floatProblem(identity, session.floatDigits);
}

/** An error of the question, as the caller's: its division by zero says that the encoding is another one. */
export function questionError(session: Session, statement: Statement, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === '22012')) return error;
  session.isUtf8 = false;
  return sessionProblem(session, statement, true);
}
