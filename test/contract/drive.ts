import type { Answer } from '../support/client.js';
import type { TestApp, TestShop } from '../support/app.js';
import { SHIRT } from '../support/shirt.js';
import { csvOf } from '../support/csv-catalogue.js';
import { ordersDrivers } from './orders-drive.js';
import { identityDrivers } from './identity-drive.js';
import { jobDrivers } from './jobs-drive.js';
import { logisticsDrivers } from './logistics-drive.js';
import { notificationDrivers } from './notifications-drive.js';
import { webhookDrivers } from './webhook-drive.js';

let fresh = 0;
/** A name no other call has used. */
const unique = (text: string): string => `${text}-${process.pid}-${++fresh}`;

const VENDORS = ['Nordlys', 'Atelier', 'Kaito', 'Sol'];
const TYPES = ['Shirt', 'Lamp', 'Ring'];
const TAGS = ['summer', 'winter', 'sale'];
const STATUSES = ['active', 'active', 'active', 'draft', 'archived'];

/** A catalogue of `count` products that spreads over every filter, as a CSV. */
export function variedCsv(count: number): string {
  return csvOf(
    Array.from({ length: count }, (_, i) => ({
      Handle: `product-${i}`,
      Title: `Product ${i} ${TYPES[i % 3] ?? ''}`,
      Vendor: VENDORS[i % 4] ?? '',
      Type: TYPES[i % 3] ?? '',
      Tags: TAGS[i % 3] ?? '',
      Status: STATUSES[i % 5] ?? '',
      'Variant Price': `${(i % 97) + 1}.00`,
      'Image Src': `https://cdn.example.com/${i}.jpg`,
    })),
  );
}

/** How to call an operation so that it succeeds; `limit` is the page size for lists. */
export type Driver = (limit: number) => Promise<Answer>;

