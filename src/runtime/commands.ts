/**
 * One function for each command. Each takes a query's definition and returns the function that the
 * generated module exports: it binds, sends, and gives the rows their types.
 *
 * Every returned function rejects, and never throws: with `BindError` before anything is sent,
 * `QueryError` where the server or the connection fails, `DecodeError` where a value is not of its
 * declared type.
 */
import type { Database } from './database.js';
import type { QueryDefinition } from './definition.js';
import { readExecResult, readMany, readNothing, readOne, readRowCount, readZeroOrOne, type ExecResult, type Reading } from './read.js';
import { bindParams, run, statementOf } from './run.js';

/** A generated function. */
export type QueryFunction<Params, Result> = (db: Database, params: Params) => Promise<Result>;

/** `:many`: every row. */
export function many<Params, Row>(definition: QueryDefinition<Params, Row>): QueryFunction<Params, Row[]> {
  return queryFunction(definition, readMany<Row>());
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
  return (db, params) => {
    try {
      return run(db, statement, bindParams(definition, params), reading.start(definition));
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
