/** The declarations of models files as TypeScript. */
import type { PgType, Relation, TableColumn } from '../../catalog/index.js';
import { lowerFirst } from '../names/index.js';
import type { JsonPart } from './json-types.js';
import { decoded } from './scalar-types.js';
import type { Field, Model } from './shaped-query.js';
import { cutNote, docComment, member, membersOf, orNull, propertyName, stringLiteral, stringLiterals } from './source.js';

/** The constant that lists an enum's labels. */
export function labelsName(enumName: string): string {
  return `${lowerFirst(enumName)}Labels`;
}

export function emitEnum(name: string, type: PgType): string {
  return (
    docComment([type.comment ?? `The enum \`${type.schema}.${type.name}\`.`]) +
    `export type ${name} = ${type.labels.length === 0 ? 'string' : type.labels.map(stringLiteral).join(' | ')};\n` +
    `/** The labels of \`${name}\`, in the order PostgreSQL sorts them. */\n` +
    `export const ${labelsName(name)} = [${stringLiterals(type.labels)}] as const;\n`
  );
}

/** A column's type as it is read. */
export function fieldType({ mapping, nullable }: Field): string {
  return orNull(mapping.tsType, nullable);
}

export function emitModel({ name, relation, columns }: Model): string {
  const kind = relation.kind === 'view' || relation.kind === 'materializedView' ? 'view' : 'table';
  const about = [`A row of the ${kind} \`${relation.schema}.${relation.name}\`.`];
  if (relation.comment !== undefined) about.push('', relation.comment);
  return `${docComment([...about, ...cutNote(columns)])}export interface ${name} {\n${membersOf(columns, fieldType)}}\n`;
}

/** Every field of a composite value can be NULL, whatever a table of that row type refuses. `input` may be the same name. */
export function emitComposite(name: string, input: string, type: PgType, fields: readonly Field[]): string {
  const place = `\`${type.schema}.${type.name}\``;
  const members = (of: 'tsType' | 'inputType'): string => membersOf(fields, ({ mapping }) => `${mapping[of]} | null`);
  const values = fields.map((field, index) => `    ${propertyName(field.property)}: ${decoded(field, `f[${index}]`)},\n`);
  const bound = fields.map(({ property, mapping: { bindElement } }) => {
    const value = member('v', property);
    if (bindElement === undefined) return value;
    return `${value} == null ? null : ${bindElement.startsWith('(') ? `(${bindElement})` : bindElement}(${value})`;
  });
  return (
    `${docComment([type.comment ?? `The composite type ${place}.`, ...cutNote(fields)])}export interface ${name} {\n${members('tsType')}}\n` +
    (input === name ? '' : `/** What a parameter of the type ${place} takes. */\nexport interface ${input} {\n${members('inputType')}}\n`) +
    `export function decode${name}(v: string | null | undefined): ${name} {\n  const f = $.composite(v);\n  return {\n${values.join('')}  };\n}\n` +
    `export function bind${name}(v: ${input}): string;\n` +
    `export function bind${name}(v: ${input} | null | undefined): string | null;\n` +
    `export function bind${name}(v: ${input} | null | undefined): string | null {\n  return v == null ? null : $.bindComposite([${bound.join(', ')}]);\n}\n`
  );
}

/** The constant that has the parts of a JSON type. */
export function partsName(jsonName: string): string {
  return `${lowerFirst(jsonName)}Parts`;
}

export function emitJson(name: string, { schema, name: own }: Relation, stored: boolean, { tsType, parts }: JsonPart): string {
  const what = stored ? `A value of the type \`${schema}.${own}\`` : `A row of \`${schema}.${own}\``;
  const constant = parts === undefined ? '' : `export const ${partsName(name)}: $.JsonParts = ${parts};\n`;
  return `${docComment([`${what} as JSON has it.`])}export type ${name} = ${tsType};\n${constant}`;
}

/** A primary key's type of its own: `UserId` is a string that no other id is. */
export function emitBrand(name: string, { relation, column }: TableColumn, tsType: string): string {
  const place = `${relation.schema}.${relation.name}.${column.name}`;
  return (
    docComment([`The key \`${place}\`; \`${name}(value)\` makes one of a ${tsType} that is known to be one.`]) +
    `export type ${name} = $.Key<${tsType}, ${stringLiteral(place)}>;\n` +
    `export const ${name} = (value: ${tsType}): ${name} => value as ${name};\n`
  );
}
