/** The door of this room. A database: opened, filled with the schema, and asked. */
export { DatabasePool, type SharedDatabase } from './pool.js';
export { readCatalog } from './catalog/read.js';
export { connectClient } from './connect.js';
export { type Describer, isFailure, openDescriber } from './describe.js';
export type { AnalysedTrees, DescribedColumn, DescribeFailure, Description } from './description.js';
export { closeAllDatabases, openDatabase, type OpenDatabase } from './open.js';
export { causes, rootOf, type SchemaFailure } from './schema/failures.js';
export { readSchema } from './schema/files.js';
export { missingExtension } from './schema/well-known.js';
