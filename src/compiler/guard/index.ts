/** The door of this room. The proof of hooks, and of the tables that need one. */
export { checkCoverage, findListed, listedRelations } from './coverage.js';
export { checkHooks, explainHooks } from './place.js';
export { checkGuard, type GuardProof } from './prove.js';
export { findTables, underlyingTables } from './tables.js';
