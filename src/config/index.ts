/** The door of this room. `sqlc.yaml`, validated. */
export type { Config, DatabaseChoice, ImportExtension, Options, Override, Project } from './config.js';
export { CONFIG_NAMES, loadConfig } from './load.js';
export { expandPaths, readConfigText, readQueryFiles, readSchemaFiles, withSlashes } from './paths.js';
export { findImportExtension } from './import-extension.js';
export { PLUGIN } from './entry.js';
