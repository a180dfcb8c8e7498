/** The door of this room. `sqlc.embed`: which relation's row it nests, from which columns, and how a missing row is told. */
export { planPresence, type Presence } from './presence.js';
export { type EmbedsInput, resolveEmbeds } from './resolve.js';
