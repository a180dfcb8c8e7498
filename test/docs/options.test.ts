/** Every option, of the command line and of `sqlc.yaml`, stands in the documentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { pluginOptions } from '../../src/config/options.js';
import { root } from './code-blocks.js';

const page = (path: string): string => readFileSync(join(root, path), 'utf8');

async function help(...args: string[]): Promise<string> {
  let printed = '';
  const write = (text: string): void => void (printed += text);
  const { signal } = new AbortController();
  await main([...args, '--help'], { cwd: root, environment: {}, stdout: { write }, stderr: { write }, interrupted: signal });
  return printed;
}

it('the README has every option of the command line', async () => {
  const commands = [...(await help()).matchAll(/^ {2}([a-z]+) (?:\[|\w| )/gm)].flatMap(([, name = '']) => (name === 'help' ? [] : [name]));
  expect(commands).toContain('check');
  const texts = await Promise.all([help(), ...commands.map((name) => help(name))]);
  const options = new Set(texts.flatMap((text) => [...text.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = '']) => name)));
  expect([...options]).toContain('--keep-going');
  const known = new Set([...page('README.md').matchAll(/--[a-z-]+/g)].map(([name]) => name));
  expect([...options].filter((name) => !known.has(name) && name !== '--help' && name !== '--version')).toEqual([]);
});

it('docs/configuration.md has every option of the plugin in its table', () => {
  const table =
    page('docs/configuration.md')
      .split(/^## Options$/m)[1]
      ?.split(/^###/m)[0] ?? '';
  const cells = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)/g)].map(([, name = '']) => name),
  );
  expect(Object.keys(pluginOptions.shape).filter((name) => !cells.includes(name))).toEqual([]);
});
