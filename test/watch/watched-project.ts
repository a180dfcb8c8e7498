/** A project on disk with `sqlward generate --watch` running over it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '..', '..');
const WITHIN_MS = 30_000;

export class WatchedProject {
  #output = '';

  private constructor(
    readonly folder: string,
    readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  static async start(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>>): Promise<WatchedProject> {
    const folder = await mkdtemp(join(tmpdir(), 'sqlward-watch-'));
    for (const [path, text] of Object.entries(files)) await put(join(folder, path), text);
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src', 'cli', 'bin.ts'), 'generate', '--watch', '-c', join(folder, 'sqlc.yaml')], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const project = new WatchedProject(folder, child);
    return project;
  }

  async save(path: string, text: string): Promise<void> {
    this.#output = '';
    await put(join(this.folder, path), text);
  }

  async remove(path: string): Promise<void> {
    this.#output = '';
    await rm(join(this.folder, path));
  }

  /** A generated file, or undefined where there is none. */
  async generated(name: string): Promise<string | undefined> {
    return readFile(join(this.folder, 'db', name), 'utf8').catch(() => undefined);
  }

  /** Waits until the text is printed, on either stream, after the last save; resolves to all that was. */
  async prints(text: string): Promise<string> {
    await this.until(() => this.#output.includes(text), `"${text}" was not printed`);
    return this.#output;
  }

  /** Waits until a generated file holds the text. */
  async writes(name: string, text: string): Promise<void> {
    await this.until(async () => (await this.generated(name))?.includes(text) === true, `${name} does not hold "${text}"`);
  }

  async until(holds: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
    for (const deadline = Date.now() + WITHIN_MS; !(await holds()); await sleep(5)) {
      if (this.child.exitCode !== null || Date.now() > deadline) throw new Error(`${otherwise}; printed so far:\n${this.#output}`);
    }
  }

  /** Ends the process as a terminal does; resolves to its exit code. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once('close', resolve));
    if (this.child.exitCode === null) this.child.kill('SIGINT');
    else return this.child.exitCode;
    return ended;
  }

  async discard(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
