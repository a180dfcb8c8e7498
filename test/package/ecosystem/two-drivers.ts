/** A pnpm workspace whose two packages have different versions of `pg`: a filter made in one runs in the other. */
import { CONFIGURATION, programFiles, QUERIES, SCHEMA } from './cell.js';
import { Folder } from './project.js';
import type { Ground } from './run.js';

export const TWO_DRIVERS = 'pnpm workspace with two versions of pg';

export async function runTwoDrivers({ packed, compiler, databaseUrl }: Ground): Promise<void> {
  const folder = await Folder.make();
  try {
    const sqlward = `file:${packed.sqlward.archive}`;
    const tsconfig = JSON.stringify({ compilerOptions: { module: 'commonjs' } });
    await folder.write({
      'package.json': JSON.stringify({ name: 'workspace', private: true }),
      'pnpm-workspace.yaml': 'packages:\n  - policy\n  - service\n',
      'policy/package.json': JSON.stringify({
        name: 'policy',
        version: '1.0.0',
        main: 'index.cjs',
        dependencies: { sqlward, pg: '8.11.6' },
      }),
      'policy/index.cjs':
        "const { authorize } = require('sqlward');\nexports.version = require('pg/package.json').version;\nexports.ofTeam = (team) => authorize.sql`notes.team_id = ${team}`;\n",
      'service/package.json': JSON.stringify({
        name: 'service',
        version: '1.0.0',
        dependencies: { sqlward, pg: '8.16.3', policy: 'workspace:*' },
      }),
      'service/tsconfig.json': tsconfig,
      'service/sqlc.yaml': CONFIGURATION,
      'service/schema.sql': SCHEMA,
      'service/queries.sql': QUERIES,
      'service/src/two.ts': `import { Pool } from 'pg';
import { ofTeam, version } from 'policy';
import { getAuthorizedNotes } from './db';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 1 });
getAuthorizedNotes(pool, ofTeam(-1)).then((notes) => {
  console.log(JSON.stringify({ versions: [version, require('pg/package.json').version], notes: notes.length }));
  return pool.end();
});
`,
      ...Object.fromEntries(Object.entries(programFiles('none')).map(([name, text]) => [`service/${name}`, text])),
    });
    await compiler.install(['pnpm@10', 'esbuild@0.28']);
    const pnpm = `${compiler.path}/node_modules/pnpm/bin/pnpm.cjs`;
    await folder.run(['node', pnpm, 'install', '--prefer-offline', '--silent', `--store-dir=${folder.path}/store`], 240_000);
    await compiler.run(['sqlward', 'generate', '--config', `${folder.path}/service/sqlc.yaml`, '--database', databaseUrl], 240_000);
    const bundle = [
      'esbuild',
      `${folder.path}/service/src/two.ts`,
      '--bundle',
      '--platform=node',
      '--packages=external',
      `--outfile=${folder.path}/service/two.cjs`,
    ] as const;
    await compiler.run(bundle, 60_000);
    const said = await folder.run(['node', 'service/two.cjs'], 60_000, { DATABASE_URL: databaseUrl });
    const expected = JSON.stringify({ versions: ['8.11.6', '8.16.3'], notes: 0 });
    if (!said.includes(expected)) throw new Error(`the service did not print ${expected}:\n${said}`);
  } finally {
    await folder.remove();
  }
}
