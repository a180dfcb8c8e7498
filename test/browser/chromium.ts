/** Chromium as the system has it: playwright-core brings no browser of its own. */
import { access } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Throws, with what to install, where there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await find([process.env['CHROMIUM'] ?? '', ...PLACES]);
  if (executablePath === undefined) {
    throw new Error(
      'no Chromium was found; install it (Debian: apt-get install chromium), or name one in the environment variable CHROMIUM',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

async function find(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (path === '') continue;
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}
