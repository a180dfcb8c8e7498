/**
 * What a TypeScript type says of a value, in a form that can be held against one.
 *
 * Invariant: a value that `mismatch` passes is assignable to the declared type; what the form cannot
 * say (a type of the user's own that does not resolve) is `opaque`, and is counted, never guessed.
 */

export type Shape =
  | { readonly kind: 'primitive'; readonly name: 'string' | 'number' | 'boolean' | 'bigint' | 'null' | 'undefined' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'date' }
  /** `Buffer`, or `Uint8Array` of which a Buffer is one. */
  | { readonly kind: 'bytes'; readonly buffer: boolean }
  /** Anything that JSON can say, but its own null where that would be SQL's. */
  | { readonly kind: 'json'; readonly null: boolean }
  | { readonly kind: 'array'; readonly element: Shape }
  | { readonly kind: 'tuple'; readonly elements: readonly Shape[] }
  /** Any keys, as of `json_object_agg`. */
  | { readonly kind: 'record'; readonly values: Shape }
  | { readonly kind: 'object'; readonly name: string; readonly properties: () => ReadonlyMap<string, Property> }
  | { readonly kind: 'union'; readonly members: readonly Shape[] }
  /** A type of the user's own. */
  | { readonly kind: 'opaque'; readonly text: string }
  /** The same, where null is not among its values. */
  | { readonly kind: 'present'; readonly text: string }
  /** `any`, `unknown`, `never`: a declaration that says nothing. */
  | { readonly kind: 'empty'; readonly text: string };

export interface Property {
  readonly shape: Shape;
  readonly optional: boolean;
}

export interface Mismatch {
  /** Where in the value: `[3].tags[0]`. */
  readonly path: string;
  readonly value: unknown;
  readonly expected: string;
}

/** Where a value falls outside its shape, or undefined; `count` is called for every leaf that was checked. */
export function mismatch(shape: Shape, value: unknown, path = '', count: () => void = () => undefined): Mismatch | undefined {
  const bad = (): Mismatch => ({ path, value, expected: describe(shape) });
  switch (shape.kind) {
    case 'union': {
      const failures: Mismatch[] = [];
      for (const member of shape.members) {
        const failure = mismatch(member, value, path);
        if (failure === undefined) {
          mismatch(member, value, path, count);
          return undefined;
        }
        failures.push(failure);
      }
      // The member that got furthest into the value says best what is wrong; one that misses a property was not meant.
      const reach = (failure: Mismatch): number => (failure.value === undefined ? 0 : 1000) + failure.path.length;
      const inner = failures.filter((failure) => failure.path !== path).sort((a, b) => reach(b) - reach(a));
      return inner[0] ?? bad();
    }
    case 'array':
      if (!Array.isArray(value)) return bad();
      for (let index = 0; index < value.length; index++) {
        const failure = mismatch(shape.element, value[index], `${path}[${String(index)}]`, count);
        if (failure) return failure;
      }
      return undefined;
    case 'tuple': {
      if (!Array.isArray(value) || value.length !== shape.elements.length) return bad();
      const elements: readonly unknown[] = value;
      return firstMismatch(
        elements.map((element, index) => [shape.elements[index], element, `${path}[${String(index)}]`]),
        count,
      );
    }
    case 'record':
      if (!isObject(value)) return bad();
      return firstMismatch(
        Object.entries(value).map(([key, member]) => [shape.values, member, `${path}.${key}`]),
        count,
      );
    case 'object':
      return objectMismatch(shape.properties(), value, path, count) ?? (isObject(value) ? undefined : bad());
    default:
      count();
      return holds(shape, value) ? undefined : bad();
  }
}

function firstMismatch(
  parts: readonly (readonly [shape: Shape | undefined, value: unknown, path: string])[],
  count: () => void,
): Mismatch | undefined {
  for (const [shape, value, path] of parts) {
    const failure = shape && mismatch(shape, value, path, count);
    if (failure) return failure;
  }
  return undefined;
}

function objectMismatch(properties: ReadonlyMap<string, Property>, value: unknown, path: string, count: () => void): Mismatch | undefined {
  if (!isObject(value)) return undefined;
  const entries = new Map(Object.entries(value));
  for (const [name, property] of properties) {
    const at = `${path}.${name}`;
    if (!entries.has(name)) {
      if (property.optional) continue;
      return { path: at, value: undefined, expected: `a property of type ${describe(property.shape)}` };
    }
    const failure = mismatch(property.shape, entries.get(name), at, count);
    if (failure) return failure;
  }
  for (const name of entries.keys()) {
    if (!properties.has(name)) return { path: `${path}.${name}`, value: entries.get(name), expected: 'no such property' };
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function holds(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'primitive':
      if (shape.name === 'null') return value === null;
      return typeof value === shape.name;
    case 'literal':
      return value === shape.value;
    case 'date':
      // An invalid Date is a Date to TypeScript, and nobody can use it.
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'bytes':
      return shape.buffer ? Buffer.isBuffer(value) : value instanceof Uint8Array;
    case 'json':
      return isJson(value) && (shape.null || value !== null);
    case 'opaque':
      return value !== undefined;
    case 'present':
      return value !== undefined && value !== null;
    case 'empty':
      return false;
    default:
      return mismatch(shape, value) === undefined;
  }
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isObject(value) && Object.values(value).every(isJson);
}

/** The shape as TypeScript writes it. */
export function describe(shape: Shape): string {
  switch (shape.kind) {
    case 'primitive':
      return shape.name;
    case 'literal':
      return JSON.stringify(shape.value);
    case 'date':
      return 'Date';
    case 'bytes':
      return shape.buffer ? 'Buffer' : 'Uint8Array';
    case 'json':
      return shape.null ? 'JsonValue' : 'JsonInput';
    case 'array':
      return shape.element.kind === 'union' ? `(${describe(shape.element)})[]` : `${describe(shape.element)}[]`;
    case 'tuple':
      return `[${shape.elements.map(describe).join(', ')}]`;
    case 'record':
      return `{ [key: string]: ${describe(shape.values)} }`;
    case 'object':
      return shape.name;
    case 'union':
      return shape.members.map(describe).join(' | ');
    case 'opaque':
    case 'present':
    case 'empty':
      return shape.text;
  }
}

/** Whether the shape, as a whole, takes null. */
export function takesNull(shape: Shape): boolean {
  return members(shape).some((member) => member.kind !== 'opaque' && mismatch(member, null) === undefined);
}

/** The members of a union, or the shape alone. */
export function members(shape: Shape): readonly Shape[] {
  return shape.kind === 'union' ? shape.members.flatMap(members) : [shape];
}
