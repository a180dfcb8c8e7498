/**
 * Where unqualified names are found while a schema is loaded, and afterwards.
 *
 * Invariant: a file's `SET search_path` holds to the end of the file; what was once in a path stays
 * reachable, behind `public`, for the files and the queries that follow.
 */
import type pg from 'pg';
import type { Attempt } from './makers.js';

export interface SearchPaths {
  enter(path: string): Promise<pg.DatabaseError | undefined>;
  leaveFile(): Promise<void>;
  /** For the sessions that follow; undefined where it is the server's own. */
  kept(): string | undefined;
}

export function searchPaths(client: pg.Client, attempt: Attempt): SearchPaths {
  const visited = new Set<string>();
  let inFile = false;
  const everything = (first: readonly string[]): string => [...new Set([...first, ...visited, 'public'])].join(', ');
  return {
    async enter(path) {
      const refused = await attempt(`SET search_path = ${path}`);
      if (refused) return refused;
      inFile = true;
      const { rows } = await client.query<{ path: string }>(`SELECT current_setting('search_path') AS path`);
      // As PostgreSQL writes it: each name quoted where it must be.
      for (const name of rows[0]?.path.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? []) visited.add(name);
      return undefined;
    },
    async leaveFile() {
      if (inFile) await client.query(`SET search_path = ${everything(['public'])}`);
      inFile = false;
    },
    kept: () => (visited.size === 0 ? undefined : everything([])),
  };
}
