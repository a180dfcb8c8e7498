/** `npm run demo` shows one page as three callers see it, each within what it may see. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
let views: readonly string[] = [];

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'demo.ts')], { cwd: root });
  views = stdout.split(/\n(?=An? .* sees )/).slice(1);
});

/** The organizations in a view's table. */
function organizations(view: string | undefined): string[] {
  return [...new Set([...(view ?? '').matchAll(/Acme Observatory|Borealis Labs|Cobalt Works/g)].map(([name]) => name))].sort();
}

function table(view: string | undefined): string {
  return (view ?? '').slice((view ?? '').indexOf(':'));
}

function seen(view: string | undefined): number {
  return Number(/sees (\d+) of 300 logs/.exec(view ?? '')?.[1]);
}

describe('the demo', () => {
  it('shows three views', () => {
    expect(views).toHaveLength(3);
    expect(new Set(views.map(table)).size).toBe(3);
  });

  it('shows one organization its own logs, two of them theirs, and nobody none', () => {
    expect(views.map((view) => organizations(table(view)))).toEqual([['Acme Observatory'], ['Acme Observatory', 'Borealis Labs'], []]);
  });

  it('shows each more of the logs the more it may see, and none of them all', () => {
    const [one = NaN, two = NaN, none = NaN] = views.map(seen);
    expect(none).toBe(0);
    expect(one).toBeGreaterThan(50);
    expect(two).toBeGreaterThan(one);
    expect(two).toBeLessThan(300);
  });
});
