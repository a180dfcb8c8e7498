/** The door of this room. sqlc's names. */
export { lowerFirst, pascalCase, snakeCase } from './casing.js';
export { columnNames } from './columns.js';
export { authorizedName, findFunctionCollisions, functionName } from './functions.js';
export { hasModel, Naming } from './naming.js';
