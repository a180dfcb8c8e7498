/** The door of this room. Names, functions and operators of a statement, and what they say of NULL. */
export { analyzeStatement, createAnalyzer, statementShape } from './analyze.js';
export type { Analyzer, FoundStar, OutputColumn, Overrides } from './analyzer.js';
export { strings } from './node.js';
export { arrayOf, isArray, TYPE } from './types.js';
export { isNullable, type Value } from './value.js';
