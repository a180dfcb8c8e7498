/** What generated code imports, as `sqlward/runtime`: commands, decoders and encoders, and the types in its signatures. */
export type { Key } from './key.js';
export type { BoundValue, Connection, Database, RawRow } from './database.js';
export type { CopyDefinition, GuardedDefinition, QueryDefinition, QueryIdentity } from './definition.js';

export type { CallOptions, StreamOptions } from './driver.js';
export { exec, execResult, execRows, many, one, zeroOrOne, type ManyFunction, type QueryFunction } from './commands.js';
export type { BatchResults, ExecResult, Results } from './read.js';
export { batchExec, batchMany, batchOne, type BatchFunction } from './batch.js';
export { copyFrom, type CopyFunction } from './copy.js';
export { authorized, type AuthorizedBatchFunction, type AuthorizedFunction, type AuthorizedManyFunction } from './guarded.js';
export type { AuthorizeFilter } from './authorize/index.js';

export { bigint, boolean, bytea, label, number, safeInteger, text, type RawValue } from './decode/scalar.js';
export { exactJson, json, type ExactJsonValue, type JsonValue } from './decode/json.js';
export { typedJson, type JsonKinds, type JsonParts } from './decode/typed-json.js';
export { decimal } from './decode/decimal.js';
export { intervalText, isoText, money } from './decode/styled.js';
export {
  duration,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  type Temporal,
  type TemporalLike,
  type TemporalName,
} from './decode/temporal.js';
export { date, timestamp, timestamptz } from './decode/timestamp.js';
export { array, arrayOfNullable, type ArrayOf, type ElementDecoder } from './decode/array.js';
export { multirange, range, type BoundDecoder, type BoundedRange, type EmptyRange, type Range } from './decode/range.js';
export { composite } from './decode/composite.js';

export { bindMoney } from './bind/money.js';
export { bindDuration, bindInstant, bindPlainDate, bindPlainDateTime, bindPlainTime } from './bind/temporal.js';
export { bindDate, bindTimestamp, bindTimestamptz } from './bind/timestamp.js';
export type { Int8Input } from './bind/int8.js';
export { bindJson, type JsonInput } from './bind/json.js';
export {
  bindArray,
  bindBytea,
  bindComposite,
  bindMultirange,
  bindRange,
  type Nested,
  type PartEncoder,
  type PlainPart,
} from './bind/structure.js';
