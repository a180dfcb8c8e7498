/**
 * The main entry: the generated functions, and what their callers need beside them. The guarded
 * queries without their guard are not here; they stand behind `sqlward/unfiltered`.
 */
export * from '../generated/index.js';

export { authorize, AuthorizeFilterError } from './runtime/index.js';
export { jsonNull, prepared } from './runtime/index.js';
export { BindError, DecodeError, NoRowsError, QueryError, SqlwardError, TooManyRowsError } from './runtime/index.js';
export type { AuthorizeFilter, Database, ExecResult, JsonInput, JsonValue, Range, RawQuery, RawResult } from './runtime/index.js';
