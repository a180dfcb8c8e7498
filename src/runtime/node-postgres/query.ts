/**
 * What every query object of this package has in common: what node-postgres's client submits in place
 * of its own `Query`.
 *
 * Invariant: to the client it behaves as `Query` does. It calls its callback once, with the first
 * error or with none; `query_timeout`, a cancelled statement and a lost connection reach it by the
 * same methods. `text`, `values` and `name` are there for those who watch a client, and a `text` that
 * they change is what is sent.
 */
import type { RawRow } from '../database.js';
import type { Completion, Statement } from '../driver.js';
import type { Callback, PgConnection } from './client.js';
import * as messages from './messages.js';
import { askSession, learnSession, questionError, sessionOf, sessionProblem, type Session } from './session.js';

export abstract class PgQuery<Outcome> {
  /** The client's or the pool's; they may put another one in its place. */
  callback: Callback | undefined;
  name: string | undefined;
  text: string;
  /** Where it was submitted; undefined as long as it waits for its turn. */
  connection: PgConnection | undefined;
  /** Nobody waits for it any more: it is not sent. */
  withdrawn = false;
  /** What the sink threw; the connection is as sound as before. */
  failure: { readonly cause: unknown } | undefined;
  /** The connection's. */
  protected session: Session | undefined;
  /** Whether the server is still to answer what its session is like. */
  #asking = false;

  constructor(readonly statement: Statement) {
    this.text = statement.text;
  }

  /** Sends what the query begins with. */
  abstract start(connection: PgConnection, session: Session): void;
  abstract row(fields: RawRow): void;
  abstract completed(tag: string): void;
  /** What the call comes to, where nothing failed. */
  abstract outcome(): Outcome;

  submit(connection: PgConnection): Error | null {
    if (this.withdrawn) return new Error('the call was ended before it was sent');
    const session = sessionOf(connection);
    const problem = sessionProblem(session, this.statement, false);
    if (problem !== undefined) return problem;
    this.connection = connection;
    this.session = session;
    session.answers?.take(this);
    this.start(connection, session);
    return null;
  }

  /** Gathers a question about the session in front of the statement, where there is one; then nothing is parsed unnamed. */
  protected ask(session: Session, process = false): boolean {
    this.#asking = askSession(session, this.statement, process);
    return this.#asking;
  }

  /** An error with what it means, where it is the question's own. */
  protected meaning(error: unknown): unknown {
    return this.#asking && this.session !== undefined ? questionError(this.session, this.statement, error) : error;
  }

  fields(fields: RawRow): void {
    if (!this.#asking) this.row(fields);
    else if (this.session !== undefined) learnSession(this.session, fields);
  }

  tag(tag: string): void {
    if (!this.#asking) {
      this.completed(tag);
      return;
    }
    this.#asking = false;
    const cause = this.session && sessionProblem(this.session, this.statement, true);
    if (cause !== undefined) this.failure = { cause };
  }

  handleDataRow({ fields }: { readonly fields: RawRow }): void {
    this.fields(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.tag(text);
  }

  /** Nobody waits for it any more, and the server is being told; for what else must be done. */
  interrupt(_connection: PgConnection): void {}

  /** What went wrong first is what is told, as with node-postgres's own object. */
  settle(error: unknown, resolve: (outcome: Outcome) => void, reject: (error: unknown) => void): void {
    if (this.failure !== undefined) reject(this.failure.cause);
    else if (error) reject(error);
    else resolve(this.outcome());
  }

  handleError(error: unknown, _connection: PgConnection): void {
    this.callback?.(error);
  }

  handleReadyForQuery(): void {
    this.callback?.(null, this);
  }

  /** Nothing is described, so that none comes. */
  handleRowDescription(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  /** The server has passed over the Sync, and reads nothing but data until it is told that none comes. */
  handleCopyInResponse(connection: PgConnection): void {
    connection.sendCopyFail('No source stream defined');
    messages.begin();
    messages.sync();
    send(connection, messages.taken());
  }

  handleCopyData(): void {}
}

/** Whether more may be written at once. A connection that is lost says so to the client, which tells every query. */
export function send(connection: PgConnection, bytes: Buffer): boolean {
  return !connection.stream.writable || connection.stream.write(bytes);
}

let last: { readonly tag: string; readonly completion: Completion } | undefined;

/** From a command's tag, such as `INSERT 0 3`, `UPDATE 5`, `BEGIN`. */
export function completionOf(tag: string): Completion {
  if (last?.tag === tag) return last.completion;
  const [, command = '', first, second] = /^([A-Za-z]+)(?: (\d+))?(?: (\d+))?/.exec(tag) ?? [];
  const count = second ?? first;
  last = { tag, completion: { command, rowCount: count === undefined ? null : Number(count) } };
  return last.completion;
}
