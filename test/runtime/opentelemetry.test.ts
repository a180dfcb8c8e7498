/** Spans by OpenTelemetry's own SDK, beside its instrumentation of node-postgres. */
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createRequire } from 'node:module';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getAuthorizedConnectionLogsOffset, recordConnectionEvents, upsertConnectionLog } from '@sqlward/connection-logs';
import { authorize } from 'sqlward';
import { instrumentSqlward } from '../../src/observers/opentelemetry.js';
import { addOrganization, addUser, event, openFixture, type Fixture } from '../connectionlogs/fixture.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let fixture: Fixture;
let pool: pg.Pool;
let owner: { readonly organizationId: string; readonly workspaceOwnerId: string };
let stop: () => void;
let unpatch: () => void;

beforeAll(async () => {
  provider.register();
  unpatch = registerInstrumentations({ tracerProvider: provider, instrumentations: [new PgInstrumentation()] });
  fixture = await openFixture();
  // The instrumentation patches what is required from now on.
  const { Pool } = createRequire(import.meta.url)('pg') as typeof pg;
  pool = new Pool({ ...fixture.pool.options, max: 2 });
  owner = { organizationId: await addOrganization(fixture.pool, 'acme'), workspaceOwnerId: await addUser(fixture.pool, 'ada') };
  stop = instrumentSqlward();
});
afterAll(async () => {
  stop?.();
  await pool?.end();
  await fixture?.close();
  await provider.shutdown();
  // The worker's next files have node-postgres as it is.
  unpatch?.();
  for (const api of [trace, context, propagation]) api.disable();
});
beforeEach(() => exporter.reset());

describe('spans', () => {
  it('are one a call, a child of what was active, by the semantic conventions', async () => {
    await upsertConnectionLog(pool, event(owner));
    exporter.reset();
    const parent = trace.getTracer('test').startSpan('request');
    await context.with(trace.setSpan(context.active(), parent), () =>
      getAuthorizedConnectionLogsOffset(pool, authorize.unrestricted('a test'), { limitOpt: 3 }),
    );
    parent.end();
    const spans = exporter.getFinishedSpans().filter(({ name }) => name !== 'request');
    expect(spans.map(({ name }) => name)).toEqual(['GetAuthorizedConnectionLogsOffset']);
    expect(spans[0]).toMatchObject({
      kind: SpanKind.CLIENT,
      parentSpanContext: { spanId: parent.spanContext().spanId },
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.summary': 'GetAuthorizedConnectionLogsOffset',
        'db.response.returned_rows': 1,
        'sqlward.filter': 'unrestricted',
        'sqlward.source': 'queries/connectionlogs.sql:1',
      },
    });
  });

  it('tell a batch by its size and an error by its code, without values', async () => {
    await recordConnectionEvents(pool, [event(owner), event(owner)]);
    const bad = event({ ...owner, organizationId: '9b9b9b9b-0000-4000-8000-000000000000' });
    await expect(upsertConnectionLog(pool, bad)).rejects.toThrow();
    const [batch, failed] = exporter.getFinishedSpans();
    expect(batch?.attributes['db.operation.batch.size']).toBe(2);
    expect(failed).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': '23503', 'db.response.status_code': '23503' },
    });
    expect(JSON.stringify(failed?.attributes)).not.toContain('9b9b9b9b');
  });

  it('cover a stream until it ends', async () => {
    for await (const _ of getAuthorizedConnectionLogsOffset.stream(pool, authorize.unrestricted('a test'), {}, { rows: 1 }));
    expect(exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes['db.response.returned_rows']])).toEqual([
      ['GetAuthorizedConnectionLogsOffset', 3],
    ]);
  });
});
