/**
 * One statement with one set of values.
 *
 * Invariant: everything leaves in one write (Parse where it is needed, Bind, Execute, Sync), nothing
 * is described, and each row is handed over as it arrives.
 */
import type { BoundValue, RawRow } from '../database.js';
import type { Completion, RowSink, Statement } from '../driver.js';
import { queueOf, type PgClient, type PgConnection } from './client.js';
import { isLastParsed, keepLastParsed } from './last-parsed.js';
import * as messages from './messages.js';
import { hasOwnServer, statementName } from './naming.js';
import { completionOf, PgQuery, send } from './query.js';
import { keepSession, type Session } from './session.js';

export class CallQuery extends PgQuery<Completion> {
  #tag = '';
  /** Whether the connection had the statement before this call. */
  #reused = false;

  constructor(
    statement: Statement,
    readonly values: readonly BoundValue[],
    readonly sink: RowSink,
    /** Undefined where it is out of reach; then nothing is named. */
    readonly client: PgClient | undefined,
    readonly naming: boolean,
  ) {
    super(statement);
  }

  start(connection: PgConnection, session: Session): void {
    messages.begin();
    const asked = this.ask(session, this.naming);
    if (this.naming) this.#prepare(connection, session, asked);
    else messages.parse('', this.text);
    messages.bind(this.name ?? '', this.values);
    messages.execute(0);
    messages.sync();
    const bytes = messages.taken();
    send(connection, bytes);
    keepSession(session, this.statement, bytes.length);
    if (this.naming && this.name === undefined) keepLastParsed(session, this.text, this.#reused);
  }

  /** Names the statement, or parses it unnamed, or neither where the connection has it already. */
  #prepare(connection: PgConnection, session: Session, asked: boolean): void {
    const own = this.client !== undefined && hasOwnServer(this.client, session);
    this.name = own && this.statement.onePlan ? statementName(this.statement) : undefined;
    if (this.name !== undefined) {
      this.#reused = connection.parsedStatements[this.name] === this.text;
      if (this.#reused) return;
      messages.closeStatement(this.name);
      messages.parse(this.name, this.text);
      return;
    }
    this.#reused = own && !asked && isLastParsed(session, this.text);
    if (this.#reused) return;
    messages.parse('', this.text);
  }

  row(fields: RawRow): void {
    if (this.failure !== undefined) return;
    try {
      this.sink.row(fields);
    } catch (cause) {
      this.failure = { cause };
    }
  }

  completed(tag: string): void {
    this.#tag = tag;
  }

  /** What the connection had can have gone, or can have become stale; a statement that fails alone has done nothing. */
  override handleError(error: unknown, connection: PgConnection): void {
    const { name } = this;
    if (name !== undefined) connection.parsedStatements[name] = undefined;
    else if (this.session !== undefined) this.session.parsed = undefined;
    const queue = this.client && queueOf(this.client);
    const meant = this.meaning(error);
    if (!this.#reused || meant !== error || !isStale(error) || queue === undefined) {
      super.handleError(meant, connection);
      return;
    }
    const onReady = ({ status }: { readonly status: string }): void => {
      connection.off('end', onEnd);
      if (status === 'I') queue.unshift(this);
      else super.handleError(error, connection);
    };
    const onEnd = (): void => {
      connection.off('readyForQuery', onReady);
      super.handleError(error, connection);
    };
    connection.prependOnceListener('readyForQuery', onReady);
    connection.once('end', onEnd);
  }

  outcome(): Completion {
    return completionOf(this.#tag);
  }
}

/**
 * Errors that a statement can owe to its having been parsed before: it is gone (26), its result has another shape (0A), what
 * it was analysed against is another (42, XX), a parameter has the type that a column once had (22).
 */
function isStale(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && 'code' in error && /^(?:26|0A|42|XX|22)/.test(String(error.code));
}
