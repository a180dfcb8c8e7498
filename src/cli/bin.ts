#!/usr/bin/env node
/** The command line as a process: its arguments, streams, signals and exit code. Nothing else here touches them. */
import process from 'node:process';

const OLDEST_NODE = [20, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  // What is imported below may not even parse there.
  process.stderr.write(`sqlward needs Node ${OLDEST_NODE.join('.')} or later; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}

const { setFlagsFromString } = await import('node:v8');
// A run takes seconds, which is less than the optimizing compiler takes for the WebAssembly in it:
// the embedded database and the parser run as the baseline compiler left them (Node 24 no longer hears of
// --liftoff-only once it runs). Threads that share the young garbage spend more time on waiting for each
// other than they save. V8 prints an error about an option that it does not have, so none is set for a
// Node that was not tried.
if (major <= 24) setFlagsFromString('--no-wasm-tier-up --no-wasm-dynamic-tiering --no-parallel-scavenge');
// Of the JavaScript, only what runs long is worth optimizing; from Node 22 on, V8 counts in another way.
if (major < 22) setFlagsFromString('--interrupt-budget=1000000');

// Where there is no navigator, as before Node 21, `pg` asks Response where it runs, which loads all of fetch.
if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: { userAgent: `Node.js/${major}` } });

const { main } = await import('./main.js');

const interrupted = new AbortController();
let interruption: number | undefined;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    interruption = code;
    interrupted.abort();
  });
}
for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough, as `head` has, is no reason to stop half-way.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const code = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  interrupted: interrupted.signal,
});
process.exitCode = interruption ?? code;
// Work that the interruption left half-done holds the process open.
if (interruption !== undefined) process.exit();
