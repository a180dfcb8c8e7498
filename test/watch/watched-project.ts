/** A project on disk with `sqlward generate --watch` running over it, in this process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeProject, type DiskProject, type Run } from '../cli/project.js';

const WITHIN_MS = 30_000;

export class WatchedProject {
  #output = '';
  readonly #end = new AbortController();
  readonly #running: Promise<Run>;
  #ended = false;

  private constructor(
    readonly disk: DiskProject,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#running = disk
      .runSeen(['generate', '--watch', '--verbose'], { see: (text) => (this.#output += text), interrupted: this.#end.signal, environment })
      .finally(() => (this.#ended = true));
  }

  static async start(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>>): Promise<WatchedProject> {
    return new WatchedProject(await makeProject('', files), environment);
  }

  async save(path: string, text: string): Promise<void> {
    this.#output = '';
    await this.disk.put(path, text);
  }

  async remove(path: string): Promise<void> {
    this.#output = '';
    await this.disk.remove(path);
  }

  /** A generated file, or undefined where there is none. */
  generated(name: string): Promise<string | undefined> {
    return this.disk.read(`db/${name}`);
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
      if (this.#ended || Date.now() > deadline) throw new Error(`${otherwise}; printed so far:\n${this.#output}`);
    }
  }

  /** Interrupts the run, and waits for its end. */
  async discard(): Promise<void> {
    this.#end.abort();
    await this.#running;
    await this.disk.drop();
  }
}
