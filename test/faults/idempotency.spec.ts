import { randomUUID } from 'node:crypto';
import type { Answer, ApiClient } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { MongoProxy, type Fault } from '../support/mongo-proxy.js';
import { Service } from '../support/process.js';

const CSV = 'Handle,Title,Variant Price\nblue-shirt,Blue Shirt,10.00\n';

/** Where the process dies: the command it cannot get past. */
const POINTS: [name: string, fault: Fault, ...command: string[]][] = [
  // without a command: the one that does the write
  ['when the write is done and it does not know yet', 'answer is lost'],
  ['between the write and the answer', 'command is lost', 'idempotency_keys', 'answer\0'],
];

type Shop = Awaited<ReturnType<FaultStack['shop']>>;
/** Five starts of the product, and the time until a dead process's claims are given up. */
const TIMEOUT_MS = 180_000;

interface Creation {
  path: string;
  collection: string;
  filter: object;
  resource: string;
  /** The command that does the write; a transaction's commit if absent. */
  write?: string[];
  send(api: ApiClient, path: string, headers: Record<string, string>): Promise<Answer>;
}

const json =
  (body?: object): Creation['send'] =>
  (api, path, headers) =>
    api.post(path, body, { headers });

const CREATIONS: Creation[] = [
  {
    path: '/products',
    collection: 'products',
    filter: { title: 'Once' },
    resource: 'product',
    write: ['insert\0', 'products\0', 'Once\0'],
    send: json({ title: 'Once' }),
  },
  {
    path: '/sitemaps',
    collection: 'jobs',
    filter: { name: 'sitemap.generate' },
    resource: 'job',
    send: json(),
  },
  {
    path: '/products/import',
    collection: 'jobs',
    filter: { name: 'product.import' },
    resource: 'job',
    send: (api, path, headers) =>
      api.call('POST', path, { body: CSV, headers: { ...headers, 'content-type': 'text/csv' } }),
  },
  {
    path: '/api-keys',
    collection: 'api_keys',
    filter: { name: 'storefront' },
    resource: 'api_key',
    send: json({ name: 'storefront', scopes: ['products:read'] }),
  },
];

describe('kill -9 of a process that works on a request with an Idempotency-Key', () => {
  let faults: FaultStack;
  let proxy: MongoProxy;
  let rescuer: Service;
  let victim: Service | undefined;
  let shops = 0;

  beforeAll(async () => {
    faults = await faultStack();
    proxy = await MongoProxy.to(faults.stack.mongodbUri);
    rescuer = await Service.start(faults.env);
  });
  afterEach(async () => {
    await victim?.kill('SIGKILL');
  });
  afterAll(async () => {
    await rescuer.kill('SIGTERM');
    await proxy.close();
    await faults.stop();
  });

  const startVictim = () =>
    Service.start({
      ...faults.env,
      ROLE: 'api',
      MONGODB_URI: proxy.uri(faults.stack.mongodbUri),
      MONGODB_COMPRESSION_LEVEL: '0', // the proxy reads along
    });

  /** The client's part: the same request again until it is no longer said to be running. */
  const repeated = (send: () => Promise<Answer>): Promise<Answer> =>
    eventually(async () => {
      const answer = await send();
      if (answer.status === 409) throw new Error(answer.text);
      return answer;
    });

  /** Sends it to a process that is killed at the point; gives what was written by then. */
  const cutOff = async ({ shop, at }: Shop, creation: Creation, fault: Fault, command: string[]) => {
    const { path, collection, filter } = creation;
    const headers = { 'idempotency-key': randomUUID() };
    const send = (service: Service) => creation.send(at(service), `/api/shops/${shop}${path}`, headers);
    victim = await startVictim();
    const cut = proxy.cut(
      fault,
      ...(command.length > 0 ? command : (creation.write ?? ['commitTransaction'])),
    );
    const lost = send(victim).then(
      () => 'answered',
      () => 'cut off',
    );
    await cut;
    await victim.kill('SIGKILL');
    expect(await lost).toBe('cut off');
    const found = { shop, ...filter };
    const [made] = await faults.db.collection(collection).find(found).toArray();
    expect(made).toBeDefined();
    return { creation, shop, at, found, id: String(made?._id), send };
  };

  /** The next try finds what is there and adds nothing to it. */
  const completes = async ({ creation, shop, at, found, id, send }: Awaited<ReturnType<typeof cutOff>>) => {
    const { collection, resource } = creation;
    const answer = await repeated(() => send(rescuer));
    expect(answer.status).toBe(collection === 'jobs' ? 202 : 201);
    expect(answer.body.id ?? answer.body.jobId).toBe(id);
    expect(await faults.db.collection(collection).countDocuments(found)).toBe(1);
    const events = { shop, resource, resourceId: id, action: { $in: ['created', 'started'] } };
    await eventually(async () => {
      expect(await faults.db.collection('audit_events').countDocuments(events)).toBe(1);
    });
    if (collection === 'api_keys') {
      const own = rescuer.api.as(answer.body.secret);
      expect((await own.get(`/api/shops/${shop}/products`)).status).toBe(200);
    }
    if (collection === 'jobs')
      expect(await at(rescuer).job(answer.body.jobId)).toMatchObject({ state: 'completed' });
    const again = await send(rescuer);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(answer.body);
  };

  it.each(POINTS)(
    '%s: the next try gives the one thing that was made',
    async (_, fault, ...command) => {
      const shop = await faults.shop(`crash-${++shops}`);
      const cuts = [];
      for (const creation of CREATIONS) cuts.push(await cutOff(shop, creation, fault, command));
      for (const cut of cuts) await completes(cut);
      // a place of the plan for the product that was created and the one that was imported
      const subscription = await faults.db.collection('subscriptions').findOne({ shop: shop.shop });
      expect(subscription?.['usage']).toEqual({ products: 2 });
    },
    TIMEOUT_MS,
  );
});
