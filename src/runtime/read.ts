/** What each command makes of a server's answer; see `commands.ts`. */
import type { RawResult, RawRow } from './database.js';
import { decodeRow, decodeRows, type RowDefinition } from './decode-rows.js';
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

export function readMany<Row>(definition: RowDefinition<Row>, result: RawResult): Row[] {
  return decodeRows(definition, result.rows);
}

export function readOne<Row>(definition: RowDefinition<Row>, result: RawResult): Row {
  const row = onlyRow(definition, result);
  if (row === undefined) throw new NoRowsError(definition);
  return decodeRow(definition, row);
}

export function readZeroOrOne<Row>(definition: RowDefinition<Row>, result: RawResult): Row | null {
  const row = onlyRow(definition, result);
  return row === undefined ? null : decodeRow(definition, row);
}

export function readNothing(): void {}

export function readRowCount(_definition: unknown, result: RawResult): number {
  return result.rowCount ?? 0;
}

export function readExecResult(_definition: unknown, result: RawResult): ExecResult {
  return { command: result.command, rowCount: result.rowCount ?? 0 };
}

function onlyRow<Row>(definition: RowDefinition<Row>, result: RawResult): RawRow | undefined {
  if (result.rows.length > 1) throw new TooManyRowsError(definition, result.rows.length);
  return result.rows[0];
}
