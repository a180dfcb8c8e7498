/** `GET /healthz`: the process runs. `GET /readyz`: it can answer, which takes a database. */
import type { FastifyInstance } from 'fastify';
import type { ServiceOptions } from '../options.js';

export function addHealthRoutes(app: FastifyInstance, { pool }: ServiceOptions): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    if (closing) return reply.code(503).send({ status: 'closing' });
    try {
      await pool.query('SELECT');
      return { status: 'ok' };
    } catch {
      return reply.code(503).send({ status: 'no database' });
    }
  });
}
