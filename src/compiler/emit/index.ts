/** The door of this room. TypeScript from finished queries. */
export { emit, type GeneratedFile } from './emit.js';
export { JsonTypes } from './json-types.js';
export { unmatchedOverrides } from './overrides.js';
export type { SchemaModels } from './models.js';
export { schemaModels } from './schema-models.js';
export { Shaper } from './shape.js';
export type { EmbedField, ShapedQuery } from './shaped-query.js';
export { TypeMapper } from './type-mapper.js';
