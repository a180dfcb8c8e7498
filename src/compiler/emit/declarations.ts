/**
 * What the models files declare: enums, composites, brands, and the types of rows.
 *
 * Invariant: besides what was asked for, a models file declares just what the queries name, and what that names in turn.
 */
import type { PgType } from '../../catalog/index.js';
import { groupBy } from '../../group-by.js';
import { generatedFile, type GeneratedFile, modelsModule, moduleOf, nameFrom, type Source, sourceOf, type Specifiers } from './imports.js';
import type { Model } from './shaped-query.js';

/** In the order in which a file has them. */
const KINDS = ['brand', 'enum', 'composite', 'model', 'json'] as const;

export interface Declaration {
  readonly kind: (typeof KINDS)[number];
  readonly schema: string;
  readonly name: string;
  /** What else it exports. */
  readonly others?: readonly string[];
  readonly source: () => string;
  /** Of a model, and of an enum: what reports say of it. */
  readonly model?: Model;
  readonly enumType?: PgType;
}

export class Declarations {
  private readonly known = new Map<string, Declaration>();

  /** Gives the type as source names it. */
  add(declaration: Declaration): string {
    const module = moduleOf(declaration);
    for (const name of [declaration.name, ...(declaration.others ?? [])]) this.known.set(`${module} ${name}`, declaration);
    return nameFrom(declaration, declaration.name);
  }

  /** What sources name, in the order of the files, each with its own source. */
  namedIn(sources: readonly Source[]): ReadonlyMap<Declaration, Source> {
    const found = new Map<Declaration, Source>();
    const pending = [...sources];
    for (const { names } of pending) {
      for (const { module, name } of names) {
        const declaration = this.known.get(`${module} ${name}`);
        if (declaration === undefined || found.has(declaration)) continue;
        const own = sourceOf(declaration.source());
        found.set(declaration, own);
        pending.push(own);
      }
    }
    const rank = ({ schema, kind, name }: Declaration): string => `${schema}\0${KINDS.indexOf(kind)}\0${name}`;
    return new Map([...found].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1)));
  }
}

/** One file for each schema. */
export function modelsFiles(declared: ReadonlyMap<Declaration, Source>, specifiers: Specifiers): readonly GeneratedFile[] {
  return [...groupBy(declared, ([{ schema }]) => schema)].map(([schema, own]) => {
    const sources = own.map(([, source]) => source);
    return generatedFile(modelsModule(schema), `the schema ${schema}`, sources, specifiers);
  });
}
