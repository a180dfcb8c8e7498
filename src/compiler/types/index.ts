/** The door of this room. What follows for the result: nullability and cardinality. */
export { hasOnePlan } from './one-plan.js';
export { callsOfConnection, isOfConnection } from './one-connection.js';
export { isReadOnly } from './read-only.js';
export { relationContent, relationJson } from './relation.js';
export { analyzeResult, type ResultAnalysis, type ResultColumn, type StarExpansion } from './result.js';
export { review } from './review.js';
