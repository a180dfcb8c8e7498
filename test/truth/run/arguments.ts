/**
 * Arguments for a generated function, drawn from its declared parameter types.
 *
 * Invariant: what is drawn is assignable to the declared type, so that a function that cannot take
 * it lies. Within the type, values are chosen so that queries do something: keys that exist, rows
 * that could be inserted, texts that a cast can read once a first try was refused.
 */
import { describe, members, mismatch, takesNull, type Property, type Shape } from '../declared/shape.js';
import type { ParameterField, ShapedQuery } from '../../../src/compiler/emit/shaped-query.js';
import type { PgType } from '../../../src/catalog/catalog.js';
import type { DrawnRow } from '../fill/row.js';
import { hintsOf } from '../fill/hints.js';
import type { Random } from '../../support/random.js';
import type { TextRow } from '../server.js';
import { quoteElement } from '../values/texts.js';
import { fit } from '../values/fit.js';
import type { Population } from './population.js';

export type Params = Readonly<Record<string, unknown>>;

/** What tries of one query have taught. */
export interface Experience {
  /** Arguments that PostgreSQL executed. */
  readonly good: Params[];
  /** The message of the last refusal, which may name the type that a text should have had. */
  refusal: string | undefined;
}

/** Texts for casts, formats and options that no type announces. */
const DICTIONARY = [
  '1',
  '0',
  '2',
  'a',
  '',
  '{}',
  '[]',
  'true',
  '2024-01-01',
  '2024-01-01 00:00:00+00',
  '1 day',
  'day',
  'month',
  'UTC',
  'english',
  '$.a',
  'a.b',
  '{a}',
  '{a,b}',
  '00000000-0000-0000-0000-000000000001',
  '127.0.0.1',
  '<a/>',
  'fat & cat',
  'public',
  'asc',
  'desc',
  'id',
  '%',
  'YYYY-MM-DD',
  'hex',
];

/** What a refused text was meant to be, by the type that the refusal names. */
const BY_TYPE: readonly (readonly [RegExp, readonly string[]])[] = [
  [/type (integer|bigint|smallint|oid)/, ['1', '2', '0', '7']],
  [/type (numeric|double precision|real|money)/, ['1.5', '0', '2']],
  [/type uuid/, ['00000000-0000-0000-0000-000000000001']],
  [/type (json|jsonb)/, ['{}', '[]', '{"a": 1}', '"s"']],
  [/type (date|timestamp)/, ['2024-01-01', '2024-06-01 12:00:00+00']],
  [/type interval/, ['1 day', '00:05:00']],
  [/type boolean/, ['true', 'false']],
  [/type (inet|cidr)/, ['127.0.0.1', '10.0.0.0/8']],
  [/malformed array/, ['{}', '{1,2}']],
  [/type bytea/, ['\\x00']],
  [/time zone/, ['UTC', 'Europe/Berlin']],
  [/unit|not recognized|not supported/, ['day', 'month', 'hour']],
  [/text search configuration/, ['english', 'simple']],
  [/regular expression/, ['a', '^b']],
  [/jsonpath/, ['$.a', '$']],
  [/type xml|XML/, ['<a/>']],
  [/tsquery/, ['fat & cat', 'report']],
  [/ltree/, ['Top.Science']],
];

export type DrawnParams = { readonly ok: true; readonly params: Params } | { readonly ok: false; readonly reason: string };

export function drawParams(
  query: ShapedQuery,
  shape: Shape,
  population: Population,
  experience: Experience,
  attempt: number,
  random: Random,
): DrawnParams {
  const properties = shape.kind === 'object' ? shape.properties() : new Map<string, Property>();
  const fields = query.parameters?.fields ?? [];
  // Once something worked, later tries stay close to it.
  const keep = attempt >= 3 ? random.pick(experience.good) : undefined;
  const anchors = createAnchors(population, random);
  const omitAll = attempt === 0 && random.chance(0.1);
  const params: Record<string, unknown> = {};
  for (const field of fields) {
    const property = properties.get(field.property);
    if (property === undefined) continue;
    if (property.optional && (omitAll || random.chance(0.3))) {
      // An explicit undefined counts as omitted where the type says so.
      if (mismatch(property.shape, undefined) === undefined && random.chance(0.3)) params[field.property] = undefined;
      continue;
    }
    if (keep && field.property in keep && random.chance(0.7)) params[field.property] = keep[field.property];
    else {
      const value = drawValue(query, field, property.shape, population, anchors, experience, attempt, random);
      if (value === undefined && property.optional) continue;
      params[field.property] = value;
    }
  }
  const wrong = mismatch(shape, params);
  if (wrong) return { ok: false, reason: `no argument of type ${wrong.expected} could be drawn for ${wrong.path} of ${describe(shape)}` };
  return { ok: true, params };
}

