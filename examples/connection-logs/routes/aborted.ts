import type { FastifyReply } from 'fastify';

/** Aborted when the caller goes away before the answer is complete, so that PostgreSQL stops working on it. */
export function abortedWith({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Error('the caller went away'));
  });
  return controller.signal;
}
