/** The door of this room. sqlc's names. */
export { lowerFirst, pascalCase, snakeCase } from './casing.js';
export { columnNames } from './columns.js';
export { findFunctionCollisions, functionName } from './functions.js';
export { createNaming, type Naming } from './naming.js';
export { uniqueNames } from './unique.js';
