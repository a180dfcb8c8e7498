/** `sqlward init`: a configuration, a first query and scripts, for a project as it is found. Changes no file but `package.json`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { loadParser } from '../compiler/parse.js';
import { findImportExtension, type ImportExtension } from '../config/index.js';
import { readSchema } from '../database/index.js';
import { withScripts } from './init/manifest.js';
import { planInit, type InitPlan } from './init/plan.js';
import { lookAround, type Surroundings } from './init/surroundings.js';
import type { Invocation } from './projects.js';

export async function init({ io, printer }: Invocation): Promise<void> {
  const found = await lookAround(io.cwd);
  await loadParser();
  const schema = found.schema === undefined || found.config !== undefined ? [] : await readSchema(io.cwd, [found.schema]);
  const plan = planInit(
    found,
    schema.map(({ text }) => text),
  );
  for (const note of plan.notes) printer.say(note);
  for (const [path, text] of Object.entries(plan.files)) {
    const written = await writeNew(join(io.cwd, path), text);
    printer.say(written ? `  wrote ${path}` : `  ${path} is there already`);
  }
  const manifest = found.manifest === undefined ? undefined : withScripts(found.manifest, plan.scripts);
  if (manifest !== undefined) {
    await writeFile(join(io.cwd, 'package.json'), manifest);
    printer.say(`  added the scripts ${Object.keys(plan.scripts).join(' and ')} to package.json`);
  }
  const { extension } = findImportExtension(join(io.cwd, plan.out), io.cwd);
  printer.say(nextSteps(found, plan, extension));
}

/** Whether the file was not there before. */
async function writeNew(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function nextSteps(found: Surroundings, plan: InitPlan, extension: ImportExtension): string {
  const missing = ['sqlward', 'pg'].filter((name) => !found.packages.has(name));
  const missingTools = ['@sqlward/cli', '@types/pg', '@types/node', 'typescript'].filter((name) => !found.packages.has(name));
  const installs = [
    ...(missing.length > 0 ? [`  npm install ${missing.join(' ')}`] : []),
    ...(missingTools.length > 0 ? [`  npm install --save-dev ${missingTools.join(' ')}`] : []),
  ];
  const generate = found.manifest === undefined ? `npx ${plan.scripts['codegen'] ?? 'sqlward generate'}` : 'npm run codegen';
  return [
    '',
    'Next:',
    '',
    ...installs,
    `  ${generate}`,
    ...(plan.query === undefined ? [] : ['', 'and then, in your code:', '', call(found, plan, extension, plan.query.functionName)]),
  ].join('\n');
}

function call({ hasSource }: Surroundings, { out }: InitPlan, extension: ImportExtension, functionName: string): string {
  const from = relative(hasSource ? 'src' : '.', out).replaceAll('\\', '/');
  const module = extension === 'none' ? `./${from}` : `./${from}/index.${extension}`;
  const params = functionName === 'serverTime' ? '' : ', { rowLimit: 10 }';
  return `  import { Pool } from 'pg';
  import { ${functionName} } from '${module}';

  const pool = new Pool();
  void ${functionName}(pool${params}).then(console.log);`;
}
