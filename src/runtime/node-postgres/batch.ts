/**
 * A batch as one query object: Parse once, Bind and Execute for each set, one Sync; one round trip,
 * and on a connection without a transaction one transaction of its own.
 *
 * Invariant: no more than a piece is written ahead of what the socket takes, and answers are read all
 * the while, so that neither side waits for the other, however large the batch. Once a set has failed
 * nothing but the Sync is sent.
 */
import type { BoundValue, RawRow } from '../database.js';
import { SetFailure, type BatchSink, type Statement } from '../driver.js';
import type { PgConnection } from './client.js';
import * as messages from './messages.js';
import { completionOf, PgQuery, send } from './query.js';
import type { Session } from './session.js';

/** Bytes gathered before they are written. */
const PIECE = 1 << 16;

/** PostgreSQL may settle on one plan for all values from the sixth execution on. */
const CUSTOM_PLANS = 5;

export class BatchQuery extends PgQuery<void> {
  #next = 0;
  #completed = 0;
  #synced = false;
  #resume: (() => void) | undefined;

  constructor(
    statement: Statement,
    readonly valueSets: readonly (readonly BoundValue[])[],
    readonly sink: BatchSink,
  ) {
    super(statement);
  }

  start(connection: PgConnection, session: Session): void {
    this.#write(connection, session);
  }

  override interrupt(connection: PgConnection): void {
    this.#finish(connection, false);
  }

  row(fields: RawRow): void {
    this.#told(() => this.sink.row(this.#completed, fields));
  }

  completed(tag: string): void {
    this.#told(() => this.sink.done(this.#completed, completionOf(tag)));
    this.#completed++;
  }

  override handleEmptyQuery(): void {
    this.#told(() => this.sink.done(this.#completed, completionOf('')));
    this.#completed++;
  }

  override handleError(error: unknown, connection: PgConnection): void {
    if (this.connection !== undefined) this.#finish(connection, isServers(error));
    super.handleError(new SetFailure(this.#completed, this.meaning(error)), connection);
  }

  outcome(): void {}

  #told(tell: () => void): void {
    if (this.failure !== undefined) return;
    try {
      tell();
    } catch (cause) {
      this.failure = { cause: new SetFailure(this.#completed, cause) };
    }
  }

  /** Writes pieces for as long as the socket takes them, and goes on when it has drained. */
  #write(connection: PgConnection, session: Session): void {
    while (!this.#synced) {
      if (!send(connection, this.#piece(session))) {
        this.#resume = () => this.#write(connection, session);
        connection.stream.once('drain', this.#resume);
        return;
      }
    }
  }

  #piece(session: Session): Buffer {
    messages.begin();
    if (this.#next === 0) {
      this.ask(session);
      messages.parse('', this.text);
    }
    while (this.#next < this.valueSets.length && messages.gathered() < PIECE) {
      const values = this.valueSets[this.#next] ?? [];
      if (!this.statement.onePlan && this.#next > 0 && this.#next % CUSTOM_PLANS === 0) messages.parse('', this.text);
      messages.bind('', values);
      messages.execute(0);
      this.#next++;
    }
    if (this.#next === this.valueSets.length) {
      messages.sync();
      this.#synced = true;
    }
    return messages.taken();
  }

  /**
   * After its own error the server passes over everything up to the Sync. After any other, as a
   * timeout, a Sync would commit the sets that are there already: then the connection goes.
   */
  #finish(connection: PgConnection, serverFailed: boolean): void {
    if (this.#resume !== undefined) connection.stream.off('drain', this.#resume);
    if (this.#synced) return;
    this.#synced = true;
    if (!serverFailed) {
      connection.stream.destroy();
      return;
    }
    messages.begin();
    messages.sync();
    send(connection, messages.taken());
  }
}

/** PostgreSQL's own errors have a severity. */
function isServers(error: unknown): boolean {
  return error instanceof Error && 'severity' in error;
}
