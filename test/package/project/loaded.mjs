// Prints the address of every module that importing the given names loads.
import { readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';

const log = new URL('loaded.txt', import.meta.url);
writeFileSync(log, '');
register(
  `data:text/javascript,${encodeURIComponent(`
    import { appendFileSync } from 'node:fs';
    export async function load(url, context, next) {
      appendFileSync(new URL(${JSON.stringify(log.href)}), url + '\\n');
      return next(url, context);
    }`)}`,
);
for (const name of process.argv.slice(2)) await import(name);
console.log(readFileSync(log, 'utf8').trim());
