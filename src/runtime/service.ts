/** What a service imports beside its generated functions: the main entry of `sqlward`. */
export type { Connection, Database, RawQuery, RawResult } from './database.js';
export { BindError, DecodeError, NoRowsError, QueryError, SqlwardError, TooManyRowsError } from './errors.js';
export {
  authorize,
  AuthorizeFilterError,
  type AuthorizeFilter,
  type AuthorizeIdentifier,
  type FilterValue,
  type ListValue,
} from './authorize/index.js';
export { prepared } from './prepared.js';
export { replicas, type Replicas, type ReplicasOptions, type ReplicasSession } from './replicas.js';
export { transaction, type Transaction, type TransactionOptions } from './transaction.js';
export type { CallOptions, StreamOptions } from './driver.js';
export { aroundCalls, type Around, type QueryTrace } from './observe.js';
export type { ExecResult } from './read.js';
export type { ExactJsonValue, JsonValue } from './decode/json.js';
export type { BoundedRange, EmptyRange, Range } from './decode/range.js';
export { jsonNull, type JsonInput } from './bind/json.js';
