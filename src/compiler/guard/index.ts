/** The door of this room. The proof of hooks, and of the tables that need one. */
export { checkGuard, checkHooks, explainHooks } from './check.js';
export { checkCoverage, findListed, listedRelations } from './coverage.js';
export type { GuardProof } from './prove.js';
export { findTables, underlyingTables } from './tables.js';
