/** A diagnostic as machines read it: plain data, with its place in lines and columns. */
import { causeLine, type Diagnostic, type Severity } from '../../diagnostic.js';
import { positionAt } from '../../sql/index.js';

export interface Problem {
  readonly severity: Severity;
  readonly message: string;
  /** Relative to the working directory, with forward slashes. */
  readonly file?: string;
  /** Lines and columns count from 1; a column is a code point. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly sqlstate?: string;
  readonly hint?: string;
  readonly help?: string;
  /** The name of the query. */
  readonly query?: string;
  /** The problem that this one follows from, in one line. */
  readonly cause?: string;
}

export function problemOf({ severity, message, file, start, end, sqlstate, hint, remedy, query, cause }: Diagnostic): Problem {
  const from = file && start !== undefined ? positionAt(file.text, start) : undefined;
  const to = file && end !== undefined ? positionAt(file.text, end) : undefined;
  return {
    severity,
    message,
    ...(file && { file: file.path }),
    ...(from && { line: from.line, column: from.column }),
    ...(to && { endLine: to.line, endColumn: to.column }),
    ...(sqlstate !== undefined && { sqlstate }),
    ...(hint !== undefined && { hint }),
    ...(remedy !== undefined && { help: remedy }),
    ...(query !== undefined && { query }),
    ...(cause !== undefined && { cause: causeLine(cause) }),
  };
}