/** A call that succeeds for every operation of openapi.json; each may be called again and again. */
export function drivers(test: TestApp, own: TestShop): Record<string, Driver> {
  const { shop, api } = own;
  const base = `/api/shops/${shop}`;
  const { admin, anonymous } = test;
  const product = (): Promise<Answer> =>
    api.post(`${base}/products`, {
      ...SHIRT,
      title: unique('Ocean Blue Shirt'),
      handle: unique('ocean-shirt'),
    });
  const plan = async (): Promise<string> => {
    const name = unique('growth');
    await admin.post('/api/plans', planBody(name));
    return name;
  };
  const install = async (): Promise<string> => {
    const { body } = await admin.post('/api/shops', shopBody());
    return body.shop;
  };
  const sitemap = async (): Promise<Answer['body']> => {
    const { body } = await api.post(`${base}/sitemaps`);
    return api.job(body.jobId);
  };
  const key = async (): Promise<string> => (await api.post(`${base}/api-keys`, keyBody())).body.id;
  const override = async (): Promise<string> => {
    const { headers } = await admin.post('/api/admin/throttling-overrides', overrideBody());
    return headers.get('location') ?? '';
  };
  let job: string | undefined;
  const jobId = async (): Promise<string> =>
    (job ??= (await api.post(`${base}/sitemaps`)).body.jobId as string);

  return {
    ...identityDrivers(test, own),
    ...jobDrivers(test, own),
    ...logisticsDrivers(test),
    ...ordersDrivers(own),
    ...webhookDrivers(own),
    ...notificationDrivers(test, own),
    live: () => anonymous.get('/health/live'),
    startup: () => anonymous.get('/health/startup'),
    ready: () => anonymous.get('/health/ready'),
    health: () => anonymous.get('/health'),
    getCache: () => admin.get('/api/admin/cache'),
    invalidateCache: () => admin.delete('/api/admin/cache?tag=plans'),
    metrics: () => anonymous.get('/metrics'),
    login: () =>
      anonymous.post('/api/auth/login', { email: 'admin@example.com', password: 'correct horse battery' }),
    listShops: (limit) => admin.get(`/api/shops?limit=${limit}`),
    installShop: () => admin.post('/api/shops', shopBody()),
    getShop: () => api.get(base),
    updateShop: () => api.patch(base, { name: unique('Nordlys Apparel') }),
    uninstallShop: async () => admin.delete(`/api/shops/${await install()}`),
    listPlans: () => anonymous.get('/api/plans'),
    getPlan: () => anonymous.get('/api/plans/starter'),
    createPlan: () => admin.post('/api/plans', planBody(unique('growth'))),
    updatePlan: async () => admin.patch(`/api/plans/${await plan()}`, { price: 1 }),
    archivePlan: async () => admin.delete(`/api/plans/${await plan()}`),
    getSubscription: () => api.get(`${base}/subscription`),
    changeSubscription: async () =>
      admin.patch(`${base}/subscription`, { plan: ++fresh % 2 ? 'scale' : 'enterprise' }),
    listAuditEvents: (limit) => api.get(`${base}/audit-events?limit=${limit}`),
    listAllAuditEvents: (limit) => admin.get(`/api/admin/audit-events?limit=${limit}`),
    listApiKeys: (limit) => api.get(`${base}/api-keys?limit=${limit}`),
    createApiKey: () => api.post(`${base}/api-keys`, keyBody()),
    revokeApiKey: async () => api.delete(`${base}/api-keys/${await key()}`),
    listThrottlingOverrides: (limit) => admin.get(`/api/admin/throttling-overrides?limit=${limit}`),
    createThrottlingOverride: () => admin.post('/api/admin/throttling-overrides', overrideBody()),
    getThrottlingOverride: async () => admin.get(await override()),
    updateThrottlingOverride: async () => admin.patch(await override(), { reason: 'Load test of Saturday' }),
    removeThrottlingOverride: async () => admin.delete(await override()),
    listFeaturedProducts: () => anonymous.get(`${base}/products/featured`),
    getFeaturedSelection: () => api.get(`${base}/products/featured/selection`),
    arrangeFeaturedProducts: async () =>
      api.call('PUT', `${base}/products/featured/selection`, {
        json: { productIds: [(await product()).body.id] },
      }),
    listProducts: (limit) => api.get(`${base}/products?limit=${limit}`),
    createProduct: product,
    getProduct: async () => api.get(`${base}/products/${(await product()).body.id}`),
    getProductByHandle: async () => api.get(`${base}/products/by-handle/${(await product()).body.handle}`),
    updateProduct: async () =>
      api.patch(`${base}/products/${(await product()).body.id}`, {
        title: unique('Ocean Blue Shirt, washed'),
      }),
    deleteProduct: async () => api.delete(`${base}/products/${(await product()).body.id}`),
    importProducts: async () => api.upload(`${base}/products/import`, variedCsv(3)),
    exportProducts: () => api.get(`${base}/products/export.csv`),
    generateSitemap: () => api.post(`${base}/sitemaps`),
    listSitemaps: (limit) => api.get(`${base}/sitemaps?limit=${limit}`),
    getSitemap: async () => api.get(`${base}/sitemaps/${(await sitemap()).result.sitemapId}`),
    readSitemap: () => anonymous.get(`/sitemaps/${shop}/sitemap.xml`),
    getJob: async () => api.get(`/api/jobs/${await jobId()}`),
    streamJob: async () => {
      const id = await jobId();
      await api.job(id);
      return api.get(`/api/jobs/${id}/events`);
    },
  };
}

/** For an account that does not exist: it holds nobody back. */
function overrideBody(): object {
  return { subjectKind: 'user', subject: unique('nobody'), action: 'exempt', reason: 'Load test of Friday' };
}

function planBody(plan: string): object {
  return {
    plan,
    name: plan,
    price: 100,
    currency: 'EUR',
    trialDays: 0,
    limits: { products: 10, optimizationsPerMonth: 1, requestsPerMinute: 10 },
  };
}

function shopBody(): object {
  return { shop: `${unique('nordlys')}.myshopify.com`, name: 'Nordlys Apparel', currency: 'EUR' };
}

function keyBody(): object {
  return { name: 'warehouse', scopes: ['products:read'] };
}
