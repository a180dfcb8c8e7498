/** Which of the functions behind PostgreSQL's own casts give NULL; reading and printing a type's text never does. */
import { TYPE } from '../pg-types.js';

/** PostgreSQL's own casts that give NULL: from a JSON null, and from an infinite time to a time of day. */
export function isPartialCast(from: number, to: number): boolean {
  if (from === TYPE.jsonb) return !JSONB_STAYS.has(to);
  if (to !== TYPE.time && to !== TYPE.timetz) return false;
  return from === TYPE.timestamp || from === TYPE.timestamptz;
}

const JSONB_STAYS: ReadonlySet<number> = new Set([TYPE.jsonb, TYPE.json, TYPE.text, TYPE.varchar, TYPE.bpchar]);
