/** The door of this room. */
export { CallQuery } from './call.js';
export type { Callback } from './client.js';
export { copyOver } from './copy.js';
export { ClientDriver, PoolDriver, SubmittingDriver } from './driver.js';
export type { PgQuery } from './query.js';
