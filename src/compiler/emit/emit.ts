/** Shaped queries → generated files. */
import { groupBy } from '../../group-by.js';
import { type Declaration, modelsFiles } from './declarations.js';
import { generatedFile, type GeneratedFile, header, siblingModule, type Source, sourceOf, type Specifiers } from './imports.js';
import { emitQuery, type EmittedQuery } from './query.js';
import type { Shaper } from './shape.js';
import type { ShapedQuery } from './shaped-query.js';
import { stringLiteral } from './source.js';

interface QueryModule {
  readonly name: string;
  readonly file: string;
  readonly emitted: readonly EmittedQuery[];
  readonly sources: readonly Source[];
}

export interface Emitted {
  /** Every file of a project, in the order of their paths. */
  readonly files: readonly GeneratedFile[];
  readonly declared: readonly Declaration[];
}

export function emit(queries: readonly ShapedQuery[], shaper: Shaper, specifiers: Specifiers): Emitted {
  const modules = queryModules(queries);
  const declared = shaper.types.declarations.namedIn([
    ...modules.flatMap(({ sources }) => sources),
    ...shaper.declaredAnyway().map(sourceOf),
  ]);
  const models = modelsFiles(declared, specifiers);
  // The guarded queries without their guard, behind a door of their own.
  const unfiltered = modules.flatMap(({ emitted }) => emitted.flatMap((one) => one.unfiltered ?? []));
  const files = [
    ...models,
    ...modules.map(({ name, file, sources }) => generatedFile(name, file, sources, specifiers)),
    emitIndex(models, modules, specifiers),
    generatedFile('unfiltered', 'the guarded queries', unfiltered, specifiers),
  ];
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), declared: [...declared.keys()] };
}

/** One module for each query file, named after it. */
function queryModules(all: readonly ShapedQuery[]): readonly QueryModule[] {
  const taken = new Set<string>();
  return [...groupBy(all, ({ query }) => query.rewritten.annotated.file.path)].map(([file, queries]) => {
    const name = moduleName(file, taken);
    taken.add(name.toLowerCase());
    const emitted = queries.map((query) => emitQuery(query, name));
    return { name, file, emitted, sources: emitted.map(({ source }) => source) };
  });
}

function moduleName(file: string, taken: ReadonlySet<string>): string {
  const parts = file
    .replace(/\.sql$/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) => part.replace(/[^\p{L}\p{N}_.-]/gu, '_'));
  const whole = `queries-${parts.join('-')}`;
  const suffixes = parts.map((_, from) => parts.slice(from).join('-')).reverse();
  const numbered = [...taken].map((_, index) => `${whole}-${index + 2}`);
  const isFree = (name: string): boolean => !taken.has(name.toLowerCase()) && !/^(index|unfiltered|models(-.*)?)$/i.test(name);
  return [...suffixes, whole, ...numbered].find(isFree) ?? whole;
}

function emitIndex(models: readonly GeneratedFile[], modules: readonly QueryModule[], specifiers: Specifiers): GeneratedFile {
  const lines = models.map(({ path }) => `export * from ${stringLiteral(siblingModule(path.replace(/\.ts$/, ''), specifiers))};\n`);
  for (const { name, emitted } of modules) {
    const from = stringLiteral(siblingModule(name, specifiers));
    const types = emitted.flatMap((one) => one.types);
    lines.push(`export { ${emitted.map((one) => one.functionName).join(', ')} } from ${from};\n`);
    if (types.length > 0) lines.push(`export type { ${types.join(', ')} } from ${from};\n`);
  }
  return { path: 'index.ts', text: `${header('the query files')}${lines.join('')}` };
}
