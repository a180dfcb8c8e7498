/** What the service is given: its database, its policy, and who may ask. */
import type { Pool } from 'pg';
import type { AuthorizeFilter, Database } from 'sqlward';
import type { Viewer } from './policy/viewer.js';

export interface ServiceOptions {
  /** What the queries run on: `prepared(pool)`. */
  readonly db: Database;
  /** The pool itself, for readiness and the end. */
  readonly pool: Pool;
  /** The policy: which logs a viewer may read. */
  readonly filterOf: (viewer: Viewer) => AuthorizeFilter;
  /** Who a request's credentials stand for; undefined where they stand for nobody. */
  readonly viewerOf: (credentials: string) => Viewer | undefined;
  /** For the page: whom a visitor of the example may be. */
  readonly viewers: readonly Viewer[];
  readonly log?: boolean;
}
