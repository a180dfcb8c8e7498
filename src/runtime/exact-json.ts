/**
 * JSON that says exactly what a value is.
 *
 * Invariant: nothing vanishes and nothing changes. `JSON.stringify` makes null of NaN and of an invalid
 * date, 0 of -0, `{}` of a promise, a map or an error, and leaves out functions and symbols; where the
 * text is a filter's, a condition on the rest, such as `data @> '{}'`, holds for other rows. Here each
 * of them throws a TypeError, at any depth, which says where it is.
 */

/**
 * What a filter compares with, where undefined, a bigint and the instances of classes are refused too.
 * @throws TypeError for what JSON cannot hold as it is
 */
export function filterJson(value: unknown): string {
  return textOf(value, undefined, true);
}

/**
 * What a parameter is, as `JSON.stringify` would have it: `toJSON` decides, instances are their
 * properties, and a property of undefined is left out. A bigint is its digits.
 * @throws TypeError for what JSON cannot hold as it is
 */
export function parameterJson(value: unknown): string {
  return textOf(value, undefined, false);
}

/** Where a value stands in the one that was given: its key in the object around it. */
interface Place {
  readonly holder: object;
  readonly key: string | number;
  readonly outer: Place | undefined;
}

function textOf(value: unknown, place: Place | undefined, strict: boolean): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw unfit(place, 'has half of a surrogate pair');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw unfit(place, `is ${value}`);
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
      return String(value);
    case 'undefined':
      throw unfit(place, 'is undefined');
    case 'object':
      if (value === null) return 'null';
      if (value instanceof Date) return dateText(value, place);
      if (!strict && hasToJson(value)) {
        const said = value.toJSON(String(place?.key ?? ''));
        if (said !== value) return textOf(said, place, strict);
      }
      for (let outer = place; outer !== undefined; outer = outer.outer) if (outer.holder === value) throw unfit(place, 'holds itself');
      return Array.isArray(value) ? arrayText(value, place, strict) : objectText(value, place, strict);
    case 'bigint':
      if (!strict) return String(value);
      throw unfit(place, 'is a bigint');
    default:
      throw unfit(place, `is a ${typeof value}`);
  }
}

function hasToJson(value: object): value is { toJSON(key: string): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function dateText(date: Date, place: Place | undefined): string {
  if (Number.isNaN(date.getTime())) throw unfit(place, 'is an invalid Date');
  return `"${date.toISOString()}"`;
}

function arrayText(array: readonly unknown[], outer: Place | undefined, strict: boolean): string {
  // A hole is undefined here; whatever else an array has beside its elements would vanish.
  const texts = Array.from(array, (element, key) => textOf(element, { holder: array, key, outer }, strict));
  if (strict && Reflect.ownKeys(array).length !== array.length + 1) throw unfit(outer, 'is an array with properties of its own');
  return `[${texts.join(',')}]`;
}

function objectText(value: object, outer: Place | undefined, strict: boolean): string {
  const keys = strict ? Reflect.ownKeys(value) : Object.keys(value);
  if (!isPlainObject(value) && (strict || keys.length === 0))
    throw unfit(outer, `is ${/^[aeiou]/i.test(className(value)) ? 'an' : 'a'} ${className(value)}`);
  const members = keys.flatMap((key) => {
    if (typeof key === 'symbol') throw unfit(outer, 'has a property whose key is a symbol');
    const place = { holder: value, key, outer };
    if (!Object.prototype.propertyIsEnumerable.call(value, key)) throw unfit(place, 'is not enumerable');
    const member: unknown = Reflect.get(value, key);
    return member === undefined && !strict ? [] : [`${textOf(key, outer, strict)}:${textOf(member, place, strict)}`];
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

function unfit(place: Place | undefined, problem: string): TypeError {
  const path: string[] = [];
  for (let at = place; at !== undefined; at = at.outer) path.unshift(JSON.stringify(at.key));
  return new TypeError(`${path.length === 0 ? 'a JSON value' : `${path.join('.')} of a JSON value`} ${problem}, which JSON cannot hold`);
}
