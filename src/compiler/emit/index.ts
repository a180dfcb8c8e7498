/** The door of this room. TypeScript from finished queries. */
export type { Declaration } from './declarations.js';
export { emit } from './emit.js';
export { type GeneratedFile, sourceOf } from './imports.js';
export { overriding, unmatchedOverrides } from './overrides.js';
export { Shaper } from './shape.js';
export type { EmbedField, ShapedQuery } from './shaped-query.js';
