/**
 * A primary and its hot standbys as one handle.
 *
 * Invariant: a standby is asked only for statements that are proven to read, so that whatever fails
 * there can be asked of the primary again; in a session, only when it has replayed the session's last
 * write. No row reaches the caller before its standby has answered in full, streams apart.
 */
import type { BoundValue, Database, RawRow } from './database.js';
import { DriverHandle, SetFailure, type BatchSink, type Completion, type Driver, type RowSink, type Statement } from './driver.js';
import { plainDriverOf } from './driver-of.js';
import { sqlStateOf } from './errors.js';

/** What `replicas` takes. */
export interface ReplicasOptions {
  /** A pool of the primary: whatever may write, and every transaction. */
  readonly primary: Database;
  /** A pool of each hot standby; one that leads to several servers must not be read in a session. */
  readonly replicas: readonly Database[];
  /** For how many milliseconds a standby that does not answer is passed over; 5000 by default. */
  readonly retryAfter?: number | undefined;
}

/** What `replicas` makes. A read on it may be as old as the standbys are behind. */
export interface Replicas extends Database {
  readonly pooled: boolean;
  /**
   * A handle that reads what was written through it before, and, given a position, what was written
   * before that; make one for each request. After a write, each read asks its standby how far it is.
   */
  session(after?: string): ReplicasSession;
}

/** What `session` makes. */
export interface ReplicasSession extends Database {
  readonly pooled: boolean;
  /** The place in the log that its reads wait for, to go on in another process; undefined where nothing was written. */
  position(): Promise<string | undefined>;
}

/**
 * One handle that sends each query which is proven to only read to one of the standbys in turn, and
 * everything else, and every transaction, to the primary. A read that fails on a standby, because it
 * is down, behind, or cancels it in favour of replay, runs on the primary.
 */
export function replicas({ primary, replicas: standbys, retryAfter = 5000 }: ReplicasOptions): Replicas {
  const of = standbys.map((db) => ({ driver: plainDriverOf(db), downUntil: 0 }));
  const servers = { primary: plainDriverOf(primary), standbys: of, retryAfter, turn: 0 };
  return Object.assign(new DriverHandle(new ReplicasDriver(servers, false)), {
    session(after?: string): ReplicasSession {
      const driver = new ReplicasDriver(servers, true, after);
      return Object.assign(new DriverHandle(driver), { position: () => driver.position() });
    },
  });
}

interface Standby {
  readonly driver: Driver;
  /** On the clock of `performance.now()`. */
  downUntil: number;
}

interface Servers {
  readonly primary: Driver;
  readonly standbys: readonly Standby[];
  readonly retryAfter: number;
  turn: number;
}

/** What the values or the caller's limits do, the primary would answer in the same way. */
const OWN = /^2[0-4]|^57014/;
const UNREACHABLE = /^(?:08|53|57P|E)/;

class ReplicasDriver implements Driver {
  readonly pooled: boolean;
  #position: Promise<string | undefined> | undefined;

  constructor(
    readonly servers: Servers,
    readonly inSession: boolean,
    after?: string,
  ) {
    this.pooled = servers.primary.pooled;
    this.#position = Promise.resolve(after);
  }

  hasTransaction(): boolean | undefined {
    return this.servers.primary.hasTransaction?.();
  }

