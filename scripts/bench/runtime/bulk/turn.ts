/** One turn of one contender: warmed up, measured, sent to the parent. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BULK, type BulkCase, type Contender } from './contenders.js';

const [name, contender, url] = process.argv.slice(2);
if (name === undefined || contender === undefined || url === undefined) throw new Error('forked by bench:runtime');
const open = (BULK[name as BulkCase].contenders as Record<string, Contender>)[contender];
if (open === undefined) throw new Error(`no contender ${contender}`);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const work = await open(url);
await work.warmUp();
collect();
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 20);
const cpuBefore = process.cpuUsage();
const start = performance.now();
await work.run();
const wall = performance.now() - start;
const { user, system } = process.cpuUsage(cpuBefore);
clearInterval(watch);
most = Math.max(most, process.memoryUsage.rss());
await work.close();
process.send?.({ wall, cpu: (user + system) / 1000, memory: (most - before) / 1e6 });
process.disconnect();
