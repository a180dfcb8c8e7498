/** A statement through the whole compiler, under `guard.require` and without it. */
import { compileQuery, type Ground } from '../../../src/compiler/compile-query.js';
import { splitQueries } from '../../../src/compiler/dialect/index.js';
import { checkCoverage, listedRelations } from '../../../src/compiler/guard/index.js';
import { loadParser } from '../../../src/compiler/parse.js';
import { connectClient, openDescriber, readCatalog } from '../../../src/database/index.js';
import type { Diagnostic } from '../../../src/diagnostic.js';
import type { SourceFile } from '../../../src/sql/index.js';
import { LISTED } from './schema.js';

const GUARD = { require: [...LISTED], exempt: {} };

export type Verdict =
  | { readonly kind: 'accepted' }
  /** It compiles only where no table is listed. */
  | { readonly kind: 'uncovered'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is no SQL, or none that PostgreSQL can make sense of. */
  | { readonly kind: 'invalid'; readonly reason: string }
  /** The compiler threw. */
  | { readonly kind: 'crashed'; readonly reason: string };

export interface Compiler {
  compile(sql: string, returns: boolean): Promise<Verdict>;
  close(): Promise<void>;
}

export async function openCompiler(url: string): Promise<Compiler> {
  await loadParser();
  const client = await connectClient(url);
  const catalog = await readCatalog(client);
  await client.end();
  const describer = await openDescriber(url);
  const ground: Ground = {
    catalog,
    describer,
    managed: false,
    inferCasts: false,
    listed: listedRelations(GUARD, catalog),
    override: () => undefined,
  };
  return {
    async compile(sql, returns) {
      const file = { path: 'queries/fuzz.sql', text: `-- name: Fuzz :${returns ? 'many' : 'exec'}\n${sql};\n` };
      try {
        return await verdictOn(file, ground);
      } catch (error) {
        return { kind: 'crashed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      }
    },
    close: () => describer.close(),
  };
}

async function verdictOn(file: SourceFile, ground: Ground): Promise<Verdict> {
  const { queries, diagnostics } = splitQueries(file);
  const [annotated] = queries;
  if (!annotated || diagnostics.length > 0) return { kind: 'refused', reason: reasonOf(diagnostics) };
  const { query, diagnostics: found } = await compileQuery(annotated, ground);
  const errors = found.filter(({ severity }) => severity === 'error');
  const invalid = errors.find(({ sqlstate }) => sqlstate !== undefined);
  if (invalid) return { kind: 'invalid', reason: `${invalid.sqlstate ?? ''} ${generalised(invalid.message)}` };
  if (!query) return { kind: 'refused', reason: reasonOf(errors) };
  const uncovered = checkCoverage({
    queries: [query],
    names: ['Fuzz'],
    guard: GUARD,
    catalog: ground.catalog,
    configFile: { path: 'sqlc.yaml', text: '' },
  });
  return uncovered.length > 0 ? { kind: 'uncovered', reason: reasonOf(uncovered) } : { kind: 'accepted' };
}

function reasonOf(diagnostics: readonly Diagnostic[]): string {
  return generalised(diagnostics[0]?.message ?? 'no reason');
}

/** A message without what is particular to one statement, so that messages can be counted. */
function generalised(message: string): string {
  return message
    .replaceAll(/"[^"]*"/g, '…')
    .replaceAll(/rows of (?:…(?:, | and )?)+|\brows of [\w()]+/g, 'rows of … ')
    .replaceAll(/\b\d+\b/g, 'n')
    .slice(0, 150);
}
