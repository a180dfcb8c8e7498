/**
 * JSON that says exactly what a value is.
 *
 * Invariant: nothing vanishes and nothing changes. `JSON.stringify` leaves out a property that is
 * undefined, a function or a symbol, makes `{}` of a promise, a map, an error or an instance of any
 * class, null of NaN and of an invalid date; and a condition on the rest, such as `data @> '{}'`,
 * holds for other rows. Here each of them throws a TypeError, at any depth, which says where it is.
 */

/** @throws TypeError for what JSON cannot hold as it is */
export function exactJson(value: unknown): string {
  return textOf(value, [], new Set());
}

/** Where a value stands in the one that was given: its keys from the outside. */
type Path = readonly (string | number)[];

function textOf(value: unknown, path: Path, around: ReadonlySet<object>): string {
  switch (typeof value) {
    case 'string':
      if (/\p{Surrogate}/u.test(value)) throw unfit(path, 'has half of a surrogate pair');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw unfit(path, `is ${value}`);
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
      return String(value);
    case 'undefined':
      throw unfit(path, 'is undefined');
    case 'object':
      if (value === null) return 'null';
      if (value instanceof Date) return dateText(value, path);
      if (around.has(value)) throw unfit(path, 'holds itself');
      return Array.isArray(value) ? arrayText(value, path, around) : objectText(value, path, around);
    default:
      throw unfit(path, `is a ${typeof value}`);
  }
}

function dateText(date: Date, path: Path): string {
  if (Number.isNaN(date.getTime())) throw unfit(path, 'is an invalid Date');
  return `"${date.toISOString()}"`;
}

function arrayText(array: readonly unknown[], path: Path, around: ReadonlySet<object>): string {
  const within = new Set(around).add(array);
  // A hole is undefined here; whatever else an array has beside its elements would vanish.
  const texts = Array.from(array, (element, index) => textOf(element, [...path, index], within));
  if (Reflect.ownKeys(array).length !== array.length + 1) throw unfit(path, 'is an array with properties of its own');
  return `[${texts.join(',')}]`;
}

function objectText(value: object, path: Path, around: ReadonlySet<object>): string {
  if (!isPlainObject(value)) throw unfit(path, `is ${/^[aeiou]/i.test(className(value)) ? 'an' : 'a'} ${className(value)}`);
  const within = new Set(around).add(value);
  const members = Reflect.ownKeys(value).map((key) => {
    if (typeof key === 'symbol') throw unfit(path, 'has a property whose key is a symbol');
    if (!Object.prototype.propertyIsEnumerable.call(value, key)) throw unfit([...path, key], 'is not enumerable');
    return `${textOf(key, path, within)}:${textOf(Reflect.get(value, key), [...path, key], within)}`;
  });
  return `{${members.join(',')}}`;
}

/** Whether an object is as a literal makes it: of no class. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The name of an object's class, for messages. */
export function className(value: object): string {
  const constructor: unknown = value.constructor;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'class';
}

function unfit(path: Path, problem: string): TypeError {
  const place = path.length === 0 ? 'a JSON value' : `${path.map((key) => JSON.stringify(key)).join('.')} of a JSON value`;
  return new TypeError(`${place} ${problem}, which JSON cannot hold`);
}
