/**
 * The rows of a `:many`, one after the other, in memory for a few hundred.
 *
 * Invariant: nothing is sent before the first row is asked for; leaving the loop, or a failure, ends
 * the statement and gives a pool's connection back before the loop is left.
 */
import { signalOf } from './arguments.js';
import type { BoundValue, Database, RawRow } from './database.js';
import { decodeRow, type RowDefinition } from './decode-rows.js';
import type { Statement, StreamOptions } from './driver.js';
import { driverOf } from './driver-of.js';
import { BindError, ValueError } from './errors.js';
import { asCallersError } from './run.js';

const ROWS = 500;

/** What is to be sent. */
export interface Bound {
  readonly statement: Statement;
  readonly values: readonly BoundValue[];
}

/** One run of a statement; it can be iterated once, as a generator. */
export class RowStream<Row> implements AsyncIterableIterator<Row, undefined> {
  #pieces: AsyncIterator<readonly RawRow[], unknown> | undefined;
  #piece: readonly RawRow[] = [];
  #at = 0;
  #over = false;
  /** Calls that wait for the server; those after them wait for their turn. */
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #signal: AbortSignal | undefined;
  /** The arguments are bound when they are passed; what is wrong with them rejects when the first row is asked for. */
  readonly #bound: Bound | undefined;
  readonly #refusal: unknown;

  readonly #db: Database;
  readonly #definition: RowDefinition<Row>;
  readonly #options: StreamOptions | undefined;

  constructor(db: Database, definition: RowDefinition<Row>, bind: () => Bound, options: StreamOptions | undefined) {
    this.#db = db;
    this.#definition = definition;
    this.#options = options;
    try {
      this.#bound = bind();
    } catch (error) {
      this.#refusal = error;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Row, undefined>> {
    if (this.#waiting === 0 && this.#at < this.#piece.length) {
      try {
        return Promise.resolve(this.#row());
      } catch (error) {
        return this.#inTurn(() => this.#fail(error));
      }
    }
    return this.#inTurn(() => this.#advance());
  }

  return(): Promise<IteratorResult<Row, undefined>> {
    return this.#inTurn(async () => {
      await this.#close();
      return { done: true, value: undefined };
    });
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  #row(): IteratorResult<Row, undefined> {
    const row = this.#piece[this.#at++] ?? [];
    return { done: false, value: decodeRow(this.#definition, row) };
  }

  async #advance(): Promise<IteratorResult<Row, undefined>> {
    if (this.#bound === undefined) throw this.#refusal;
    try {
      while (!this.#over) {
        if (this.#at < this.#piece.length) return this.#row();
        this.#pieces ??= this.#start(this.#bound);
        const next = await this.#pieces.next();
        if (next.done === true) this.#over = true;
        else this.#piece = next.value;
        this.#at = 0;
      }
      return { done: true, value: undefined };
    } catch (error) {
      return this.#fail(error);
    }
  }

  #start(bound: Bound): AsyncIterator<readonly RawRow[], unknown> {
    const rows = this.#options?.rows ?? ROWS;
    if (!Number.isInteger(rows) || rows < 1 || rows > 0x7fffffff) {
      throw new BindError(this.#definition, new ValueError(`rows is ${rows}, and no number of rows from 1 on`));
    }
    this.#signal = signalOf(this.#options);
    return driverOf(this.#db).stream(bound.statement, bound.values, rows, this.#signal)[Symbol.asyncIterator]();
  }

  async #fail(error: unknown): Promise<never> {
    await this.#close();
    throw asCallersError(this.#definition, error, this.#signal);
  }

  /** What goes wrong while it ends is not what went wrong. */
  async #close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#piece = [];
    try {
      await this.#pieces?.return?.();
    } catch {
      // The connection is lost, and the statement with it.
    }
  }
}
