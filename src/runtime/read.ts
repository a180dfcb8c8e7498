/** What each command makes of a server's answer; see `commands.ts`. */
import type { RawRow } from './database.js';
import { decodeRow, type RowDefinition } from './decode-rows.js';
import type { Completion, RowSink } from './driver.js';
import { NoRowsError, TooManyRowsError } from './errors.js';

/** What a `:execresult` function resolves to. */
export interface ExecResult {
  /** The command tag's first word, such as `UPDATE`. */
  readonly command: string;
  /** Rows affected; 0 for a command that counts none. */
  readonly rowCount: number;
}

/** What a call resolves to, for each function of the run time; `Row` is the query's row. */
export interface Results<Row> {
  readonly many: Row[];
  readonly one: Row;
  readonly zeroOrOne: Row | null;
  readonly exec: void;
  readonly execRows: number;
  readonly execResult: ExecResult;
}

/** The same of a call with many sets of arguments. */
export interface BatchResults<Row> {
  readonly batchExec: void;
  readonly batchOne: (Row | null)[];
  readonly batchMany: Row[][];
}

/** Takes the rows of one call as they arrive, and makes the call's result of them. */
export interface Reader<Result> extends RowSink {
  result(completion: Completion): Result;
}

/** What a command does with rows: a reader for each call. */
export interface Reading<Row, Result> {
  /** Whether rows are looked at, so that reading can fail. */
  readonly readsRows: boolean;
  start(definition: RowDefinition<Row>): Reader<Result>;
}

class Rows<Row> implements Reader<Row[]> {
  readonly #rows: Row[] = [];

  constructor(readonly definition: RowDefinition<Row>) {}

  row(fields: RawRow): void {
    this.#rows.push(decodeRow(this.definition, fields));
  }

  result(): Row[] {
    return this.#rows;
  }
}

/** Keeps the first row as it came: how many there are matters before what is in them. */
class OnlyRow<Row, None> implements Reader<Row | None> {
  #first: RawRow | undefined;
  #count = 0;

  constructor(
    readonly definition: RowDefinition<Row>,
    readonly none: (definition: RowDefinition<Row>) => None,
  ) {}

  row(fields: RawRow): void {
    if (this.#count++ === 0) this.#first = fields;
  }

  result(): Row | None {
    if (this.#count > 1) throw new TooManyRowsError(this.definition, this.#count);
    return this.#first === undefined ? this.none(this.definition) : decodeRow(this.definition, this.#first);
  }
}

function noRow(): null {
  return null;
}

function missingRow(definition: RowDefinition<unknown>): never {
  throw new NoRowsError(definition);
}

function ignoreRow(): void {}

const NOTHING: Reader<void> = { row: ignoreRow, result: () => undefined };
const ROW_COUNT: Reader<number> = { row: ignoreRow, result: ({ rowCount }) => rowCount ?? 0 };
const EXEC_RESULT: Reader<ExecResult> = { row: ignoreRow, result: ({ command, rowCount }) => ({ command, rowCount: rowCount ?? 0 }) };

export function readMany<Row>(): Reading<Row, Row[]> {
  return { readsRows: true, start: (definition) => new Rows(definition) };
}

export function readOne<Row>(): Reading<Row, Row> {
  return { readsRows: true, start: (definition) => new OnlyRow(definition, missingRow) };
}

export function readZeroOrOne<Row>(): Reading<Row, Row | null> {
  return { readsRows: true, start: (definition) => new OnlyRow(definition, noRow) };
}

export function readNothing<Row>(): Reading<Row, void> {
  return { readsRows: false, start: () => NOTHING };
}

export function readRowCount<Row>(): Reading<Row, number> {
  return { readsRows: false, start: () => ROW_COUNT };
}

export function readExecResult<Row>(): Reading<Row, ExecResult> {
  return { readsRows: false, start: () => EXEC_RESULT };
}
