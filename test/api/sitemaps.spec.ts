import { Types } from 'mongoose';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';
import { archiveSitemaps } from '../../src/modules/sitemaps/sitemap.jobs.js';
import { runJob } from '../support/run-job.js';
import { generateSitemap, urlsOf } from '../support/sitemap-run.js';
import { assertValidSitemap } from '../support/sitemap-schemas.js';
import { storedFiles } from '../support/stored-files.js';

describe('sitemaps', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const served = async ({ shop }: TestShop) => {
    const { status, text } = await test.anonymous.get(`/sitemaps/${shop}/sitemap.xml`);
    expect(status).toBe(200);
    await assertValidSitemap(text);
    return text;
  };

  it('lists every active product once, valid by the schemas', async () => {
    const own = await test.newShop();
    const { shop, api } = own;
    await addProducts(own, [{ title: 'One' }, { title: 'Two' }, { title: 'Hidden', status: 'draft' }]);
    const started = await api.post(`/api/shops/${shop}/sitemaps`);
    expect(started.status).toBe(202);
    expect(started.headers.get('location')).toBe(`/api/jobs/${started.body.jobId}`);
    expect(started.body.estimatedTime).toBeGreaterThan(0);
    const job = await api.job(started.body.jobId);
    expect(job).toMatchObject({
      name: 'sitemap.generate',
      state: 'completed',
      progress: { percent: 100, done: 2, total: 2, unit: 'products' },
      result: { products: 2, urls: 3, images: 0, files: 1 },
    });
    expect(new URL(job.result.location).pathname).toBe(`/sitemaps/${shop}/sitemap.xml`);
    expect(urlsOf(await served(own)).map(({ loc }) => loc)).toEqual([
      `https://${shop}/`,
      `https://${shop}/products/one`,
      `https://${shop}/products/two`,
    ]);
  });

  it('leaves out drafts, archived products and those not on the online store', async () => {
    const own = await test.newShop();
    await addProducts(own, [
      { title: 'Active' },
      { title: 'Draft', status: 'draft' },
      { title: 'Archived', status: 'archived' },
      { title: 'Unpublished', published: false },
    ]);
    expect((await generateSitemap(own)).result).toMatchObject({ products: 1, urls: 2 });
    expect(await served(own)).not.toMatch(/draft|archived|unpublished/);
  });

  it('tells when each product changed, to the second', async () => {
    const own = await test.newShop();
    const [one, two] = await addProducts(own, [{ title: 'One' }, { title: 'Two' }]);
    const long = new Date('2024-02-29T23:59:59.987Z');
    await test.db
      .collection('products')
      .updateOne({ _id: new Types.ObjectId(one.id) }, { $set: { updatedAt: long } });
    await generateSitemap(own);
    const [home, first, second] = urlsOf(await served(own));
    expect(home?.lastmod).toBeUndefined();
    expect(first?.lastmod).toBe('2024-02-29T23:59:59Z');
    expect(second?.lastmod).toBe(two.updatedAt.replace(/\.\d+Z$/, 'Z'));
  });

  it('names images, and every page in every language of the shop', async () => {
    const own = await test.newShop();
    const locales = [
      { locale: 'en', primary: true },
      { locale: 'pt-BR', primary: false },
      { locale: 'de', primary: false, urlPrefix: 'deutsch' },
    ];
    const settings = { primaryDomain: 'shop.example.com', locales };
    expect((await own.api.patch(`/api/shops/${own.shop}`, settings)).status).toBe(200);
    await addProducts(own, [
      {
        title: 'Größe & Co',
        images: [{ src: 'https://cdn.example.com/a.jpg?v=1&w=2' }, { src: 'https://cdn.example.com/b.jpg' }],
      },
    ]);
    expect((await generateSitemap(own)).result).toMatchObject({ products: 1, urls: 6, images: 6 });
    const urls = urlsOf(await served(own));
    const handle = encodeURIComponent('größe-co');
    const product = {
      en: `https://shop.example.com/products/${handle}`,
      'pt-BR': `https://shop.example.com/pt-BR/products/${handle}`,
      de: `https://shop.example.com/deutsch/products/${handle}`,
    };
    const home = {
      en: 'https://shop.example.com/',
      'pt-BR': 'https://shop.example.com/pt-BR',
      de: 'https://shop.example.com/deutsch',
    };
    expect(urls.map(({ loc }) => loc).sort()).toEqual(
      [...Object.values(home), ...Object.values(product)].sort(),
    );
    for (const page of [home, product]) {
      for (const loc of Object.values(page)) {
        expect(urls.find((url) => url.loc === loc)?.alternates).toEqual({ ...page, 'x-default': page.en });
      }
    }
    expect(urls.find(({ loc }) => loc === product.de)?.images).toEqual([
      'https://cdn.example.com/a.jpg?v=1&w=2',
      'https://cdn.example.com/b.jpg',
    ]);
  });

  it('is the home page alone for a shop without products', async () => {
    const own = await test.newShop();
    expect((await generateSitemap(own)).result).toMatchObject({ products: 0, urls: 1, files: 1 });
    expect(urlsOf(await served(own)).map(({ loc }) => loc)).toEqual([`https://${own.shop}/`]);
  });

  it('tells what it had to leave out', async () => {
    const own = await test.newShop();
    const [product] = await addProducts(own, [
      { title: 'One', images: [{ src: 'https://cdn.example.com/a.jpg' }] },
    ]);
    const images = [
      { id: new Types.ObjectId(), src: 'https://user:secret@cdn.example.com/a.jpg', altText: '' },
    ];
    await test.db
      .collection('products')
      .updateOne({ _id: new Types.ObjectId(product.id) }, { $set: { images } });
    const { result } = await generateSitemap(own);
    expect(result).toMatchObject({ products: 1, urls: 2, images: 0 });
    const { body } = await own.api.get(`/api/shops/${own.shop}/sitemaps/${result.sitemapId}`);
    expect(body.skipped).toMatchObject([{ part: 'image', reason: 'invalid_url', count: 1 }]);
    expect(await served(own)).not.toMatch(/secret/);
  });

  it('removes on Sundays what a generation that was cut off has left', async () => {
    const own = await test.newShop();
    await addProducts(own, [{ title: 'Lamp' }]);
    const newest = (await generateSitemap(own)).result.sitemapId;
    const sitemaps = test.db.collection('sitemaps');
    const { _id, ...one } = (await sitemaps.findOne({ _id: new Types.ObjectId(newest) }))!;
    for (let age = 1; age <= 4; age++) {
      const generatedAt = new Date(one['generatedAt'].getTime() - age * 1000);
      await sitemaps.insertOne({ ...one, generatedAt, jobId: `older ${age}`, files: [] });
    }
    expect(await runJob(test, archiveSitemaps, { dryRun: true })).toEqual({ shops: 1, versions: 2 });
    expect(await sitemaps.countDocuments({ shop: own.shop })).toBe(5);
    expect(await runJob(test, archiveSitemaps)).toEqual({ shops: 1, versions: 2 });
    const left = await sitemaps.find({ shop: own.shop }).sort({ generatedAt: -1 }).toArray();
    expect(left.map(({ jobId }) => jobId)).toEqual([one['jobId'], 'older 1', 'older 2']);
    expect(await served(own)).toContain('lamp');
    expect(await runJob(test, archiveSitemaps)).toEqual({ shops: 0, versions: 0 });
  });

  it('keeps the latest three versions, files and all', async () => {
    const own = await test.newShop();
    const before = await storedFiles(test.db);
    const ids: string[] = [];
    for (let version = 1; version <= 4; version++) {
      await addProducts(own, [{ title: `Product ${version}` }]);
      ids.unshift((await generateSitemap(own)).result.sitemapId);
    }
    const { body } = await own.api.get(`/api/shops/${own.shop}/sitemaps`);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 3));
    expect(body.page).toEqual({ nextCursor: null, hasMore: false, total: 3 });
    expect(body.data.map(({ products }: { products: number }) => products)).toEqual([4, 3, 2]);
    expect(body.data[0]).toMatchObject({
      urls: 5,
      images: 0,
      skipped: [],
      files: [
        {
          name: 'sitemap.xml',
          kind: 'urlset',
          urls: 5,
          images: 0,
          bytes: expect.any(Number),
          gzipBytes: expect.any(Number),
        },
      ],
    });
    expect(await storedFiles(test.db)).toEqual({
      files: before.files + 3,
      chunks: before.chunks + 3,
      orphanChunks: 0,
    });
    expect(urlsOf(await served(own))).toHaveLength(5);

    const page = await own.api.get(`/api/shops/${own.shop}/sitemaps?limit=1&offset=1`);
    expect(page.body).toMatchObject({ data: [{ id: ids[1] }], page: { hasMore: true, total: 3 } });
    const one = await own.api.get(`/api/shops/${own.shop}/sitemaps/${ids[0]}`);
    expect(one.body).toEqual(body.data[0]);
    expectProblem(await own.api.get(`/api/shops/${own.shop}/sitemaps/${ids[3]}`), 404, 'sitemap_not_found');
  });

  it('shows a version to its own shop only, and only while there is one', async () => {
    const [own, other] = [await test.newShop(), await test.newShop()];
    const { result } = await generateSitemap(own);
    expectProblem(
      await other.api.get(`/api/shops/${own.shop}/sitemaps/${result.sitemapId}`),
      403,
      'shop_forbidden',
    );
    expectProblem(
      await other.api.get(`/api/shops/${other.shop}/sitemaps/${result.sitemapId}`),
      404,
      'sitemap_not_found',
    );
    expectProblem(
      await other.api.get(`/api/shops/${other.shop}/sitemaps/nonsense`),
      404,
      'sitemap_not_found',
    );
    expectProblem(await other.api.post(`/api/shops/${own.shop}/sitemaps`), 403, 'shop_forbidden');
    expectProblem(await test.anonymous.post(`/api/shops/${own.shop}/sitemaps`), 401, 'unauthenticated');
    expect((await other.api.get(`/api/shops/${other.shop}/sitemaps`)).body.data).toEqual([]);
  });

  it('estimates how long it takes from how long the last ones took', async () => {
    const own = await test.newShop();
    await addProducts(own, [{ title: 'One' }, { title: 'Two' }, { title: 'Three' }]);
    await generateSitemap(own);
    // as if each product had taken seven seconds
    const took = { $multiply: [7_000, '$result.products'] };
    await test.db
      .collection('jobs')
      .updateMany({ name: 'sitemap.generate', state: 'completed' }, [
        { $set: { startedAt: { $subtract: ['$finishedAt', took] } } },
      ]);
    const { body } = await own.api.post(`/api/shops/${own.shop}/sitemaps`);
    expect(body.estimatedTime).toBe(21);
    await own.api.job(body.jobId);
  });

  it('answers the job that is open instead of starting a second', async () => {
    const waiting = await startTestApp({ ...test.env, ROLE: 'api', QUEUE_PREFIX: 'without-workers' });
    try {
      const own = await waiting.newShop();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => own.api.post(`/api/shops/${own.shop}/sitemaps`)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
      expect(new Set(answers.map(({ body }) => body.jobId)).size).toBe(1);
      const jobs = waiting.db.collection('jobs');
      expect(await jobs.countDocuments({ shop: own.shop })).toBe(1);
      // once it has ended, the next is a new one
      await jobs.updateOne({ shop: own.shop }, { $set: { state: 'failed' }, $unset: { openKey: 1 } });
      const next = await own.api.post(`/api/shops/${own.shop}/sitemaps`);
      expect(next.body.jobId).not.toBe(answers[0]?.body.jobId);
    } finally {
      await waiting.close();
    }
  });
});
