/**
 * A statement whose rows are fetched piece by piece from its portal.
 *
 * Invariant: at most two pieces are in memory, and no third is asked for, whatever the size of the
 * result. The statement is over, its portal closed, once the iteration has ended, however it ends.
 */
import type { BoundValue, RawRow } from '../database.js';
import type { Statement } from '../driver.js';
import type { PgConnection } from './client.js';
import * as messages from './messages.js';
import { PgQuery, send } from './query.js';
import { keepSession, type Session } from './session.js';

type Piece = readonly RawRow[];

export class StreamQuery extends PgQuery<void> implements AsyncIterator<Piece, undefined> {
  #arriving: RawRow[] = [];
  readonly #ready: Piece[] = [];
  /** Whether the server has more, and has been asked for none of it. */
  #suspended = false;
  #synced = false;
  /** The end, with the error that it came with. */
  #end: { readonly failed: boolean; readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  constructor(
    statement: Statement,
    readonly values: readonly BoundValue[],
    readonly rows: number,
  ) {
    super(statement);
  }

  start(connection: PgConnection, session: Session): void {
    messages.begin();
    this.ask(session);
    messages.parse('', this.text);
    messages.bind('', this.values);
    messages.execute(this.rows);
    messages.flush();
    const bytes = messages.taken();
    send(connection, bytes);
    keepSession(session, this.statement, bytes.length);
  }

  /** The next piece, in order; called again only when the one before has come. */
  async next(): Promise<IteratorResult<Piece, undefined>> {
    for (;;) {
      const value = this.#ready.shift();
      if (value !== undefined) {
        this.#fetch();
        return { done: false, value };
      }
      if (this.#end !== undefined) {
        if (this.#end.failed) throw this.#end.error;
        return { done: true, value: undefined };
      }
      await this.#change();
    }
  }

  /** Closes the portal; resolves when the connection is free. */
  async return(): Promise<IteratorResult<Piece, undefined>> {
    if (this.connection !== undefined) this.#close(this.connection);
    while (this.#end === undefined) await this.#change();
    return { done: true, value: undefined };
  }

  /** The client's or the pool's callback leads here. */
  finished(error: unknown): void {
    const failure = this.failure ?? (error ? { cause: error } : undefined);
    this.#end ??= { failed: failure !== undefined, error: failure?.cause };
    this.#changed();
  }

  /** A server that waits for the next Execute does not take notice of a request to cancel. */
  override interrupt(connection: PgConnection): void {
    this.#close(connection);
  }

  row(fields: RawRow): void {
    if (!this.#synced && this.failure === undefined) this.#arriving.push(fields);
  }

  override handlePortalSuspended(): void {
    this.#suspended = true;
    this.#arrived();
    if (this.failure !== undefined && this.connection !== undefined) this.#close(this.connection);
    if (this.#ready.length < 2) this.#fetch();
  }

  completed(): void {
    this.#arrived();
    if (this.connection !== undefined) this.#sync(this.connection);
  }

  override handleEmptyQuery(): void {
    this.completed();
  }

  override handleError(error: unknown, connection: PgConnection): void {
    if (this.connection !== undefined) this.#sync(connection);
    super.handleError(this.meaning(error), connection);
  }

  outcome(): void {}

  #arrived(): void {
    if (this.#arriving.length > 0) this.#ready.push(this.#arriving);
    this.#arriving = [];
    this.#changed();
  }

  #fetch(): void {
    if (!this.#suspended || this.#synced || this.connection === undefined) return;
    this.#suspended = false;
    messages.begin();
    messages.execute(this.rows);
    messages.flush();
    send(this.connection, messages.taken());
  }

  #close(connection: PgConnection): void {
    this.#ready.length = 0;
    this.#arriving = [];
    if (this.#synced) return;
    messages.begin();
    messages.closePortal();
    messages.sync();
    this.#synced = true;
    send(connection, messages.taken());
  }

  #sync(connection: PgConnection): void {
    if (this.#synced) return;
    messages.begin();
    messages.sync();
    this.#synced = true;
    send(connection, messages.taken());
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #changed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
