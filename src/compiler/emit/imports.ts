/** The import lines of a generated file, gathered from the mappings that it uses. */
import type { TypeImport } from './type-mapper.js';
import { importLine } from './source.js';

/** The models file of a schema, without its ending. */
export function modelsModule(schema: string): string {
  return schema === 'public' ? 'models' : `models-${schema.replace(/[^A-Za-z0-9_-]/g, '_')}`;
}

/** Import lines for names from models files and users' modules; `own` is the schema of the file itself. */
export function importLines(imports: Iterable<TypeImport>, own?: string): string {
  const modules = new Map<string, { readonly types: Set<string>; readonly values: Set<string> }>();
  for (const { name, from } of imports) {
    if ('schema' in from && from.schema === own) continue;
    const module = 'schema' in from ? `./${modelsModule(from.schema)}.js` : from.module;
    const entry = modules.get(module) ?? { types: new Set<string>(), values: new Set<string>() };
    modules.set(module, entry);
    // Only the functions that decode and bind composites exist at run time.
    (/^(decode|bind)[A-Z]/.test(name) && 'schema' in from ? entry.values : entry.types).add(name);
  }
  return [...modules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, { types, values }]) => importLine(types, module, true) + importLine(values, module, false))
    .join('');
}
