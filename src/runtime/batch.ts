/**
 * `:batchexec`, `:batchone` and `:batchmany`: one call for many sets of params.
 *
 * Invariant: results stand in the order of their params. All params are bound before anything is
 * sent. A batch that has no transaction is one of its own, so that it is done whole or not at all; on
 * a client in a transaction it runs in that.
 */
import { binder, bindSets, signalOf } from './arguments.js';
import type { BoundValue, Database, RawRow } from './database.js';
import type { RowDefinition } from './decode-rows.js';
import type { QueryDefinition } from './definition.js';
import type { BatchSink, CallOptions, Completion, Statement } from './driver.js';
import { driverOf } from './driver-of.js';
import { readMany, readNothing, readZeroOrOne, type Reader, type Reading } from './read.js';
import { asCallersError, statementOf } from './run.js';

/** A generated function of a batch; the sets may be any iterable. */
export type BatchFunction<Params, Result> = (db: Database, paramSets: Iterable<Params>, options?: CallOptions) => Promise<Result>;

/** `:batchexec`. */
export function batchExec<Params, Row>(definition: QueryDefinition<Params, Row>): BatchFunction<Params, void> {
  const runAll = batchFunction(definition, readNothing<Row>());
  return async (db, paramSets, options) => {
    await runAll(db, paramSets, options);
  };
}

/** `:batchone`: for each set its row or `null`. Rejects with `TooManyRowsError` at a second row. */
export function batchOne<Params, Row>(definition: QueryDefinition<Params, Row>): BatchFunction<Params, (Row | null)[]> {
  return batchFunction(definition, readZeroOrOne<Row>());
}

/** `:batchmany`: for each set its rows. */
export function batchMany<Params, Row>(definition: QueryDefinition<Params, Row>): BatchFunction<Params, Row[][]> {
  return batchFunction(definition, readMany<Row>());
}

function batchFunction<Params, Row, Result>(
  definition: QueryDefinition<Params, Row>,
  reading: Reading<Row, Result>,
): BatchFunction<Params, Result[]> {
  const statement = statementOf(definition);
  const bind = binder(definition);
  return async (db, paramSets, options) => runBatch(db, definition, statement, bindSets(definition, paramSets, bind), reading, options);
}

/** Runs one text with each set of values, as the module says. An empty batch does not reach the server. */
export async function runBatch<Row, Result>(
  db: Database,
  definition: RowDefinition<Row>,
  statement: Statement,
  valueSets: readonly (readonly BoundValue[])[],
  reading: Reading<Row, Result>,
  options: CallOptions | undefined,
): Promise<Result[]> {
  if (valueSets.length === 0) return [];
  const results = new BatchResults(definition, reading);
  const signal = signalOf(options);
  try {
    await driverOf(db).batch(statement, valueSets, results, signal);
  } catch (error) {
    throw asCallersError(definition, error, signal);
  }
  return results.all;
}

/** A reader for each set, which is under way alone. */
class BatchResults<Row, Result> implements BatchSink {
  readonly all: Result[] = [];
  readonly readsRows: boolean;
  #reader: Reader<Result>;

  constructor(
    readonly definition: RowDefinition<Row>,
    readonly reading: Reading<Row, Result>,
  ) {
    this.readsRows = reading.readsRows;
    this.#reader = reading.start(definition);
  }

  row(_set: number, fields: RawRow): void {
    this.#reader.row(fields);
  }

  done(_set: number, completion: Completion): void {
    this.all.push(this.#reader.result(completion));
    this.#reader = this.reading.start(this.definition);
  }
}
