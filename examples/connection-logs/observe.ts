/** A log line for each query that the service ran, from the diagnostics channel: names and numbers, and no value. */
import { tracingChannel } from 'node:diagnostics_channel';
import type { FastifyBaseLogger } from 'fastify';
import type { QueryTrace } from 'sqlward';
import { instrumentSqlward } from 'sqlward/opentelemetry';

const channel = tracingChannel<string, QueryTrace>('sqlward:query');

/** Returns how to end it. Spans go where the process's OpenTelemetry SDK sends them, or nowhere. */
export function observe(log: FastifyBaseLogger): () => void {
  const asyncEnd = ({ name, filter, rows, sets, duration, error }: QueryTrace): void => {
    const line = { query: name, filter, rows, sets, milliseconds: Math.round((duration ?? 0) * 10) / 10, error };
    if (error === undefined) log.info(line, 'query');
    else log.warn(line, 'query failed');
  };
  channel.subscribe({ asyncEnd, start() {}, end() {}, asyncStart() {}, error() {} });
  return instrumentSqlward();
}
