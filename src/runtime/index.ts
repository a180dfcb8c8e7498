/**
 * The door of this room within the repository. It is published as two entries, so that what
 * generated code is built from does not clutter what a service imports; what drivers are built from
 * is in neither.
 */
export * from './service.js';
export * from './generated-code.js';
export { ValueError } from './errors.js';

export * from './driver.js';
export { inTransaction, unlessAborted, type Lent } from './connection.js';
export { checkRaw, eachSet } from './each-set.js';
export { encodeBytes } from './encode.js';
export { connectionState, sqlStateOf } from './errors.js';
export { checkFloats } from './float-digits.js';
export { LendingDriver } from './lending.js';
export { CallQuery, copyOver, SubmittingDriver, type Callback, type PgQuery } from './node-postgres/index.js';
