/** What a run of the command line reads and writes, so that it can run inside another process. */
export interface Output {
  write(text: string): void;
  readonly isTTY?: boolean;
}

export interface Io {
  /** Absolute. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted when the run is to end; `--watch` then stops. */
  readonly interrupted: AbortSignal;
}

/** Whether a terminal is there that wants colour: https://no-color.org, and `FORCE_COLOR` as Node has it. */
export function wantsColor(output: Output, environment: Io['environment']): boolean {
  if (environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '') return false;
  if (environment['FORCE_COLOR'] !== undefined) return environment['FORCE_COLOR'] !== '0' && environment['FORCE_COLOR'] !== 'false';
  return output.isTTY === true && environment['TERM'] !== 'dumb';
}
