/**
 * One function for each command. Each takes a query's definition and returns the function that the
 * generated module exports: it binds, sends, and gives the rows their types.
 *
 * Every returned function rejects, and never throws: with `BindError` before anything is sent,
 * `QueryError` where the server or the connection fails, `DecodeError` where a value is not of its
 * declared type, and the signal's reason where the call was ended.
 */
import { binder, takesParams, type Arguments } from './arguments.js';
import type { Database } from './database.js';
import type { QueryDefinition } from './definition.js';
import type { CallOptions, StreamOptions } from './driver.js';
import { readExecResult, readMany, readNothing, readOne, readRowCount, readZeroOrOne, type ExecResult, type Reading } from './read.js';
import { run, statementOf } from './run.js';
import { RowStream } from './stream.js';

/** A generated function. */
export type QueryFunction<Params, Result> = (db: Database, ...args: Arguments<Params>) => Promise<Result>;

/** A generated function of a `:many`. */
export interface ManyFunction<Params, Row> {
  (db: Database, ...args: Arguments<Params>): Promise<Row[]>;
  /** The rows one after the other, fetched as they are asked for. On a pool it holds one connection until it ends. */
  readonly stream: (db: Database, ...args: Arguments<Params, StreamOptions>) => AsyncIterable<Row>;
}

/** `:many`: every row. */
export function many<Params, Row>(definition: QueryDefinition<Params, Row>): ManyFunction<Params, Row> {
  const statement = statementOf(definition);
  const bind = binder(definition);
  const hasParams = takesParams(definition);
  const stream = (db: Database, ...args: readonly unknown[]): AsyncIterable<Row> => {
    const options = args[hasParams ? 1 : 0] as StreamOptions | undefined;
    return new RowStream(db, definition, () => ({ statement, values: bind(args[0] as Params) }), options);
  };
  return Object.assign(queryFunction(definition, readMany<Row>()), { stream });
}

/** `:one` that always finds a row. Rejects with `NoRowsError` or `TooManyRowsError` otherwise. */
export function one<Params, Row>(definition: QueryDefinition<Params, Row>): QueryFunction<Params, Row> {
  return queryFunction(definition, readOne<Row>());
}

/** `:one`: the row, or `null`. Rejects with `TooManyRowsError` at a second row. */
export function zeroOrOne<Params, Row>(definition: QueryDefinition<Params, Row>): QueryFunction<Params, Row | null> {
  return queryFunction(definition, readZeroOrOne<Row>());
}

/** `:exec`: nothing. */
export function exec<Params, Row>(definition: QueryDefinition<Params, Row>): QueryFunction<Params, void> {
  return queryFunction(definition, readNothing<Row>());
}

/** `:execrows`: how many rows were affected. */
export function execRows<Params, Row>(definition: QueryDefinition<Params, Row>): QueryFunction<Params, number> {
  return queryFunction(definition, readRowCount<Row>());
}

/** `:execresult`: the command's tag and row count. */
export function execResult<Params, Row>(definition: QueryDefinition<Params, Row>): QueryFunction<Params, ExecResult> {
  return queryFunction(definition, readExecResult<Row>());
}

function queryFunction<Params, Row, Result>(
  definition: QueryDefinition<Params, Row>,
  reading: Reading<Row, Result>,
): QueryFunction<Params, Result> {
  const statement = statementOf(definition);
  const bind = binder(definition);
  const hasParams = takesParams(definition);
  return (db: Database, ...args: readonly unknown[]) => {
    try {
      const options = args[hasParams ? 1 : 0] as CallOptions | undefined;
      return run(db, statement, bind(args[0] as Params), reading.start(definition), options);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
