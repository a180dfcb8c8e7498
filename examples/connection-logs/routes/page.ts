/** The page: one document, one style sheet, one script, built once from TypeScript when the service starts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { KEYS } from '../search/keys.js';
import type { ServiceOptions } from '../options.js';

const FOLDER = join(import.meta.dirname, '..', 'page');
/** Only what the service itself serves runs in the page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export async function addPageRoutes(app: FastifyInstance, { viewers }: ServiceOptions): Promise<void> {
  const [document, style, script] = await Promise.all([
    readFile(join(FOLDER, 'index.html'), 'utf8'),
    readFile(join(FOLDER, 'style.css'), 'utf8'),
    bundle(),
  ]);
  const send = (reply: FastifyReply, type: string, body: string) =>
    reply.type(`${type}; charset=utf-8`).header('content-security-policy', POLICY).header('x-content-type-options', 'nosniff').send(body);
  const hidden = { schema: { hide: true } };
  app.get('/', hidden, (_, reply) => send(reply, 'text/html', document));
  app.get('/style.css', hidden, (_, reply) => send(reply, 'text/css', style));
  app.get('/page.js', hidden, (_, reply) => send(reply, 'text/javascript', script));
  app.get('/page.json', hidden, () => ({
    keys: KEYS.map(({ name, form, example }) => ({ name, form, example })),
    viewers: viewers.map(({ name }) => name),
  }));
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, 'page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    minify: true,
  });
  return outputFiles[0]?.text ?? '';
}