  async query(statement: Statement, values: readonly BoundValue[], sink: RowSink, signal?: AbortSignal): Promise<Completion> {
    const rows: RawRow[] = [];
    const found = await this.#onStandby(statement, signal, (driver) =>
      driver.query(statement, values, { row: (row) => rows.push(row) }, signal),
    );
    if (!found) return this.#onPrimary((driver) => driver.query(statement, values, sink, signal), statement);
    for (const row of rows) sink.row(row);
    return found;
  }

  async batch(statement: Statement, sets: readonly (readonly BoundValue[])[], sink: BatchSink, signal?: AbortSignal): Promise<void> {
    const steps: [set: number, take: () => void][] = [];
    const kept: BatchSink = {
      readsRows: false,
      row: (set, row) => steps.push([set, () => sink.row(set, row)]),
      done: (set, completion) => steps.push([set, () => sink.done(set, completion)]),
    };
    const found = await this.#onStandby(statement, signal, (driver) => driver.batch(statement, sets, kept, signal).then(() => steps));
    if (!found) return this.#onPrimary((driver) => driver.batch(statement, sets, sink, signal), statement);
    for (const [set, take] of found) {
      try {
        take();
      } catch (error) {
        throw new SetFailure(set, error);
      }
    }
  }

  async *stream(
    statement: Statement,
    values: readonly BoundValue[],
    rows: number,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly RawRow[], void> {
    const found = await this.#onStandby(statement, signal, async (driver) => {
      const pieces = driver.stream(statement, values, rows, signal)[Symbol.asyncIterator]();
      return { pieces, first: await pieces.next() };
    });
    const pieces = found?.pieces ?? this.servers.primary.stream(statement, values, rows, signal)[Symbol.asyncIterator]();
    try {
      for (let next = found?.first ?? (await pieces.next()); next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
      this.#ran(statement);
    }
  }

  copy(statement: Statement, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal?: AbortSignal): Promise<number> {
    return this.#onPrimary((driver) => driver.copy(statement, chunks, signal));
  }

  connection<Result>(work: (db: Database) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#onPrimary((driver) => driver.connection(work, signal));
  }

  /** The primary is asked once, when it is needed: what was written before then stands before the answer. */
  position(): Promise<string | undefined> {
    return (this.#position ??= ask(this.servers.primary, 'SELECT pg_catalog.pg_current_wal_insert_lsn()', []));
  }

  async #onPrimary<Result>(work: (driver: Driver) => Promise<Result>, statement?: Statement): Promise<Result> {
    try {
      return await work(this.servers.primary);
    } finally {
      this.#ran(statement);
    }
  }

  /** What failed may have been done all the same. */
  #ran(statement: Statement | undefined): void {
    if (statement?.readOnly !== true) this.#position = undefined;
  }

  /** Undefined where the primary must be asked. */
  async #onStandby<Result>(
    { readOnly }: Statement,
    signal: AbortSignal | undefined,
    work: (driver: Driver) => Promise<Result>,
  ): Promise<Result | undefined> {
    const standby = readOnly === true && this.pooled ? this.#next() : undefined;
    if (standby === undefined) return undefined;
    let position;
    try {
      position = this.inSession ? await this.position() : undefined;
    } catch {
      this.#position = undefined;
      return undefined;
    }
    try {
      const isFresh =
        position === undefined ||
        (await ask(standby.driver, 'SELECT pg_catalog.pg_last_wal_replay_lsn() >= $1::pg_lsn', [position])) === 't';
      return isFresh ? await work(standby.driver) : undefined;
    } catch (error) {
      signal?.throwIfAborted();
      const state = sqlStateOf(error);
      if (state === undefined || UNREACHABLE.test(state)) standby.downUntil = performance.now() + this.servers.retryAfter;
      else if (OWN.test(state)) throw error;
      return undefined;
    }
  }

  #next(): Standby | undefined {
    const { servers } = this;
    const now = performance.now();
    for (const _ of servers.standbys) {
      const standby = servers.standbys[servers.turn++ % servers.standbys.length];
      if (standby !== undefined && standby.downUntil <= now) return standby;
    }
    return undefined;
  }
}

/** The first value of the first row. */
async function ask(driver: Driver, text: string, values: readonly string[]): Promise<string | undefined> {
  let answer: string | undefined;
  const statement: Statement = { identity: { name: 'replicas', command: 'one', source: 'replicas()' }, text, onePlan: false };
  await driver.query(statement, values, { row: ([value]) => void (answer = value ?? undefined) });
  return answer;
}
