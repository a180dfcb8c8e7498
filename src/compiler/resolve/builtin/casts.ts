/**
 * When casts give NULL.
 *
 * Invariant: a cast counts as total only where no value but NULL becomes NULL. Reading and printing
 * a type's text never does; a function behind a cast may.
 */
import type { Catalog } from '../../../catalog/index.js';
import { baseType, isBuiltin, TYPE } from '../types.js';

/** `partial` may give NULL from a value that is not; of `unknown` not even the reverse is sure. */
export type CastRule = 'total' | 'partial' | 'unknown';

/** PostgreSQL's own casts that give NULL: from a JSON null, and from an infinite time to a time of day. */
export function isPartialCast(from: number, to: number): boolean {
  if (from === TYPE.jsonb) return !JSONB_STAYS.has(to);
  if (to !== TYPE.time && to !== TYPE.timetz) return false;
  return from === TYPE.timestamp || from === TYPE.timestamptz;
}

const JSONB_STAYS: ReadonlySet<number> = new Set([TYPE.jsonb, TYPE.json, TYPE.text, TYPE.varchar, TYPE.bpchar]);

/** Extensions whose casts are known never to give NULL. */
const KNOWN_EXTENSION_TYPES: ReadonlySet<string> = new Set(['citext', 'hstore', 'ltree', 'lquery', 'ltxtquery', 'cube', 'vector', 'halfvec', 'sparsevec']);

export function castRule(catalog: Catalog, from: number, to: number): CastRule {
  // A literal or a parameter is read by the type's input function, which gives no NULL.
  if (from === TYPE.unknown || from === to) return 'total';
  if (from === TYPE.unresolved || to === TYPE.unresolved) return 'unknown';
  const [source, target] = [baseType(catalog, from), baseType(catalog, to)];
  if (source === target) return 'total';
  const [sourceType, targetType] = [catalog.types.get(source), catalog.types.get(target)];
  if (sourceType === undefined || targetType === undefined) return 'unknown';
  if (sourceType.kind === 'array' && targetType.kind === 'array') {
    // Elements may become NULL, the array does not.
    return castRule(catalog, sourceType.elementOid, targetType.elementOid) === 'unknown' ? 'unknown' : 'total';
  }
  if (isBuiltin(sourceType) && isBuiltin(targetType)) return isPartialCast(source, target) ? 'partial' : 'total';
  if (KNOWN_EXTENSION_TYPES.has(sourceType.name) || KNOWN_EXTENSION_TYPES.has(targetType.name)) return 'total';
  return mayHaveFunction(catalog, source, target) ? 'unknown' : 'total';
}

const conversions = new WeakMap<Catalog, ReadonlySet<string>>();

/**
 * Whether a function of the user's or of an extension converts between the types. The catalog does
 * not say which functions serve as casts, so all that could are taken to.
 */
function mayHaveFunction(catalog: Catalog, from: number, to: number): boolean {
  let known = conversions.get(catalog);
  if (known === undefined) {
    const pairs = new Set<string>();
    for (const overloads of catalog.functionsByName.values()) {
      for (const entry of overloads) {
        if (!entry.builtin && entry.kind === 'function' && entry.argumentTypeOids.length <= 3) {
          pairs.add(`${stringless(catalog, entry.argumentTypeOids[0] ?? 0)} ${entry.returnTypeOid}`);
        }
      }
    }
    known = pairs;
    conversions.set(catalog, known);
  }
  return known.has(`${stringless(catalog, from)} ${to}`);
}

/** The string types stand for each other as a cast's argument. */
function stringless(catalog: Catalog, oid: number): number {
  return catalog.types.get(oid)?.category === 'S' ? TYPE.text : oid;
}
