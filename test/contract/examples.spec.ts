import { readFileSync, writeFileSync } from 'node:fs';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { ApiClient, type Answer } from '../support/client.js';
import { Documented } from '../support/documented.js';
import { tidy } from '../support/example.js';
import { operations, type Operation } from '../support/openapi.js';
import { drivers } from './drive.js';

const FILE = 'src/roles/openapi-examples.json';
/** Records what is missing or no longer as documented; then `npm run generate` puts it into openapi.json. */
const UPDATE = process.env['UPDATE_EXAMPLES'] !== undefined;

type Exchange = { request?: unknown; response?: unknown };

/** What makes things comes first, so that lists have something to show; what ends them comes last. */
const inOrder = operations().sort((a, b) => turn(a) - turn(b));
function turn({ method }: Operation): number {
  return ['POST', 'PATCH', 'GET', 'DELETE'].indexOf(method);
}

describe('examples in openapi.json', () => {
  const documented = new Documented();
  const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Exchange>;
  let test: TestApp;
  let own: TestShop;
  let calls: { method: string; path: string; json: unknown }[] = [];
  beforeAll(async () => {
    if (!UPDATE) return;
    test = await startTestApp();
    own = await test.newShop({ name: 'Nordlys Apparel' });
    const { call } = ApiClient.prototype;
    ApiClient.prototype.call = function (method, path, more) {
      calls.push({ method, path, json: more?.json });
      return call.call(this, method, path, more);
    };
  });
  afterAll(async () => {
    if (!UPDATE) return;
    const known = new Set(operations().map(({ id }) => id));
    const sorted = Object.entries(recorded)
      .filter(([id]) => known.has(id))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
    await test.close();
  });

  it.each(inOrder.map((operation) => [operation.id, operation] as const))(
    '%s has a recorded exchange that is as documented',
    async (id, operation) => {
      if (UPDATE && faultsOf(operation, recorded[id]).length > 0) {
        calls = [];
        const answer = await drivers(test, own)[id]!(2);
        recorded[id] = { request: tidy(sentTo(operation)), response: tidy(answer.body ?? textOf(answer)) };
      }
      const advice = 'run `UPDATE_EXAMPLES=1 npm test -- test/contract/examples`, then `npm run generate`';
      expect({ advice, faults: faultsOf(operation, recorded[id]) }).toEqual({ advice, faults: [] });
    },
  );

  /** What the operation was sent: a driver may clean up after it. */
  function sentTo({ method, path }: Operation): unknown {
    const place = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}(\\?|$)`);
    return calls.findLast((call) => call.method === method && place.test(call.path))?.json;
  }

  function faultsOf(operation: Operation, { request, response }: Exchange = {}): string[] {
    const [status = '', { content = {} } = {}] =
      Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
    const type = Object.keys(content)[0] ?? '';
    const answer: Answer = {
      status: Number(status),
      headers: new Headers({ 'content-type': type }),
      text: response === undefined ? '' : JSON.stringify(response),
      body: response,
    };
    const takesJson = operation.requestBody?.content['application/json'] !== undefined;
    return [
      ...(type && response === undefined ? ['no response'] : documented.faultsOf(operation, answer)),
      ...(takesJson ? documented.requestFaultsOf(operation, request) : []),
    ];
  }
});

/** As much of a text as shows what it is; undefined for an empty one. */
function textOf({ text }: Answer): string | undefined {
  return text === '' ? undefined : text.slice(0, 800).replace(/\n.*$/, '\n');
}
