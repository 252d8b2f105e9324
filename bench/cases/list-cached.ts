import { writeFileSync } from 'node:fs';
import { atLeast, type Goal, type PreparedCase, type Variant } from '../measure/case.ts';
import type { BenchCase, CaseContext } from './index.ts';
import { bare, everyShop, getRequest } from './support.ts';

interface Answer {
  readonly body: string;
  readonly etag: string;
}

/** A popular list of 50 that the cache holds. */
export const listCached: BenchCase = {
  name: 'cached list of 50',
  prepare: (context) => prepare(context, 'cached list of 50', 200, () => ({})),
};

/** The same, asked for by a caller who has it already. */
export const listUnchanged: BenchCase = {
  name: '304 on an unchanged list',
  prepare: (context) =>
    prepare(context, '304 on an unchanged list', 304, ({ etag }) => ({ 'if-none-match': etag })),
};

async function prepare(
  context: CaseContext,
  name: string,
  status: number,
  conditions: (answer: Answer) => Record<string, string>,
): Promise<PreparedCase> {
  const goal: Goal = atLeast(0.6);
  const database = await everyShop(context);
  const [shop] = database.shops;
  if (!shop) throw new Error('the population has no subject');
  const app = await context.servers.app(database);
  const plain = getRequest(shop, 'products?limit=50');
  const known = await cachedAnswer(app.baseUrl + plain.path, plain.headers);
  const bodyFile = context.servers.file('same-bytes.json');
  writeFileSync(bodyFile, known.body);
  const server = await context.servers.baseline('same-bytes', database, {
    BODY_FILE: bodyFile,
    ETAG: known.etag,
  });
  const request = { ...plain, headers: { ...plain.headers, ...conditions(known) } };
  const ours: Variant = { name: 'ours', baseUrl: app.baseUrl, pid: app.pid, requests: [request], status };
  const baseline: Variant = {
    name: 'baseline',
    baseUrl: server.baseUrl,
    pid: server.pid,
    requests: [bare(request)],
    status,
  };
  return {
    variants: [ours, baseline],
    comparisons: [{ name, ours: ours.name, baseline: baseline.name, goal }],
  };
}

/** Asks twice: the second answer must come from the cache. */
async function cachedAnswer(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  await (await fetch(url, { headers })).text();
  const answer = await fetch(url, { headers });
  if (answer.headers.get('x-cache') !== 'hit') throw new Error('the list is not cached');
  return { body: await answer.text(), etag: answer.headers.get('etag') ?? '' };
}