/** For each relation one existing row and one that could be inserted, so that arguments belong together. */
interface Anchors {
  existing(oid: number): TextRow | undefined;
  drawn(oid: number): DrawnRow | undefined;
  /** What a whole call is after: a row that could be inserted, what stands, or some of both. */
  readonly mode: 'fresh' | 'existing' | 'mixed';
  /** How long arrays are: those that are unnested side by side belong together. */
  readonly length: number;
}

function createAnchors(population: Population, random: Random): Anchors {
  const existing = new Map<number, TextRow | undefined>();
  const drawn = new Map<number, DrawnRow | undefined>();
  return {
    mode: random.chance(0.55) ? 'fresh' : random.chance(0.5) ? 'existing' : 'mixed',
    length: random.below(4),
    existing(oid) {
      if (!existing.has(oid)) existing.set(oid, random.pick(population.rows(oid)));
      return existing.get(oid);
    },
    drawn(oid) {
      if (!drawn.has(oid)) drawn.set(oid, population.draw(oid, random));
      return drawn.get(oid);
    },
  };
}

function drawValue(
  query: ShapedQuery,
  field: ParameterField,
  shape: Shape,
  population: Population,
  anchors: Anchors,
  experience: Experience,
  attempt: number,
  random: Random,
): unknown {
  const [parameter] = field.parameters;
  if (parameter === undefined) return undefined;
  const { types } = population.schema;
  const literals = members(shape).filter((member) => member.kind === 'literal');
  const onlyLiterals = members(shape).every(
    (member) => member.kind === 'literal' || takesNull(member) || (member.kind === 'primitive' && member.name === 'undefined'),
  );
  const column = columnText(query, field, anchors, population, random);
  if (takesNull(shape) && (column === null || (!insertsFresh(query, field, anchors) && random.chance(attempt === 0 ? 0.2 : 0.1))))
    return null;
  if (onlyLiterals && literals.length > 0) {
    const chosen = literals.find((member) => member.kind === 'literal' && member.value === column) ?? random.pick(literals);
    return chosen?.kind === 'literal' ? chosen.value : undefined;
  }
  const tries: string[] = [];
  const origin = (parameter.column ?? namesake(query, field))?.column;
  const modifier = origin?.typeOid === parameter.type.oid ? origin.typeModifier : -1;
  const dimensions = Math.max(1, parameter.dimensions || (origin?.dimensions ?? 1));
  const arbitrary = population.texts.arbitrary(parameter.type.oid, modifier, { dimensions, nullElements: false });
  const accepted = population.accepted(parameter.type.oid);
  const drawn = (): string => (accepted ? random.pick(accepted) : random.sample(arbitrary, 1)[0]) ?? '';
  // One in eight misses on purpose, but for a row that shall be inserted whole.
  if (typeof column === 'string' && (insertsFresh(query, field, anchors) || !random.chance(0.125))) tries.push(column);
  const element = parameter.type.kind === 'array' ? parameter.type.elementOid : parameter.type.oid;
  const hint = (): string | undefined => hinted(query, field, element, population, experience, attempt, random);
  if (parameter.type.kind !== 'array') tries.push(...[hint()].filter((text) => text !== undefined));
  else if (attempt > 1 && random.chance(0.5)) {
    const items = Array.from({ length: anchors.length }, hint);
    if (!items.includes(undefined)) tries.push(`{${items.map((item) => quoteElement(item ?? null)).join(parameter.type.delimiter)}}`);
  }
  // Arrays keep one length, most of the time.
  if (parameter.type.kind === 'array' && (attempt > 0 || random.chance(0.7)))
    tries.push(drawnList(parameter.type, modifier, dimensions, population, anchors.length, random));
  for (let index = 0; index < 12; index++) tries.push(drawn());
  if (typeof column === 'string') tries.push(column);
  for (const text of tries) {
    const value = fit(text, parameter.type.oid, shape, types, random);
    if (value !== undefined) return value;
  }
  return takesNull(shape) ? null : undefined;
}

/** `length` values side by side; of more dimensions, as many lists of one length each. */
function drawnList(type: PgType, modifier: number, dimensions: number, population: Population, length: number, random: Random): string {
  const accepted = population.accepted(type.elementOid);
  const items = (count: number): readonly string[] =>
    accepted
      ? Array.from({ length: count }, () => random.pick(accepted) ?? '')
      : random.sample(population.texts.arbitrary(type.elementOid, modifier), Math.max(1, count)).slice(0, count);
  const inner = 1 + random.below(2);
  const nested = (depth: number, count: number): string => {
    const parts = depth === 1 ? items(count).map(quoteElement) : Array.from({ length: count }, () => nested(depth - 1, inner));
    return `{${parts.join(type.delimiter)}}`;
  };
  return nested(dimensions, length);
}

