/** `GET /api/v2/connectionlog`, a page and its count; `GET …/export.ndjson`, all that a search finds. */
import { Readable } from 'node:stream';
import { countAuthorizedConnectionLogs, getAuthorizedConnectionLogsOffset } from '@sqlward/connection-logs';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readRequest } from '../search/request.js';
import type { ServiceOptions } from '../options.js';
import { abortedWith } from './aborted.js';
import { answerOf, CONNECTION_LOG } from './log.js';
import { PROBLEMS } from './problem.js';

/** A count stops here, and the reader is told "more than". */
export const COUNT_CAP = 1000;
/** What the query takes for a limit of 0. */
const DEFAULT_LIMIT = 100;
/** No page: LIMIT's greatest number. */
const EVERYTHING = 2 ** 31 - 1;

const QUERY = {
  type: 'object',
  properties: {
    q: { type: 'string', description: 'key:value pairs, blanks between them; a value with blanks in double quotes' },
    limit: { type: 'string', description: '1 to 1000; 0 or none is 100' },
    offset: { type: 'string', description: 'from 0' },
  },
} as const;

type Request = FastifyRequest<{ Querystring: Readonly<Record<string, unknown>> }>;

export function addLogRoutes(app: FastifyInstance, { db, filterOf }: ServiceOptions): void {
  const description = { querystring: QUERY, security: [{ viewer: [] }] };
  app.get(
    '/api/v2/connectionlog',
    {
      schema: {
        ...description,
        summary: 'A page of the connection logs that the viewer may read, newest first',
        response: {
          200: {
            type: 'object',
            required: ['connection_logs', 'count', 'count_is_capped'],
            properties: {
              connection_logs: { type: 'array', items: { $ref: `${CONNECTION_LOG.$id}#` } },
              count: { type: 'integer', description: `Of the whole search; at most ${COUNT_CAP}.` },
              count_is_capped: { type: 'boolean', description: 'There are more than `count`.' },
            },
          },
          400: { $ref: `${PROBLEMS.$id}#` },
        },
      },
    },
    async (request: Request, reply) => {
      const signal = abortedWith(reply);
      const { search, page } = await readRequest(db, request.query, signal);
      // One filter for both, so that no change of rights falls between the page and its count.
      const filter = filterOf(request.viewer);
      const logs = await getAuthorizedConnectionLogsOffset(db, filter, { ...search, ...page }, { signal });
      // The last page tells how many there are; a count costs more than a page.
      const isLast = logs.length < (page.limitOpt || DEFAULT_LIMIT) && (logs.length > 0 || page.offsetOpt === 0);
      const { count } = isLast
        ? { count: page.offsetOpt + logs.length }
        : await countAuthorizedConnectionLogs(db, filter, { ...search, countCap: COUNT_CAP + 1 }, { signal });
      return { connection_logs: logs.map(answerOf), count: Math.min(count, COUNT_CAP), count_is_capped: count > COUNT_CAP };
    },
  );

  app.get(
    '/api/v2/connectionlog/export.ndjson',
    { schema: { ...description, summary: 'Every log that a search finds, a JSON document a line', produces: ['application/x-ndjson'] } },
    async (request: Request, reply) => {
      const signal = abortedWith(reply);
      const { search } = await readRequest(db, request.query, signal);
      const rows = getAuthorizedConnectionLogsOffset.stream(
        db,
        filterOf(request.viewer),
        { ...search, limitOpt: EVERYTHING },
        { signal, rows: 500 },
      );
      return reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(linesOf(rows), { objectMode: false }));
    },
  );
}

/** Some hundred rows at once: a chunk a row would cost more than the row. */
async function* linesOf(rows: AsyncIterable<Parameters<typeof answerOf>[0]>): AsyncGenerator<string> {
  let chunk = '';
  for await (const row of rows) {
    chunk += `${JSON.stringify(answerOf(row))}\n`;
    if (chunk.length < 64 * 1024) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
