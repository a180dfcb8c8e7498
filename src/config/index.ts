/** The door of this room. `sqlc.yaml`, validated. */
export type { Config, DatabaseChoice, Options, Override, Project } from './config.js';
export { CONFIG_NAMES, loadConfig } from './load.js';
export { expandPaths, readQueryFiles } from './paths.js';
export { PLUGIN } from './entry.js';
