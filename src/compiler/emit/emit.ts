/** Shaped queries → generated files. */
import { groupBy } from '../../group-by.js';
import { generatedFile, type GeneratedFile, header, modelsModule, siblingModule, type Specifiers } from './imports.js';
import { emitModels, type SchemaModels } from './models.js';
import { emitQuery, emitUnfiltered, type EmittedQuery } from './query.js';
import type { ShapedQuery } from './shaped-query.js';
import { stringLiteral } from './source.js';

export type { GeneratedFile } from './imports.js';

export interface EmitInput extends Specifiers {
  readonly queries: readonly ShapedQuery[];
  readonly schemas: readonly SchemaModels[];
}

interface QueryModule {
  readonly name: string;
  readonly file: string;
  readonly queries: readonly ShapedQuery[];
  readonly emitted: readonly EmittedQuery[];
}

/** Every file of a project, in the order of their paths. */
export function emit(input: EmitInput): readonly GeneratedFile[] {
  const modules = queryModules(input.queries);
  const files = [
    ...input.schemas.map((schema) => emitModels(schema, input)),
    ...modules.map(({ name, file, emitted }) => {
      const source = emitted.map((one) => one.source).join('\n');
      return generatedFile({ name, from: file, source, imports: emitted.flatMap(({ imports }) => imports), calls: true }, input);
    }),
    emitIndex(modules, input),
    emitUnfilteredEntry(modules, input),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One module for each query file, named after it. */
function queryModules(all: readonly ShapedQuery[]): readonly QueryModule[] {
  const taken = new Set<string>();
  return [...groupBy(all, ({ query }) => query.rewritten.annotated.file.path)].map(([file, queries]) => {
    const name = moduleName(file, taken);
    taken.add(name.toLowerCase());
    return { name, file, queries, emitted: queries.map(emitQuery) };
  });
}

function moduleName(file: string, taken: ReadonlySet<string>): string {
  const parts = file
    .replace(/\.sql$/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) => part.replace(/[^\p{L}\p{N}_.-]/gu, '_'));
  for (let from = parts.length - 1; from >= 0; from--) {
    const name = parts.slice(from).join('-');
    if (!taken.has(name.toLowerCase()) && !/^(index|unfiltered|models(-.*)?)$/i.test(name)) return name;
  }
  const base = `queries-${parts.join('-')}`;
  let name = base;
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}-${count}`;
  return name;
}

function emitIndex(modules: readonly QueryModule[], { schemas, ...specifiers }: EmitInput): GeneratedFile {
  const lines = schemas.map(({ schema }) => `export * from ${stringLiteral(siblingModule(modelsModule(schema), specifiers))};\n`);
  for (const { name, emitted } of modules) {
    const from = stringLiteral(siblingModule(name, specifiers));
    const types = emitted.flatMap((one) => one.types);
    lines.push(`export { ${emitted.map((one) => one.functionName).join(', ')} } from ${from};\n`);
    if (types.length > 0) lines.push(`export type { ${types.join(', ')} } from ${from};\n`);
  }
  return { path: 'index.ts', text: `${header('the query files')}${lines.join('')}` };
}

/** The guarded queries without their guard, behind a door of their own. */
function emitUnfilteredEntry(modules: readonly QueryModule[], specifiers: Specifiers): GeneratedFile {
  const from = 'the guarded queries';
  const guarded = modules.flatMap(({ queries }) => queries.filter(({ authorizedName }) => authorizedName !== undefined));
  if (guarded.length === 0) return { path: 'unfiltered.ts', text: `${header(from)}export {};\n` };
  const queryTypes = modules.flatMap(({ name, emitted }) => {
    const module = siblingModule(name, specifiers);
    return emitted.flatMap(({ types }) => types.map((type) => ({ name: type, from: { module } })));
  });
  const imports = modules.flatMap(({ emitted }) => emitted.flatMap((one) => one.imports));
  const source = guarded.map(emitUnfiltered).join('\n');
  return generatedFile({ name: 'unfiltered', from, source, queryTypes, imports, calls: true }, specifiers);
}
