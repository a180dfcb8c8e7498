/** One query: its types, its definition and its function. */
import { COMMANDS, type Takes } from '../dialect/index.js';
import type { CompiledQuery, QueryCopy } from '../query.js';
import type { ColumnField, EmbedField, ParameterField, RowField, ShapedQuery, ShapedRow } from './shaped-query.js';
import type { TypeImport } from './scalar-types.js';
import { cutNote, docComment, member, names, propertyName, stringLiteral, templateLiteral } from './source.js';

/** The source of one query, and what its module has to import for it. */
export interface EmittedQuery {
  readonly source: string;
  readonly imports: readonly TypeImport[];
  /** Exported types and functions, for the index. */
  readonly types: readonly string[];
  readonly functions: readonly string[];
}

/** What a call takes behind the database and the filter, by what its command takes. */
const ARGUMENT: Readonly<Record<Takes, (type: string, optional: boolean) => string>> = {
  params: (type, optional) => `params${optional ? '?' : ''}: ${type}`,
  paramSets: (type) => `paramSets: Iterable<${type}>`,
  rows: (type) => `rows: Iterable<${type}> | AsyncIterable<${type}>`,
};

/** The type of a query's function; `guarded` puts the filter behind the database. */
export function functionType(shaped: ShapedQuery, guarded: boolean): string {
  const { parameters, query, row } = shaped;
  const command = COMMANDS[query.command];
  const rowType = row?.typeName ?? 'void';
  const parts = [`db: $.${query.oneConnection ? 'Connection' : 'Database'}`];
  if (guarded) parts.push('filter: $.AuthorizeFilter');
  if (parameters) parts.push(ARGUMENT[command.takes](parameters.typeName, parameters.optional));
  const signature = (options: string): string => `(${[...parts, `options?: $.${options}`].join(', ')})`;
  const result = `Promise<${command.resolvesTo(rowType, query.cardinality === 'one')}>`;
  if (command.streams !== true) return `${signature('CallOptions')} => ${result}`;
  return `{\n  ${signature('CallOptions')}: ${result};\n  readonly stream: ${signature('StreamOptions')} => AsyncIterable<${rowType}>;\n}`;
}

export function emitQuery(shaped: ShapedQuery): EmittedQuery {
  const { query, row, parameters } = shaped;
  const ownRow = row !== undefined && row.typeName !== row.model?.name;
  const guarded = shaped.authorizedFunctionName !== undefined;
  const types = `${parameters ? emitParameters(shaped) : ''}${ownRow ? emitRow(query, row) : ''}`;
  return {
    source: `${types}${docComment(documentationLines(shaped))}${declaration(shaped, guarded)}`,
    imports: [...rowImports(shaped), ...(parameters?.fields.flatMap(parameterImports) ?? [])],
    types: [...(parameters ? [parameters.typeName] : []), ...(ownRow ? [row.typeName] : [])],
    functions: [shaped.authorizedFunctionName ?? shaped.functionName],
  };
}

/** A guarded query's function without its guard. */
export interface UnfilteredQuery {
  readonly source: string;
  /** What the source names of models files and users' modules. */
  readonly imports: readonly TypeImport[];
  /** The types of the query's own module that the source names. */
  readonly types: readonly string[];
}

/**
 * The unfiltered function of a guarded query, with a definition of its own: were the guarded one
 * exported for it, anybody could run that without a filter.
 */
export function emitUnfiltered(shaped: ShapedQuery, { imports, types }: EmittedQuery): UnfilteredQuery {
  const documentation = docComment([...documentationLines(shaped), '', 'Without any authorization filter: every row, whoever asks.']);
  const call = declaration(shaped, false);
  return {
    source: `${documentation}${call}`,
    imports: imports.filter(({ name }) => names(call, name)),
    types: types.filter((name) => names(call, name)),
  };
}

function declaration(shaped: ShapedQuery, guarded: boolean): string {
  const name = guarded ? shaped.authorizedFunctionName : shaped.functionName;
  const run = COMMANDS[shaped.query.command].runs(shaped.query.cardinality === 'one');
  const call = `$.${guarded ? 'authorized.' : ''}${run}<${typeArguments(shaped)}>(${definition(shaped, guarded)})`;
  return `export const ${name}: ${functionType(shaped, guarded)} = /* @__PURE__ */ ${call};\n`;
}

function documentationLines(shaped: ShapedQuery): readonly string[] {
  const { annotated } = shaped.query.rewritten;
  const lines = [...annotated.documentation];
  if (lines.length > 0) lines.push('');
  lines.push(`\`${shaped.query.name}\`, ${annotated.file.path}:${annotated.line}`);
  if (shaped.query.hooks.length > 0 && shaped.query.writes.length > 0) {
    lines.push('', 'The filter decides which rows are touched; it does not check their new values.');
  }
  return lines;
}

/** What the run time's function is generic in: the arguments, and the row where there is one. */
function typeArguments({ parameters, row, query }: ShapedQuery): string {
  const params = parameters ? `${parameters.typeName}${parameters.optional ? ' | undefined' : ''}` : 'void';
  return query.copy ? params : `${params}, ${row?.typeName ?? 'void'}`;
}

