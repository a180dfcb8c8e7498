/** The door of this room. The proof of hooks, and of the tables that need one. */
export { checkGuard } from './check.js';
export { checkCoverage, findListed } from './coverage.js';
export { proveGuard } from './prove.js';
export type { Through } from './rows.js';
export { createReaching, findTables } from './tables.js';
