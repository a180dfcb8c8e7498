/** Where Prisma is, as seen from the folder that npm runs scripts in: what is measured is built into a folder of its own. */
import { pathToFileURL } from 'node:url';

/** Exact, so that a kept installation is the one that is meant. */
export const VERSION = '7.9.1';
export const FOLDER = new URL(`node_modules/.cache/sqlward-bench/prisma-${VERSION}/`, pathToFileURL(`${process.cwd()}/`));

/** The generated client's module. */
export const PRISMA_CLIENT = new URL('built/client.js', FOLDER).href;
export const PRISMA_ADAPTER = new URL('node_modules/@prisma/adapter-pg/dist/index.mjs', FOLDER).href;
