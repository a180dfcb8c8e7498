/** The door of this room. What follows for the result: nullability and cardinality. */
export { callsOfConnection, hasOnePlan, isOfConnection, isReadOnly } from './running.js';
export { storedTypes } from './relation.js';
export { analyzeResult, type ResultAnalysis, type ResultColumn, type StarExpansion } from './result.js';
export { review } from './review.js';
export { ANY_DEPTH } from './value.js';
