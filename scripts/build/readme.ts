/** npm shows a README without the repository around it, so its links and images must be absolute. */
import { posix } from 'node:path';

const LINK = /(!?)\[((?:[^[\]]|\[[^[\]]*\])*)\]\(([^()\s]+)\)/g;

/** @param path where the page is in the repository; its links are relative to that. */
export function absoluteLinks(markdown: string, path: string, repository: string): string {
  return markdown.replace(LINK, (link, image: string, text: string, target: string) => {
    if (/^(?:[a-z]+:|#)/i.test(target)) return link;
    const place = posix.normalize(posix.join(posix.dirname(path), target));
    const address =
      image === '' ? `${repository}/blob/main/${place}` : `${repository.replace('github.com', 'raw.githubusercontent.com')}/main/${place}`;
    return `${image}[${text}](${address})`;
  });
}