/** The definition that the run time takes: of a statement to send, or of a table to copy into. */
function definition(shaped: ShapedQuery, guarded: boolean): string {
  const { query, authorizedName } = shaped;
  const { annotated } = query.rewritten;
  const lines = [
    `name: ${stringLiteral(query.name)}`,
    ...(guarded && authorizedName !== undefined ? [`authorizedName: ${stringLiteral(authorizedName)}`] : []),
    `command: ${stringLiteral(query.command)}`,
    `source: ${stringLiteral(`${annotated.file.path}:${annotated.line}`)}`,
    ...tables(query),
    ...(query.copy ? copiedParts(query.copy) : sentParts(shaped, guarded)),
    ...parameterNames(shaped),
    `bind: ${bindFunction(shaped)}`,
    ...(query.copy ? [] : [`decode: ${decodeFunction(shaped)}`]),
  ];
  return `{\n${lines.map((line) => `  ${line},\n`).join('')}}`;
}

function copiedParts({ relation, columns }: QueryCopy): readonly string[] {
  const table = [relation.schema, relation.name];
  return [`table: [${table.map(stringLiteral).join(', ')}]`, `columns: [${columns.map(stringLiteral).join(', ')}]`];
}

function sentParts(shaped: ShapedQuery, guarded: boolean): readonly string[] {
  const { query, row, floats } = shaped;
  const pieces = textPieces(shaped);
  return [
    ...(floats ? ['floats: true'] : []),
    // A filter can make several plans of one.
    ...(query.onePlan && !guarded ? ['onePlan: true'] : []),
    ...(query.readOnly ? ['readOnly: true'] : []),
    ...(guarded
      ? [`parameters: ${query.parameters.length}`, `text: [\n${pieces.map((piece) => `${templateLiteral(piece)},\n`).join('')}  ]`]
      : [`text: ${templateLiteral(pieces.join(''))}`]),
    `columns: [${row ? columnLabels(query).map(stringLiteral).join(', ') : ''}]`,
  ];
}

function decodeFunction({ row }: ShapedQuery): string {
  const values = row && rowValues(row.fields, '    ');
  if (values === undefined) return '() => undefined';
  return values === '' ? '() => ({})' : `(r) => ({\n${values}  })`;
}

/** The relations that a statement touches, for those who observe it; none where it touches none. */
function tables({ reads, writes }: CompiledQuery): readonly string[] {
  const list = (relations: CompiledQuery['reads']): string =>
    relations.map(({ schema, name }) => stringLiteral(schema === 'public' ? name : `${schema}.${name}`)).join(', ');
  return [...(reads.length > 0 ? [`reads: [${list(reads)}]`] : []), ...(writes.length > 0 ? [`writes: [${list(writes)}]`] : [])];
}

/** The names of the row's columns, for messages, those included that only say whether an embed is there. */
function columnLabels({ columns, embeds }: CompiledQuery): readonly string[] {
  return [
    ...columns.map(({ name }) => name),
    ...embeds.flatMap(({ alias, presence }) => (presence === undefined ? [] : [`whether ${alias} is there`])),
  ];
}

/** What the run time checks arguments by. */
function parameterNames({ parameters }: ShapedQuery): readonly string[] {
  const listed = (optional: boolean): string =>
    (parameters?.fields ?? []).flatMap((field) => (field.optional === optional ? [stringLiteral(field.property)] : [])).join(', ');
  return [`required: [${listed(false)}]`, `optional: [${listed(true)}]`];
}

/** The text behind the annotation line, which the run time writes itself, cut at the hooks. */
function textPieces(shaped: ShapedQuery): readonly string[] {
  const { text, hooks } = shaped.query;
  const lineEnd = text.indexOf('\n');
  const pieces: string[] = [];
  let from = lineEnd < 0 ? text.length : lineEnd;
  for (const hook of hooks) {
    pieces.push(text.slice(from, hook.at));
    from = hook.until;
  }
  pieces.push(text.slice(from));
  return pieces;
}

function emitParameters(shaped: ShapedQuery): string {
  const fields = shaped.parameters?.fields ?? [];
  const members = fields.map((field) => {
    const suffix = `${field.nullable ? ' | null' : ''}${field.optional ? ' | undefined' : ''}`;
    const defaultValue = field.parameters[0]?.default;
    const comment = [
      ...(field.comment === undefined ? [] : [field.comment]),
      ...(defaultValue ? [`Omitted: \`${defaultValue.sql}\`.`] : []),
    ];
    return `${docComment(comment, '  ')}  ${propertyName(field.property)}${field.optional ? '?' : ''}: ${field.tsType}${suffix};\n`;
  });
  return `/** Arguments of \`${shaped.query.name}\`. */\nexport interface ${shaped.parameters?.typeName ?? ''} {\n${members.join('')}}\n`;
}

