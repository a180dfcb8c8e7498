/** A schema's models file: enums, composites, and the row type of every table and view. */
import type { PgType } from '../../catalog/index.js';
import { emitBrand, type Brand } from './brands.js';
import { generatedFile, type GeneratedFile, modelsModule, type Specifiers } from './imports.js';
import type { JsonModel } from './json-types.js';
import type { Model } from './shaped-query.js';
import type { TypeMapping } from './scalar-types.js';
import { cutNote, decodeOrNull, docComment, member, membersOf, orNull, propertyName, stringLiteral, stringLiterals } from './source.js';
import { labelsName } from './type-mapper.js';

export interface EnumModel {
  readonly name: string;
  readonly type: PgType;
}

export interface CompositeModel {
  readonly name: string;
  /** The type of a parameter, the same name where it takes no more. */
  readonly input: string;
  readonly type: PgType;
  readonly fields: readonly { readonly property: string; readonly mapping: TypeMapping; readonly comment: string | undefined }[];
}

export interface SchemaModels {
  readonly schema: string;
  readonly enums: readonly EnumModel[];
  readonly composites: readonly CompositeModel[];
  readonly models: readonly Model[];
  readonly brands: readonly Brand[];
  readonly json: readonly JsonModel[];
}

export function emitModels({ schema, brands, enums, composites, models, json }: SchemaModels, specifiers: Specifiers): GeneratedFile {
  const source = [
    ...brands.map(emitBrand),
    ...enums.map(emitEnum),
    ...composites.map(emitComposite),
    ...models.map(emitModel),
    ...json.map(emitJson),
  ].join('\n');
  const mappings = [...composites.flatMap(({ fields }) => fields), ...models.flatMap(({ columns }) => columns)].map((one) => one.mapping);
  const file = {
    name: modelsModule(schema),
    from: `the schema ${schema}`,
    source: source === '' ? 'export {};\n' : source,
    imports: [...mappings, ...json.map(({ part }) => part)].flatMap(({ imports }) => imports),
    calls: composites.length > 0 || json.some(({ part }) => part.parts !== undefined),
  };
  return generatedFile(file, specifiers);
}

function emitEnum({ name, type }: EnumModel): string {
  return (
    docComment([type.comment ?? `The enum \`${type.schema}.${type.name}\`.`]) +
    `export type ${name} = ${type.labels.length === 0 ? 'string' : type.labels.map(stringLiteral).join(' | ')};\n` +
    `/** The labels of \`${name}\`, in the order PostgreSQL sorts them. */\n` +
    `export const ${labelsName(name)} = [${stringLiterals(type.labels)}] as const;\n`
  );
}

function emitModel({ name, relation, columns }: Model): string {
  const kind = relation.kind === 'view' || relation.kind === 'materializedView' ? 'view' : 'table';
  const fields = columns.map(({ property, column, mapping, nullable }) => {
    return { property, type: orNull({ type: mapping.tsType, nullable }), comment: [column.comment] };
  });
  const about = [`A row of the ${kind} \`${relation.schema}.${relation.name}\`.`];
  if (relation.comment !== undefined) about.push('', relation.comment);
  return `${docComment([...about, ...cutNote(columns)])}export interface ${name} {\n${membersOf(fields)}}\n`;
}

/** Every field of a composite value can be NULL, whatever a table of that row type refuses. */
function emitComposite({ name, input, type, fields }: CompositeModel): string {
  const place = `\`${type.schema}.${type.name}\``;
  const members = (of: 'tsType' | 'inputType'): string =>
    membersOf(fields.map(({ comment, property, mapping }) => ({ property, type: `${mapping[of]} | null`, comment: [comment] })));
  const decoded = fields.map(({ property, mapping }, index) => {
    return `    ${propertyName(property)}: ${decodeOrNull(mapping, `f[${index}]`)},\n`;
  });
  const bound = fields.map(({ property, mapping: { bindElement } }) => {
    const value = member('v', property);
    if (bindElement === undefined) return value;
    return `${value} == null ? null : ${bindElement.startsWith('(') ? `(${bindElement})` : bindElement}(${value})`;
  });
  return (
    `${docComment([type.comment ?? `The composite type ${place}.`, ...cutNote(fields)])}export interface ${name} {\n${members('tsType')}}\n` +
    (input === name ? '' : `/** What a parameter of the type ${place} takes. */\nexport interface ${input} {\n${members('inputType')}}\n`) +
    `export function decode${name}(v: string | null | undefined): ${name} {\n  const f = $.composite(v);\n  return {\n${decoded.join('')}  };\n}\n` +
    `export function bind${name}(v: ${input}): string;\n` +
    `export function bind${name}(v: ${input} | null | undefined): string | null;\n` +
    `export function bind${name}(v: ${input} | null | undefined): string | null {\n  return v == null ? null : $.bindComposite([${bound.join(', ')}]);\n}\n`
  );
}

function emitJson({ name, relation, stored, part, constant }: JsonModel): string {
  const what = stored ? `A value of the type \`${relation.schema}.${relation.name}\`` : `A row of \`${relation.schema}.${relation.name}\``;
  const parts = constant === undefined ? '' : `export const ${constant}: $.JsonParts = ${part.parts ?? '{}'};\n`;
  return `${docComment([`${what} as JSON has it.`])}export type ${name} = ${part.tsType};\n${parts}`;
}
