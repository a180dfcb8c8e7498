/** The service as a Fastify application, without a port: routes, who asks, what is answered on an error. */
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { QueryError } from 'sqlward';
import type { ServiceOptions } from './options.js';
import type { Viewer } from './policy/viewer.js';
import { addEventRoutes } from './routes/events.js';
import { addHealthRoutes } from './routes/health.js';
import { CONNECTION_LOG } from './routes/log.js';
import { addLogRoutes } from './routes/logs.js';
import { addPageRoutes } from './routes/page.js';
import { BadRequest, PROBLEMS } from './routes/problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer;
  }
}

const NOBODY: Viewer = { name: 'nobody', isOwner: false, audits: [] };

export async function createService(options: ServiceOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: options.log === true ? { redact: ['req.headers.authorization'] } : false,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, allowUnionTypes: true } },
    forceCloseConnections: 'idle',
  });
  await app.register(swagger, {
    openapi: {
      info: { title: 'Connection logs', version: '1.0.0' },
      components: { securitySchemes: { viewer: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => (typeof json.$id === 'string' ? json.$id : `schema-${index}`) },
  });
  app.decorateRequest('viewer');
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/v2/connectionlog')) return;
    const credentials = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const viewer = credentials === undefined ? NOBODY : options.viewerOf(credentials);
    if (viewer === undefined) return reply.code(401).send({ message: 'the credentials are not known', validations: [] });
    request.viewer = viewer;
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof BadRequest) return reply.code(400).send({ message: error.message, validations: error.problems });
    if (isValidation(error)) {
      const validations = error.validation.map(({ instancePath, message = '' }) => ({
        field: instancePath.slice(1).replaceAll('/', '.') || 'body',
        detail: message,
      }));
      return reply.code(400).send({ message: 'the request is not valid', validations });
    }
    if (statusOf(error) < 500) return reply.code(statusOf(error)).send({ message: messageOf(error), validations: [] });
    // The server's words may quote a row that the filter hides: they are for the log, never for the caller.
    request.log.error({ err: error });
    const unavailable = error instanceof QueryError && error.retryable;
    return reply.code(unavailable ? 503 : 500).send({ message: unavailable ? 'try again' : 'something went wrong', validations: [] });
  });
  app.addSchema(CONNECTION_LOG);
  app.addSchema(PROBLEMS);
  addLogRoutes(app, options);
  addEventRoutes(app, options);
  addHealthRoutes(app, options);
  await addPageRoutes(app, options);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

function isValidation(
  error: unknown,
): error is { readonly validation: readonly { readonly instancePath: string; readonly message?: string }[] } {
  return typeof error === 'object' && error !== null && 'validation' in error && Array.isArray(error.validation);
}

function statusOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the request is not valid';
}
