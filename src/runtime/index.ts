/**
 * The door of this room within the repository. It is published as two entries, so that what
 * generated code is built from does not clutter what a service imports.
 */
export * from './service.js';
export * from './generated-code.js';
export { ValueError } from './errors.js';
