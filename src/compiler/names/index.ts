/** The door of this room. sqlc's names. */
export { snakeCase } from './casing.js';
export { columnNames } from './columns.js';
export { findFunctionCollisions } from './functions.js';
export { createNaming, type Naming } from './naming.js';
export { spellNames, uniqueNames } from './unique.js';
