/** A schema's models file: enums, composites, and the row type of every table and view. */
import type { PgType } from '../../catalog/index.js';
import type { JsonModel } from './json-types.js';
import type { Model } from './shaped-query.js';
import { emitBrand, type Brand } from './brands.js';
import type { TypeImport, TypeMapping } from './scalar-types.js';
import { labelsName } from './type-mapper.js';
import { importLines, modelsModule, referenceLines } from './imports.js';
import { cutNote, docComment, header, member, names, propertyName, stringLiteral, type GeneratedFile, type Specifiers } from './source.js';

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

export function emitModels(input: SchemaModels, specifiers: Specifiers): GeneratedFile {
  const body = [
    ...input.brands.map(emitBrand),
    ...input.enums.map(emitEnum),
    ...input.composites.map(emitComposite),
    ...input.models.map(emitModel),
    ...input.json.map(emitJson),
  ].join('\n');
  const imports: TypeImport[] = [
    ...input.composites.flatMap((composite) => composite.fields.flatMap((field) => field.mapping.imports)),
    ...input.models.flatMap((model) =>
      model.columns.flatMap((column) =>
        column.mapping.imports.filter(({ name, isValue }) => isValue !== true && names(column.mapping.tsType, name)),
      ),
    ),
    ...input.json.flatMap(({ part }) => part.imports.filter(({ name }) => names(part.tsType, name) || names(part.parts ?? '', name))),
  ];
  const namespace = /(?<![\w$])\$\./.test(body)
    ? `import ${input.composites.length > 0 || input.json.some(({ part }) => part.parts !== undefined) ? '' : 'type '}* as $ from ${stringLiteral(specifiers.runtime)};\n`
    : '';
  return {
    path: `${modelsModule(input.schema)}.ts`,
    text: `${header(`the schema ${input.schema}`)}${referenceLines(imports)}${namespace}${importLines(imports, specifiers, input.schema)}\n${body === '' ? 'export {};\n' : body}`,
  };
}

function emitEnum({ name, type }: EnumModel): string {
  const labels = type.labels.map(stringLiteral);
  return (
    docComment([type.comment ?? `The enum \`${type.schema}.${type.name}\`.`]) +
    `export type ${name} = ${labels.length === 0 ? 'string' : labels.join(' | ')};\n` +
    `/** The labels of \`${name}\`, in the order PostgreSQL sorts them. */\n` +
    `export const ${labelsName(name)} = [${labels.join(', ')}] as const;\n`
  );
}

function emitModel(model: Model): string {
  const kind = model.relation.kind === 'view' || model.relation.kind === 'materializedView' ? 'view' : 'table';
  const fields = model.columns.map(
    (column) =>
      docComment(column.column.comment === undefined ? [] : [column.column.comment], '  ') +
      `  ${propertyName(column.property)}: ${column.mapping.tsType}${column.nullable ? ' | null' : ''};\n`,
  );
  const about = [`A row of the ${kind} \`${model.relation.schema}.${model.relation.name}\`.`];
  if (model.relation.comment !== undefined) about.push('', model.relation.comment);
  about.push(...cutNote(model.columns));
  return `${docComment(about)}export interface ${model.name} {\n${fields.join('')}}\n`;
}

/** Every field of a composite value can be NULL, whatever a table of that row type refuses. */
function emitComposite({ name, input, type, fields }: CompositeModel): string {
  const members = (of: 'tsType' | 'inputType'): string =>
    fields
      .map(({ comment, property, mapping }) => {
        return `${docComment(comment === undefined ? [] : [comment], '  ')}  ${propertyName(property)}: ${mapping[of]} | null;\n`;
      })
      .join('');
  const decoded = fields.map(({ property, mapping }, index) => {
    const value = `f[${index}]`;
    return `    ${propertyName(property)}: ${mapping.isText ? `${value} ?? null` : `${value} == null ? null : ${mapping.decode(value)}`},\n`;
  });
  const bound = fields.map(({ property, mapping }) => {
    const value = member('v', property);
    if (mapping.bindElement === undefined) return value;
    return `${value} == null ? null : ${mapping.bindElement.startsWith('(') ? `(${mapping.bindElement})` : mapping.bindElement}(${value})`;
  });
  return (
    `${docComment([type.comment ?? `The composite type \`${type.schema}.${type.name}\`.`, ...cutNote(fields)])}export interface ${name} {\n${members('tsType')}}\n` +
    (input === name
      ? ''
      : `/** What a parameter of the type \`${type.schema}.${type.name}\` takes. */\nexport interface ${input} {\n${members('inputType')}}\n`) +
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
