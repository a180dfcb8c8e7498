/**
 * The program of a fresh process, as Node takes it without a compiler: imports what its arguments name
 * and prints how long that took and how much CPU time, or which files it loaded.
 */
export const PROGRAM = `
import { createRequire, register } from 'node:module';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';

const [mode, ...specifiers] = process.argv.slice(1);
const urls = [];
if (mode === 'watch') {
  const { port1, port2 } = new MessageChannel();
  port1.on('message', (url) => urls.push(url));
  port1.unref();
  const hooks =
    'let port;' +
    'export const initialize = (data) => { port = data.port; };' +
    'export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };';
  register('data:text/javascript,' + encodeURIComponent(hooks), { data: { port: port2 }, transferList: [port2] });
}

const cpuBefore = process.cpuUsage();
const before = performance.now();
for (const specifier of specifiers) await import(isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier);
const milliseconds = performance.now() - before;
const { user, system } = process.cpuUsage(cpuBefore);

if (mode === 'watch') {
  await new Promise((resolve) => setTimeout(resolve, 100));
  // What CommonJS modules required; the hooks see only the first of them.
  for (const file of Object.keys(createRequire(process.cwd() + '/').cache)) urls.push(pathToFileURL(file).href);
}
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1000, urls }));
`;
