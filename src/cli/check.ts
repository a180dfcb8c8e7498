/** `sqlward check`. */
import { drift, schemaConfig } from './drift.js';
import { patch } from './files.js';
import { compileAll } from './generate.js';
import { count, seconds } from './printer.js';
import type { Invocation } from './projects.js';

/**
 * Whether the generated files are what `generate` would write; prints a diff where they are not. With
 * `--database`, also whether that database gives the queries what the schema does.
 */
export async function check(run: Invocation, keepGoing = false): Promise<boolean> {
  const { printer } = run;
  const started = performance.now();
  const schema = run.options.database === undefined ? undefined : await schemaConfig(run);
  const config = schema ?? (await run.readConfig());
  const { found, complete } = await compileAll(run, config, keepGoing, 'compared');
  for (const change of found) printer.difference(printer.shownPath(change.path), await patch(change, run.io.cwd));
  if (found.length > 0) printer.say(`${count(found.length, 'generated file')} out of date: run sqlward generate.`);
  else printer.say(`Generated files are up to date (${seconds(started)}).`);
  const isSame = schema === undefined || (await drift(run, schema));
  return found.length === 0 && complete && isSame;
}
