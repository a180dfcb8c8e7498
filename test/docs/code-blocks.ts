/** The fenced blocks of the project's documentation, so that tests can hold them to the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface CodeBlock {
  /** `README.md:12`: where its first line stands. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

export function codeBlocks(language: string): CodeBlock[] {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const files = ['README.md', ...pages.map((name) => `docs/${name.replaceAll('\\', '/')}`)];
  return files
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(/^([ ]*)```(\w+)\n([\s\S]*?)^\1```$/gm)].map((match) => ({
        place: `${file}:${text.slice(0, match.index).split('\n').length + 1}`,
        language: match[2] ?? '',
        code: (match[3] ?? '').replaceAll(new RegExp(`^${match[1] ?? ''}`, 'gm'), ''),
      }));
    })
    .filter((block) => block.language === language);
}
