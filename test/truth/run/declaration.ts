/** What can be held against generated code without running it: its text against the model it came from. */
import { members, mismatch, takesNull, type Shape } from '../declared/shape.js';
import type { DeclaredFunction } from '../declared/module.js';
import type { RowField, ShapedQuery } from '../../../src/compiler/emit/shaped-query.js';
import type { Lie } from './execute.js';

export function judgeDeclaration(query: ShapedQuery, declared: DeclaredFunction): Lie[] {
  const lies: Lie[] = [];
  const lie = (place: string, problem: string, value?: unknown): void => {
    lies.push({ query: query.query.name, functionName: declared.name, place, problem, value });
  };
  judgeParameters(query, declared, lie);
  const row = declared.result && rowShape(declared.result);
  if (query.row !== undefined && row !== undefined) judgeFields(query.row.fields, row, '', lie);
  for (const [path, shape] of emptyShapes(declared.result)) lie(path, 'a declaration that says nothing', shape);
  return lies;
}

type Report = (place: string, problem: string, value?: unknown) => void;

function judgeParameters(query: ShapedQuery, declared: DeclaredFunction, lie: Report): void {
  const fields = query.parameters?.fields ?? [];
  const parameter = declared.parameters.at(-1);
  const takesParams = declared.parameters.length > (query.query.hooks.length > 0 && declared.name === query.authorizedFunctionName ? 2 : 1);
  if (fields.length === 0) {
    if (takesParams) lie('', 'the model has no parameters, the function has', parameter?.name);
    return;
  }
  const shape = parameter && members(parameter.shape).find((member) => member.kind === 'object');
  if (!takesParams || shape?.kind !== 'object') return lie('', 'the model has parameters, the function has not');
  for (const field of fields) {
    const property = shape.properties().get(field.property);
    if (property === undefined) lie(field.property, 'a parameter of the model is not declared');
    else if (property.optional !== field.optional)
      lie(field.property, `declared ${property.optional ? 'optional' : 'required'}, against the model`);
    else if (saysNull(property.shape) !== field.nullable)
      lie(field.property, `declared ${field.nullable ? 'without' : 'with'} null, against the model`);
  }
  if (shape.properties().size !== fields.length) lie('', 'more parameters are declared than the model has');
}

/** An opaque type says of null whatever its author meant; JSON's own null is one of its values. */
function saysNull(shape: Shape): boolean {
  return takesNull(shape);
}

function judgeFields(fields: readonly RowField[], row: Shape, prefix: string, lie: Report): void {
  const object = members(row).find((member) => member.kind === 'object');
  if (object?.kind !== 'object') return lie(prefix, 'a row of the model is not declared as an object');
  const properties = object.properties();
  for (const field of fields) {
    const place = `${prefix}.${field.property}`;
    const property = properties.get(field.property);
    if (property === undefined) {
      lie(place, 'a column of the model is not declared');
      continue;
    }
    const nullable = field.kind === 'embed' ? field.embed.nullable : field.nullable;
    const own = members(property.shape);
    const sayable = own.every((member) => member.kind !== 'opaque' && member.kind !== 'json');
    if (sayable && takesNull(property.shape) !== nullable) lie(place, `declared ${nullable ? 'without' : 'with'} null, against the model`);
    if (mismatch(property.shape, undefined) === undefined && sayable) lie(place, 'declared with undefined, which no column is');
    if (field.kind === 'embed') judgeFields(field.fields, property.shape, place, lie);
  }
  if (properties.size !== fields.length) lie(prefix, 'more columns are declared than the model has');
}

/** The row's shape within what a command makes of it: `Row[]`, `Row | null`, `Row[][]`. */
export function rowShape(result: Shape): Shape | undefined {
  for (const member of members(result)) {
    if (member.kind === 'object') return member;
    if (member.kind === 'array') return rowShape(member.element);
  }
  return undefined;
}

function emptyShapes(shape: Shape | undefined, path = '', seen = new Set<Shape>()): [string, string][] {
  if (shape === undefined || seen.has(shape)) return [];
  seen.add(shape);
  switch (shape.kind) {
    case 'empty':
      return [[path, shape.text]];
    case 'array':
      return emptyShapes(shape.element, `${path}[]`, seen);
    case 'union':
      return shape.members.flatMap((member) => emptyShapes(member, path, seen));
    case 'object':
      return [...shape.properties()].flatMap(([name, property]) => emptyShapes(property.shape, `${path}.${name}`, seen));
    default:
      return [];
  }
}
