/**
 * A case with all that is expected of it in one file: sections under lines such as `-- input --`,
 * each followed by one line break that is not its own. `npx vitest run FOLDER -u` rewrites the
 * sections behind the input.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const EXTENSION = '.txt';

/** The names of a folder's cases, in order. */
export function caseNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => name.slice(0, -EXTENSION.length))
    .sort();
}

/** What a case begins with. */
export function caseInput(folder: string, name: string): string {
  const text = readFileSync(join(folder, name + EXTENSION), 'utf8');
  const input = /^-- input --\n(.*?)\n(?:-- (?:output|found|diagnostics|refused) --\n|$(?![^]))/s.exec(text)?.[1];
  if (input === undefined) throw new Error(`${name}${EXTENSION} has no input`);
  return input;
}

/** Holds a case's file against its input and what came of it; a section that is empty is left out. */
export async function holdCase(folder: string, name: string, input: string, sections: Readonly<Record<string, string>>): Promise<void> {
  const text = Object.entries({ input, ...sections })
    .filter(([title, section]) => title === 'input' || section !== '')
    .map(([title, section]) => `-- ${title} --\n${section}\n`)
    .join('');
  await expect(text).toMatchFileSnapshot(join(folder, name + EXTENSION));
}
