/**
 * OpenTelemetry: a client span for each call, by the semantic conventions for databases
 * (opentelemetry.io/docs/specs/semconv/database).
 *
 * Invariant: a span's name has low cardinality, and no attribute holds a value of the caller's. Spans
 * that `@opentelemetry/instrumentation-pg` would make of the same statement are suppressed.
 */
import { context, createContextKey, SpanKind, SpanStatusCode, trace, type Attributes, type TracerProvider } from '@opentelemetry/api';
import { aroundCalls, type QueryTrace } from '../runtime/index.js';

/** What `instrument` takes. */
export interface InstrumentOptions {
  /** The global one by default. */
  readonly tracerProvider?: TracerProvider;
}

/** By which the SDK suppresses spans; `suppressTracing` of `@opentelemetry/core` sets the same. */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** From now on each call of a generated function is a span. Returns how to end it. */
export function instrumentSqlward({ tracerProvider }: InstrumentOptions = {}): () => void {
  const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer('sqlward');
  const spans = new WeakMap<QueryTrace, { readonly context: ReturnType<typeof context.active>; readonly end: () => void }>();
  const stopCalls = aroundCalls(
    (call, run) => {
      let open = spans.get(call);
      if (open === undefined) {
        const span = tracer.startSpan(call.name, { kind: SpanKind.CLIENT, attributes: attributesOf(call) });
        const within = trace.setSpan(context.active(), span).setValue(SUPPRESSED, true);
        const end = (): void => {
          span.setAttributes(resultOf(call));
          if (call.error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        };
        open = { context: within, end };
        spans.set(call, open);
      }
      return context.with(open.context, run);
    },
    (call) => spans.get(call)?.end(),
  );
  return stopCalls;
}

function attributesOf({ name, command, source, text, reads, writes, filter, sets }: QueryTrace): Attributes {
  const tables = [...new Set([...writes, ...reads])];
  return {
    'db.system.name': 'postgresql',
    'db.query.summary': name,
    'db.query.text': text,
    ...(tables.length === 1 && { 'db.collection.name': tables[0] }),
    ...(sets !== undefined && sets > 1 && { 'db.operation.batch.size': sets }),
    'sqlward.command': command,
    'sqlward.source': source,
    'sqlward.reads': [...reads],
    'sqlward.writes': [...writes],
    ...(filter !== undefined && { 'sqlward.filter': filter }),
  };
}

function resultOf({ rows, error }: QueryTrace): Attributes {
  return {
    'db.response.returned_rows': rows,
    ...(error && { 'error.type': error.code ?? error.type }),
    ...(error?.code !== undefined && { 'db.response.status_code': error.code }),
  };
}
