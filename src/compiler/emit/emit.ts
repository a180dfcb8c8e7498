/** Shaped queries → generated files. */
import { groupBy } from '../../group-by.js';
import { emitModels, type SchemaModels } from './models.js';
import { emitQuery, emitUnfiltered, type EmittedQuery } from './query.js';
import { importLines, modelsModule, referenceLines } from './imports.js';
import { header, importLine, siblingModule, stringLiteral, type GeneratedFile, type Specifiers } from './source.js';
import type { ShapedQuery } from './shaped-query.js';

export type { GeneratedFile } from './source.js';

export interface EmitInput extends Specifiers {
  readonly queries: readonly ShapedQuery[];
  readonly schemas: readonly SchemaModels[];
}

interface QueryModule {
  readonly name: string;
  readonly file: string;
  readonly queries: readonly { readonly shaped: ShapedQuery; readonly emitted: EmittedQuery }[];
}

/** Every file of a project, in the order of their paths. */
export function emit(input: EmitInput): readonly GeneratedFile[] {
  const modules = queryModules(input.queries);
  const files = [
    ...input.schemas.map((schema) => emitModels(schema, input)),
    ...modules.map((module) => emitModule(module, input)),
    emitIndex(modules, input),
    emitUnfilteredEntry(modules, input),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One module for each query file, named after it. */
function queryModules(queries: readonly ShapedQuery[]): readonly QueryModule[] {
  const taken = new Set<string>();
  return [...groupBy(queries, ({ query }) => query.rewritten.annotated.file.path)].map(([file, group]) => {
    const name = moduleName(file, taken);
    taken.add(name.toLowerCase());
    return { name, file, queries: group.map((shaped) => ({ shaped, emitted: emitQuery(shaped) })) };
  });
}

function moduleName(file: string, taken: ReadonlySet<string>): string {
  const parts = file
    .replace(/\.sql$/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const clean = (part: string): string => part.replace(/[^\p{L}\p{N}_.-]/gu, '_');
  for (let from = parts.length - 1; from >= 0; from--) {
    const name = parts.slice(from).map(clean).join('-');
    if (!taken.has(name.toLowerCase()) && !/^(index|unfiltered|models(-.*)?)$/i.test(name)) return name;
  }
  const base = `queries-${parts.map(clean).join('-')}`;
  let name = base;
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}-${count}`;
  return name;
}

function emitModule(module: QueryModule, specifiers: Specifiers): GeneratedFile {
  const imports = module.queries.flatMap(({ emitted }) => emitted.imports);
  const body = module.queries.map(({ emitted }) => emitted.source).join('\n');
  return {
    path: `${module.name}.ts`,
    text: `${header(module.file)}${referenceLines(imports)}${runtimeLine(specifiers)}${importLines(imports, specifiers)}\n${body}`,
  };
}

function runtimeLine({ runtime }: Specifiers): string {
  return `import * as $ from ${stringLiteral(runtime)};\n`;
}

function emitIndex(modules: readonly QueryModule[], { schemas, ...specifiers }: EmitInput): GeneratedFile {
  const lines = schemas.map(({ schema }) => `export * from ${stringLiteral(siblingModule(modelsModule(schema), specifiers))};\n`);
  for (const module of modules) {
    const from = stringLiteral(siblingModule(module.name, specifiers));
    const functions = module.queries.flatMap(({ emitted }) => emitted.functions);
    const types = module.queries.flatMap(({ emitted }) => emitted.types);
    lines.push(`export { ${functions.join(', ')} } from ${from};\n`);
    if (types.length > 0) lines.push(`export type { ${types.join(', ')} } from ${from};\n`);
  }
  return { path: 'index.ts', text: `${header('the query files')}${lines.join('')}` };
}

/** The guarded queries without their guard, behind a door of their own. */
function emitUnfilteredEntry(modules: readonly QueryModule[], specifiers: Specifiers): GeneratedFile {
  const guarded = modules.flatMap((module) =>
    module.queries.flatMap(({ shaped, emitted }) =>
      shaped.authorizedFunctionName === undefined ? [] : [{ module, bare: emitUnfiltered(shaped, emitted) }],
    ),
  );
  const types = modules.map((module) => {
    const own = guarded.filter((entry) => entry.module === module);
    return importLine(
      own.flatMap(({ bare }) => bare.types),
      siblingModule(module.name, specifiers),
      true,
    );
  });
  const imports = guarded.flatMap(({ bare }) => bare.imports);
  const body = guarded.map(({ bare }) => bare.source).join('\n');
  const text =
    guarded.length === 0
      ? 'export {};\n'
      : `${referenceLines(imports)}${runtimeLine(specifiers)}${types.join('')}${importLines(imports, specifiers)}\n${body}`;
  return { path: 'unfiltered.ts', text: `${header('the guarded queries')}${text}` };
}
