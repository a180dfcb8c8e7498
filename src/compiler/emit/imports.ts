/** The import lines of a generated file, gathered from the mappings that it uses. */
import type { TypeImport } from './scalar-types.js';
import { importLine, siblingModule, type Specifiers } from './source.js';

/** The models file of a schema, without its ending. */
export function modelsModule(schema: string): string {
  return schema === 'public' ? 'models' : `models-${schema.replace(/[^A-Za-z0-9_-]/g, '_')}`;
}

/** The packages of types that a file's global names need: TypeScript loads no package of types unasked. */
export function referenceLines(imports: Iterable<TypeImport>): string {
  const packages = new Set([...imports].flatMap(({ from }) => ('globalTypes' in from ? [from.globalTypes] : [])));
  return [...packages].map((name) => `/// <reference types="${name}" preserve="true" />\n`).join('');
}

/** Import lines for names from models files and users' modules; `own` is the schema of the file itself. */
export function importLines(imports: Iterable<TypeImport>, specifiers: Specifiers, own?: string): string {
  const modules = new Map<string, { readonly types: Set<string>; readonly values: Set<string> }>();
  for (const { name, from, isValue } of imports) {
    if ('globalTypes' in from || ('schema' in from && from.schema === own)) continue;
    const module = 'schema' in from ? siblingModule(modelsModule(from.schema), specifiers) : from.module;
    const entry = modules.get(module) ?? { types: new Set<string>(), values: new Set<string>() };
    modules.set(module, entry);
    (isValue ? entry.values : entry.types).add(name);
  }
  return [...modules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, { types, values }]) => importLine(types, module, true) + importLine(values, module, false))
    .join('');
}
