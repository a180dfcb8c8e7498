/** What only a process has: its exit code, its signals, and a reader that may go away. */
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { withClient } from '../support/database.js';
import { BIN, cleanEnvironment, makeProject, type DiskProject } from './project.js';

const FILES = {
  'schema.sql': 'CREATE TABLE things (id integer PRIMARY KEY, name text NOT NULL);\n',
  'queries/things.sql': '-- name: ListThings :many\nSELECT * FROM things;\n',
};

const projects: DiskProject[] = [];
afterEach(async () => {
  await Promise.all(projects.splice(0).map((project) => project.drop()));
});

async function project(files: Readonly<Record<string, string>> = {}): Promise<DiskProject> {
  const made = await makeProject(inject('databaseUrl'), { ...FILES, ...files });
  projects.push(made);
  return made;
}

describe('the process', () => {
  it('exits with 1 and the problem on stderr', async () => {
    const disk = await project({ 'queries/bad.sql': '-- name: Bad :many\nSELECT nothing FROM things;\n' });
    const { code, stderr } = await disk.spawn();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^queries\/bad\.sql:2:8: error \[42703\]/);
  });

  it('writes its files although the reader of its output goes away', async () => {
    const disk = await project();
    const child = spawn(process.execPath, [...BIN, 'generate', '--verbose'], {
      cwd: disk.folder,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(Object.keys(await disk.files('generated'))).toContain('things.ts');
  });

  it('drops its scratch database when it is interrupted, and exits as a shell expects', async () => {
    const disk = await project();
    const child = spawn(process.execPath, [...BIN, 'generate', '--watch'], {
      cwd: disk.folder,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Watching for changes.')) resolve();
      });
    });
    const name = /sqlward_scratch_\w+/.exec(printed)?.[0] ?? '';
    expect(await databaseExists(name)).toBe(true);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130);
    expect(await databaseExists(name)).toBe(false);
  });
});

function databaseExists(name: string): Promise<boolean> {
  return withClient(inject('databaseUrl'), async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    return rowCount === 1;
  });
}
