/** One query: its types, its definition and its function. */
import { COMMANDS, type Takes } from '../dialect/index.js';
import type { CompiledQuery } from '../query.js';
import { columnsIn, type EmbedField, type ParameterField, type RowField, type ShapedQuery, type ShapedRow } from './shaped-query.js';
import { nameFrom, type Source, sourceOf } from './imports.js';
import { fieldType } from './models.js';
import { decoded } from './scalar-types.js';
import { cutNote, docComment, member, membersOf, orNull, propertyName, stringLiteral, stringLiterals, templateLiteral } from './source.js';

export interface EmittedQuery {
  readonly source: Source;
  /**
   * The unfiltered function of a guarded query, with a definition of its own: were the guarded one
   * exported for it, anybody could run that without a filter.
   */
  readonly unfiltered: Source | undefined;
  /** Exported, for the index. */
  readonly types: readonly string[];
  readonly functionName: string;
}

/** What a call takes behind the database and the filter, by what its command takes. */
const ARGUMENT: Readonly<Record<Takes, (type: string, optional: boolean) => string>> = {
  params: (type, optional) => `params${optional ? '?' : ''}: ${type}`,
  paramSets: (type) => `paramSets: Iterable<${type}>`,
  rows: (type) => `rows: Iterable<${type}> | AsyncIterable<${type}>`,
};

/** `module` is the one of the query's file. */
export function emitQuery(shaped: ShapedQuery, module: string): EmittedQuery {
  const { query, row, parameters, authorizedFunctionName } = shaped;
  const ownRow = row?.typeName === row?.model?.name ? undefined : row;
  const types = `${parameters ? emitParameters(query, parameters) : ''}${ownRow ? emitRow(query, ownRow) : ''}`;
  const isGuarded = authorizedFunctionName !== undefined;
  const lines = documentationLines(shaped);
  const unguarded = docComment([...lines, '', 'Without any authorization filter: every row, whoever asks.']);
  return {
    source: sourceOf(`${types}${docComment(lines)}${declaration(shaped, module, isGuarded)}`),
    unfiltered: isGuarded ? sourceOf(`${unguarded}${declaration(shaped, module, false)}`) : undefined,
    types: [parameters, ownRow].flatMap((own) => own?.typeName ?? []),
    functionName: authorizedFunctionName ?? shaped.functionName,
  };
}

/** A query's function; `guarded` puts the filter behind the database. */
function declaration(shaped: ShapedQuery, module: string, guarded: boolean): string {
  const { query, parameters, row } = shaped;
  const command = COMMANDS[query.command];
  const isSure = query.cardinality === 'one';
  const params = parameters && nameFrom(`queries:${module}`, parameters.typeName);
  const rowType = !row ? 'void' : row.typeName === row.model?.name ? row.model.reference : nameFrom(`queries:${module}`, row.typeName);
  const takes = [
    `db: $.${query.oneConnection ? 'Connection' : 'Database'}`,
    ...(guarded ? ['filter: $.AuthorizeFilter'] : []),
    ...(params === undefined ? [] : [ARGUMENT[command.takes](params, parameters?.optional === true)]),
  ];
  const signature = (options: string): string => `(${[...takes, `options?: $.${options}`].join(', ')})`;
  const result = `Promise<${command.resolvesTo(rowType, isSure)}>`;
  const stream = `{\n  ${signature('CallOptions')}: ${result};\n  readonly stream: ${signature('StreamOptions')} => AsyncIterable<${rowType}>;\n}`;
  const type = command.streams === true ? stream : `${signature('CallOptions')} => ${result}`;
  // What the run time's function is generic in: the arguments, and the row where there is one.
  const generics = `${params ?? 'void'}${parameters?.optional === true ? ' | undefined' : ''}${query.copy ? '' : `, ${rowType}`}`;
  const call = `$.${guarded ? 'authorized.' : ''}${command.runs(isSure)}<${generics}>(${definition(shaped, guarded)})`;
  const name = guarded ? shaped.authorizedFunctionName : shaped.functionName;
  return `export const ${name}: ${type} = /* @__PURE__ */ ${call};\n`;
}

function documentationLines({ query: { name, hooks, writes, rewritten } }: ShapedQuery): readonly string[] {
  const { documentation, file, line } = rewritten.annotated;
  const isFilteredWrite = hooks.length > 0 && writes.length > 0;
  const unchecked = isFilteredWrite ? ['', 'The filter decides which rows are touched; it does not check their new values.'] : [];
  return [...documentation, '', `\`${name}\`, ${file.path}:${line}`, ...unchecked];
}

