/**
 * `npm run bench:scale`: the connection logs' search over a growing table, each condition and each
 * authorization filter on its own, in three ways: as generated functions send it (unnamed, so that
 * the planner sees the values), by named statements (`prepared`), and with the values written into
 * the text, which is the best that the planner can do. Then the same filters with an index that
 * begins with the organization.
 *
 * `--sizes 10000,100000,1000000` and `--seconds 0.3`, for each search, set how much is measured;
 * `--json FILE` writes the figures. A row's ratio is to the text with its values.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { getAuthorizedConnectionLogsOffset } from '../../generated/index.js';
import { prepared } from '../../src/runtime/index.js';
import { fill, onClient, openBenchDatabase } from './database.js';
import { table, writeRows, type BenchRow } from './rows.js';
import { figure } from './runtime/sampling.js';
import { literalQuery, literalText } from './scale/literals.js';
import { planOf } from './scale/plan.js';
import { conditions, FILTERS, type Search } from './scale/searches.js';

const WAYS = ['default', 'named', 'literals'] as const;
type Way = (typeof WAYS)[number];

/** A named statement's first five executions are always planned for their values. */
const BEFORE_GENERIC = 6;
const FEWEST = 7;
const MOST = 200;

/** What the default path may take, as a ratio to the text with its values. */
const BAR = 1.2;

const INDEX = 'CREATE INDEX connection_logs_organization_connect_time_idx ON connection_logs (organization_id, connect_time DESC)';

const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    seconds: { type: 'string', default: '0.5' },
    json: { type: 'string' },
  },
});
const sizes = flags.sizes.split(',').map(Number);
const budget = Number(flags.seconds) * 1000;

const rows: BenchRow[] = [];
const database = await openBenchDatabase();
try {
  console.log(`on ${database.label}, Node ${process.version}`);
  for (const size of sizes) {
    await fill(database.url, size);
    await benchSearches(`${size.toLocaleString('en')} logs`, [...conditions(size), ...FILTERS]);
  }
  await onClient(database.url, async (client) => {
    await client.query(INDEX);
    await client.query('VACUUM ANALYZE connection_logs');
  });
  console.log(`\n${INDEX}`);
  await benchSearches(`${sizes.at(-1)?.toLocaleString('en')} logs and that index`, FILTERS);
} finally {
  await database.close();
}
const worst = rows.filter((row) => row.variant === 'default').sort((a, b) => b.ratio - a.ratio)[0];
if (worst)
  console.log(`\nthe default path at its worst: ${worst.ratio.toFixed(2)} × the text with its values (${worst.name}); the bar is ${BAR}`);
await writeRows(flags.json, rows);

async function benchSearches(where: string, searches: readonly Search[]): Promise<void> {
  const lines: string[][] = [[where, 'literals', 'default', 'ratio', 'named', 'ratio', 'plan', 'pages', 'the plan of the values']];
  // A connection for each way, because named statements belong to one.
  const clients = { default: await connect(), named: await connect(), literals: await connect() };
  try {
    for (const search of searches) {
      const text = await literalText(clients.literals, search);
      const times = await benchSearch(clients, search, text);
      const plan = await planOf(clients.literals, text);
      const figures = (way: Way): Pick<BenchRow, 'median' | 'ratio'> => ({
        median: figure(times[way]).median,
        // Within a turn, so that a machine that grows slower or faster moves both.
        ratio: figure(times[way].map((time, turn) => time / (times.literals[turn] ?? NaN))).median,
      });
      const found = { default: figures('default'), named: figures('named'), literals: figures('literals') };
      const name = `${where}: ${search.title}`;
      for (const way of WAYS) rows.push({ name, variant: way, metric: 'wall', unit: 'ms', ...found[way] });
      rows.push({ name, variant: 'literals', metric: 'pages', median: plan.pages, unit: 'pages', ratio: 1 });
      lines.push([
        search.title,
        `${found.literals.median.toFixed(2)} ms`,
        found.default.median.toFixed(2),
        found.default.ratio.toFixed(2),
        found.named.median.toFixed(2),
        found.named.ratio.toFixed(2),
        await namedPlan(clients.named),
        String(plan.pages),
        plan.summary,
      ]);
      await clients.named.query('DEALLOCATE ALL');
      clients.named = await reconnected(clients.named);
    }
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.end()));
  }
  console.log(`\n${table(lines)}`);
}

/** Milliseconds of each way, the ways taking turns. */
async function benchSearch(
  clients: Readonly<Record<Way, pg.Client>>,
  { params, filter }: Search,
  text: string,
): Promise<Record<Way, number[]>> {
  const named = prepared(clients.named);
  // The same protocol and the same decoding: what differs is only what the planner sees.
  const run = literalQuery(text);
  const ways: Readonly<Record<Way, () => Promise<unknown>>> = {
    default: () => getAuthorizedConnectionLogsOffset(clients.default, filter, params),
    named: () => getAuthorizedConnectionLogsOffset(named, filter, params),
    literals: () => run(clients.literals),
  };
  for (let n = 0; n < BEFORE_GENERIC; n++) await ways.named();
  for (const way of WAYS) await ways[way]();
  const times: Record<Way, number[]> = { default: [], named: [], literals: [] };
  const started = performance.now();
  for (let turn = 0; turn < FEWEST || (turn < MOST && performance.now() - started < budget); turn++) {
    for (const way of turn % 2 === 0 ? WAYS : [...WAYS].reverse()) {
      const before = performance.now();
      await ways[way]();
      times[way].push(performance.now() - before);
    }
  }
  return times;
}

/** Whether the server settled on one plan for all values. */
async function namedPlan(client: pg.Client): Promise<string> {
  const { rows: counts } = await client.query<{ generic: boolean }>('SELECT generic_plans > 0 AS generic FROM pg_prepared_statements');
  return counts[0]?.generic === true ? 'generic' : 'by value';
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(database.url);
  await client.connect();
  return client;
}

/** node-postgres remembers the names that it gave a connection, also of statements that are gone. */
async function reconnected(client: pg.Client): Promise<pg.Client> {
  await client.end();
  return connect();
}