function bindFunction(shaped: ShapedQuery): string {
  const { parameters, query } = shaped;
  if (!parameters) return '() => []';
  const fieldOf = new Map(parameters.fields.flatMap((field) => field.parameters.map((parameter) => [parameter.number, field] as const)));
  const numbers = query.copy?.parameters ?? query.parameters.map(({ number }) => number).sort((a, b) => a - b);
  const values = numbers.flatMap((number) => {
    const field = fieldOf.get(number);
    return field ? [boundValue(field)] : [];
  });
  return `(p${parameters.optional ? ' = {}' : ''}) => [\n${values.map((value) => `    ${value},\n`).join('')}  ]`;
}

function boundValue(field: ParameterField): string {
  const value = member('p', field.property);
  const bound = field.mapping.bind?.(value) ?? value;
  const defaultValue = field.parameters[0]?.default;
  return defaultValue ? `${value} === undefined ? ${stringLiteral(defaultValue.text)} : ${bound}` : bound;
}

function fieldType(field: ColumnField): string {
  return `${field.mapping.tsType}${field.nullable ? ' | null' : ''}`;
}

function emitRow({ name }: CompiledQuery, { typeName, model, narrowed, fields }: ShapedRow): string {
  const own = (model === undefined ? fields : narrowed).filter((field) => field.kind === 'column');
  const about = docComment([`A row of \`${name}\`.`, ...cutNote(own)]);
  if (model === undefined) return `${about}export interface ${typeName} {\n${rowMembers(fields, '  ')}}\n`;
  return `${about}export type ${typeName} = ${model.name} & {\n${rowMembers(narrowed, '  ')}};\n`;
}

/** An embed's model, with what can be here. */
function embedType({ model, narrowed, embed }: EmbedField): string {
  if (narrowed.length === 0) return `${model.name}${embed.nullable ? ' | null' : ''}`;
  const members = narrowed.map((field) => `${propertyName(field.property)}: ${fieldType(field)}`);
  const other = narrowed.filter(({ property, mapping, nullable }) =>
    model.columns.some((own) => own.property === property && (own.mapping !== mapping || nullable)),
  );
  const base = other.length === 0 ? model.name : `Omit<${model.name}, ${other.map(({ property }) => stringLiteral(property)).join(' | ')}>`;
  const type = `${base} & { ${members.join('; ')} }`;
  return embed.nullable ? `(${type}) | null` : type;
}

function rowMembers(fields: readonly RowField[], indent: string): string {
  return fields
    .map((field) => {
      if (field.kind === 'embed') return `${indent}${propertyName(field.property)}: ${embedType(field)};\n`;
      const comment = field.column.column?.column.comment;
      return `${docComment(comment === undefined ? [] : [comment], indent)}${indent}${propertyName(field.property)}: ${fieldType(field)};\n`;
    })
    .join('');
}

function rowValues(fields: readonly RowField[], indent: string): string {
  return fields
    .map(
      (field) => `${indent}${propertyName(field.property)}: ${field.kind === 'embed' ? embedValue(field, indent) : columnValue(field)},\n`,
    )
    .join('');
}

function columnValue(field: ColumnField): string {
  const value = `r[${field.index}]`;
  if (!field.nullable) return field.mapping.decode(value);
  return field.mapping.isText ? `${value} ?? null` : `${value} == null ? null : ${field.mapping.decode(value)}`;
}

/** An outer-joined row is missing where the server says so, where a column that cannot be NULL is, or else where all are. */
function embedValue(field: EmbedField, indent: string): string {
  const object = `{\n${rowValues(field.fields, `${indent}  `)}${indent}}`;
  if (!field.embed.nullable) return object;
  const { presence, whole } = field.embed;
  if (presence !== undefined) return `r[${presence}] !== 't' ? null : ${object}`;
  const sure = field.fields.filter((inner) => !inner.nullable);
  const telling = sure.length === 0 ? field.fields : whole ? sure.slice(0, 1) : sure;
  return `${telling.map((inner) => `r[${inner.index}] == null`).join(' && ')} ? null : ${object}`;
}

function rowImports(shaped: ShapedQuery): readonly TypeImport[] {
  const { row } = shaped;
  if (!row) return [];
  const modelImports: TypeImport[] = [];
  if (row.model) modelImports.push({ name: row.model.name, from: { schema: row.model.relation.schema } });
  return [
    ...modelImports,
    ...row.fields.flatMap((field): readonly TypeImport[] => {
      if (field.kind === 'column') return usedImports(field, row.model !== undefined && !row.narrowed.includes(field));
      return [
        { name: field.model.name, from: { schema: field.model.relation.schema } },
        ...field.fields.flatMap((inner) => usedImports(inner, !field.narrowed.includes(inner))),
      ];
    }),
  ];
}

/** The imports of a parameter: its type and its binder, where the source names them. */
function parameterImports(field: ParameterField): readonly TypeImport[] {
  return field.mapping.imports.filter(({ name }) => names(field.tsType, name) || names(field.mapping.bind?.('p') ?? '', name));
}

/** The imports of a column: its decoder, and its type where the source names it. */
function usedImports(field: ColumnField, typeIsTheModels: boolean): readonly TypeImport[] {
  const decoded = field.mapping.decode('v');
  return field.mapping.imports.filter(({ name }) => names(decoded, name) || (!typeIsTheModels && names(field.mapping.tsType, name)));
}