/** The definition that the run time takes, of a statement to send or of a table to copy into; what is undefined is left out. */
function definition(shaped: ShapedQuery, guarded: boolean): string {
  const { query, authorizedName, row, parameters } = shaped;
  const { name, command, copy, reads, writes } = query;
  const { annotated } = query.rewritten;
  const list = (texts: readonly string[]): string => `[${stringLiterals(texts)}]`;
  const tables = (relations: CompiledQuery['reads']): string | undefined =>
    relations.length === 0 ? undefined : list(relations.map((own) => (own.schema === 'public' ? own.name : `${own.schema}.${own.name}`)));
  const properties = (optional: boolean): string =>
    list((parameters?.fields ?? []).flatMap((field) => (field.optional === optional ? [field.property] : [])));
  const pieces = textPieces(query);
  const isTrue = (value: boolean): string | undefined => (value ? 'true' : undefined);
  const sent = {
    floats: isTrue(columnsIn(row).some(({ mapping }) => mapping.floats)),
    // A filter can make several plans of one.
    onePlan: isTrue(query.onePlan && !guarded),
    readOnly: isTrue(query.readOnly),
    parameters: guarded ? String(query.parameters.length) : undefined,
    text: guarded ? `[\n${pieces.map((piece) => `${templateLiteral(piece)},\n`).join('')}  ]` : templateLiteral(pieces.join('')),
    columns: list(row ? columnLabels(query) : []),
  };
  const lines: Readonly<Record<string, string | undefined>> = {
    name: stringLiteral(name),
    authorizedName: guarded && authorizedName !== undefined ? stringLiteral(authorizedName) : undefined,
    command: stringLiteral(command),
    source: stringLiteral(`${annotated.file.path}:${annotated.line}`),
    reads: tables(reads),
    writes: tables(writes),
    ...(copy ? { table: list([copy.relation.schema, copy.relation.name]), columns: list(copy.columns) } : sent),
    required: properties(false),
    optional: properties(true),
    bind: bindFunction(shaped),
    decode: copy ? undefined : decodeFunction(row),
  };
  const written = Object.entries(lines).flatMap(([key, value]) => (value === undefined ? [] : [`  ${key}: ${value},\n`]));
  return `{\n${written.join('')}}`;
}

function decodeFunction(row: ShapedRow | undefined): string {
  if (row === undefined) return '() => undefined';
  const values = rowValues(row.fields, '    ');
  return values === '' ? '() => ({})' : `(r) => ({\n${values}  })`;
}

/** The names of the row's columns, for messages, those included that only say whether an embed is there. */
function columnLabels({ columns, embeds }: CompiledQuery): readonly string[] {
  return [
    ...columns.map(({ name }) => name),
    ...embeds.flatMap(({ alias, presence }) => (presence === undefined ? [] : [`whether ${alias} is there`])),
  ];
}

/** The text behind the annotation line, which the run time writes itself, cut at the hooks. */
function textPieces({ text, hooks }: CompiledQuery): readonly string[] {
  const lineEnd = text.indexOf('\n');
  const starts = [lineEnd < 0 ? text.length : lineEnd, ...hooks.map(({ until }) => until)];
  return starts.map((from, index) => text.slice(from, hooks[index]?.at));
}

function emitParameters({ name }: CompiledQuery, { typeName, fields }: NonNullable<ShapedQuery['parameters']>): string {
  const members = membersOf(fields, ({ tsType, nullable, optional }) => `${orNull(tsType, nullable)}${optional ? ' | undefined' : ''}`);
  return `/** Arguments of \`${name}\`. */\nexport interface ${typeName} {\n${members}}\n`;
}

function bindFunction({ parameters, query }: ShapedQuery): string {
  if (!parameters) return '() => []';
  const fieldOf = new Map(parameters.fields.flatMap((field) => field.parameters.map(({ number }) => [number, field] as const)));
  const numbers = query.copy?.parameters ?? query.parameters.map(({ number }) => number);
  const values = numbers.flatMap((number) => fieldOf.get(number) ?? []).map((field) => `    ${boundValue(field)},\n`);
  return `(p${parameters.optional ? ' = {}' : ''}) => [\n${values.join('')}  ]`;
}

function boundValue({ property, mapping, parameters: [first] }: ParameterField): string {
  const value = member('p', property);
  const bound = mapping.bind?.(value) ?? value;
  return first.default ? `${value} === undefined ? ${stringLiteral(first.default.text)} : ${bound}` : bound;
}

function emitRow({ name }: CompiledQuery, row: ShapedRow): string {
  const own = row.model ? row.narrowed : row.fields;
  const about = docComment([`A row of \`${name}\`.`, ...cutNote(own.filter((field) => field.kind === 'column'))]);
  const members = membersOf(own, (field) => (field.kind === 'embed' ? embedType(field) : fieldType(field)));
  const head = row.model ? `export type ${row.typeName} = ${row.model.reference} & {` : `export interface ${row.typeName} {`;
  return `${about}${head}\n${members}}${row.model ? ';' : ''}\n`;
}

/** An embed's model, with what can be here. */
function embedType({ model, narrowed, embed: { nullable } }: EmbedField): string {
  if (narrowed.length === 0) return orNull(model.reference, nullable);
  const members = narrowed.map((field) => `${propertyName(field.property)}: ${fieldType(field)}`);
  const other = narrowed.filter((field) =>
    model.columns.some((own) => own.property === field.property && (own.mapping !== field.mapping || field.nullable)),
  );
  const base =
    other.length === 0 ? model.reference : `Omit<${model.reference}, ${other.map(({ property }) => stringLiteral(property)).join(' | ')}>`;
  const type = `${base} & { ${members.join('; ')} }`;
  return nullable ? `(${type}) | null` : type;
}

function rowValues(fields: readonly RowField[], indent: string): string {
  const valueOf = (field: RowField): string => (field.kind === 'embed' ? embedValue(field, indent) : decoded(field, `r[${field.index}]`));
  return fields.map((field) => `${indent}${propertyName(field.property)}: ${valueOf(field)},\n`).join('');
}

/** An outer-joined row is missing where the server says so, where a column that cannot be NULL is, or else where all are. */
function embedValue({ fields, embed: { nullable, presence, whole } }: EmbedField, indent: string): string {
  const object = `{\n${rowValues(fields, `${indent}  `)}${indent}}`;
  if (!nullable) return object;
  if (presence !== undefined) return `r[${presence}] !== 't' ? null : ${object}`;
  const sure = fields.filter((inner) => !inner.nullable);
  const telling = sure.length === 0 ? fields : whole ? sure.slice(0, 1) : sure;
  return `${telling.map((inner) => `r[${inner.index}] == null`).join(' && ')} ? null : ${object}`;
}
