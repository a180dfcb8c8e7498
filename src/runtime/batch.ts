/**
 * `:batchexec`, `:batchone` and `:batchmany`: one call for many sets of params.
 *
 * Invariant: results stand in the order of their params. All params are bound before anything is
 * sent. A batch that has no transaction is one of its own, so that it is done whole or not at all; on
 * a client in a transaction it runs in that.
 */
import type { BoundValue, Database, RawRow } from './database.js';
import type { RowDefinition } from './decode-rows.js';
import type { QueryDefinition } from './definition.js';
import type { BatchSink, Completion, Statement } from './driver.js';
import { driverOf } from './driver-of.js';
import { readMany, readNothing, readZeroOrOne, type Reader, type Reading } from './read.js';
import { asCallersError, bindParams, statementOf } from './run.js';
import { SqlwardError } from './errors.js';

/** A generated function of a batch; the sets may be any iterable. */
export type BatchFunction<Params, Result> = (db: Database, paramSets: Iterable<Params>) => Promise<Result>;

/** `:batchexec`. */
export function batchExec<Params, Row>(definition: QueryDefinition<Params, Row>): BatchFunction<Params, void> {
  const runAll = batchFunction(definition, readNothing<Row>());
  return async (db, paramSets) => {
    await runAll(db, paramSets);
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
  return async (db, paramSets) => {
    const valueSets = bindSets(paramSets, (params) => bindParams(definition, params));
    return runBatch(db, definition, statement, valueSets, reading);
  };
}

/** Binds every set, before anything is sent. */
export function bindSets<Params>(
  paramSets: Iterable<Params>,
  bind: (params: Params) => readonly BoundValue[],
): (readonly BoundValue[])[] {
  return Array.from(paramSets, (params, set) => {
    try {
      return bind(params);
    } catch (error) {
      throw error instanceof SqlwardError ? error.inSet(set) : error;
    }
  });
}

/** Runs one text with each set of values, as the module says. An empty batch does not reach the server. */
export async function runBatch<Row, Result>(
  db: Database,
  definition: RowDefinition<Row>,
  statement: Statement,
  valueSets: readonly (readonly BoundValue[])[],
  reading: Reading<Row, Result>,
): Promise<Result[]> {
  if (valueSets.length === 0) return [];
  const results = new BatchResults(definition, reading);
  try {
    await driverOf(db).batch(statement, valueSets, results);
  } catch (error) {
    throw asCallersError(definition, error);
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
