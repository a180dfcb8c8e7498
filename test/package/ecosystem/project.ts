/** A cell as a folder: installed, generated and run there. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** An installation from npm may meet a network that fails once. */
const ATTEMPTS = 3;

/** Neither the settings of who runs this nor a database of the developer's may reach a project. */
const FOREIGN = /^(?:npm_|INIT_CWD$|NODE_OPTIONS$|NODE_ENV$|VITEST|DATABASE_URL$|TEST_DATABASE_URL$|CI$)/;

export class Folder {
  private constructor(readonly path: string) {}

  static async make(): Promise<Folder> {
    return new Folder(await realpath(await mkdtemp(join(tmpdir(), 'sqlward-ecosystem-'))));
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.path, name)), { recursive: true });
      await writeFile(join(this.path, name), text);
    }
  }

  /** `npm install`; tried again where it fails. */
  async install(packages: readonly string[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.run(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages], 240_000);
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** What the program prints, both ways; rejects with that where it fails or does not end in time. */
  run(
    [program, ...args]: readonly [string, ...string[]],
    timeout: number,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
    const path = `${join(this.path, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
    return new Promise((resolve, reject) => {
      execFile(
        program,
        args,
        {
          cwd: this.path,
          env: { ...inherited, PATH: path, ...environment },
          timeout,
          killSignal: 'SIGKILL',
          maxBuffer: 1 << 26,
          shell: process.platform === 'win32',
        },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout + stderr);
          else
            reject(
              new Error(`${[program, ...args].join(' ')}: ${error.signal ?? `exit code ${String(error.code)}`}\n${stdout}\n${stderr}`),
            );
        },
      );
    });
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