/** A text for the parameter out of the column that it is written to or compared with; null where that holds NULL. */
function columnText(
  query: ShapedQuery,
  field: ParameterField,
  anchors: Anchors,
  population: Population,
  random: Random,
): string | null | undefined {
  const [parameter] = field.parameters;
  const origin = parameter?.column ?? namesake(query, field);
  if (parameter === undefined || origin === undefined) return undefined;
  const { relation, column } = origin;
  const written = query.query.writes.some((other) => other.oid === relation.oid);
  const fresh = insertsFresh(query, field, anchors) || (written && anchors.mode !== 'existing' && random.chance(0.5));
  const row = anchors.existing(relation.oid);
  const existing = row && (column.name in row ? row[column.name] : undefined);
  const drawnRow = fresh ? anchors.drawn(relation.oid) : undefined;
  const text = drawnRow
    ? (drawnRow.get(column.number) ?? (drawnRow.has(column.number) ? null : unusedNumber(parameter.type, random)))
    : existing;
  if (parameter.type.kind !== 'array' || column.typeOid === parameter.type.oid) return text;
  // A list of keys, for a column of one.
  const keys = population.rows(relation.oid).flatMap((other) => other[column.name] ?? []);
  const items = random.shuffle(keys).slice(0, anchors.length);
  if (typeof text === 'string' && (fresh || random.chance(0.5))) items.unshift(text);
  return `{${items.slice(0, anchors.length).map(quoteElement).join(',')}}`;
}

/** Whether the call is to insert a row that is new as a whole, and the parameter belongs to it. */
function insertsFresh(query: ShapedQuery, field: ParameterField, anchors: Anchors): boolean {
  const origin = field.parameters[0]?.column ?? namesake(query, field);
  const { command, text, writes } = query.query;
  const inserts = command === 'copyfrom' || /\binsert\s+into\b/i.test(text);
  return anchors.mode === 'fresh' && inserts && writes.some((other) => other.oid === origin?.relation.oid);
}

/** A number for a column that a sequence fills, which has no value in a drawn row: above what is likely to be taken. */
function unusedNumber(type: PgType, random: Random): string | undefined {
  return /^int[248]$/.test(type.name) ? String(1000 + random.below(30_000)) : undefined;
}

/** The column that a parameter seems to be for, where the model knows none: `unnest(@kinds::text[])`. */
function namesake(query: ShapedQuery, field: ParameterField): ParameterField['parameters'][number]['column'] {
  const [parameter] = field.parameters;
  if (parameter === undefined) return undefined;
  const name = plain(parameter.name);
  for (const relation of [...query.query.writes, ...query.query.reads]) {
    const column = relation.columns.find(
      (candidate) =>
        (candidate.typeOid === parameter.type.oid || candidate.typeOid === parameter.type.elementOid) &&
        (plain(candidate.name) === name ||
          `${plain(candidate.name)}s` === name ||
          `${plain(relation.name).replace(/s$/, '')}${plain(candidate.name)}` === name.replace(/s$/, '')),
    );
    if (column) return { relation, column };
  }
  return undefined;
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** A guess at what a parameter is for, where its type alone does not say. */
function hinted(
  query: ShapedQuery,
  field: ParameterField,
  typeOid: number,
  population: Population,
  experience: Experience,
  attempt: number,
  random: Random,
): string | undefined {
  const { types } = population.schema;
  const type = types.get(typeOid);
  if (type === undefined) return undefined;
  if (/^(int2|int4|int8|numeric|float4|float8)$/.test(type.name)) {
    if (experience.refusal?.includes('statement timeout')) return '0';
    const counts = /limit|offset|page|size|count|num|days|hours|minutes|seconds/i.test(field.property);
    return counts || attempt > 0 ? String(random.below(attempt > 2 ? 4 : 12) + (random.chance(0.2) ? 0 : 1)) : undefined;
  }
  if (!/^(text|varchar|bpchar|citext)$/.test(type.name)) return undefined;
  if (attempt === 0) return random.chance(0.3) ? random.pick(hintsOf(query.query.text, random)) : undefined;
  const label = /invalid input value for enum (\S+):/.exec(experience.refusal ?? '')?.[1];
  if (label !== undefined && random.chance(0.8))
    return random.pick([...types.values()].filter((candidate) => candidate.sql === label).flatMap((candidate) => candidate.labels));
  const byType = BY_TYPE.find(([pattern]) => experience.refusal !== undefined && pattern.test(experience.refusal));
  if (byType && random.chance(0.6)) return random.pick(byType[1]);
  return random.chance(0.7) ? random.pick(DICTIONARY) : undefined;
}
