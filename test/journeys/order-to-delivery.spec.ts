import { journey } from '../../local/demo/journey.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';

/** What `npm run cli -- demo:journey` tells, on servers of its own. */
describe('from the basket to the delivery', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it('is order, payment, shipment, quotes, offers, pickup and delivery, and again', async () => {
    const { shop, apiKey, api } = await test.newShop();
    const variants = [{ price: 5_990, inventoryTracker: 'shopify', inventoryQuantity: 0 }];
    await addProducts({ shop, apiKey, api }, [{ title: 'Linen shirt', status: 'active', variants }]);
    const stage = { baseUrl: test.baseUrl, shop, apiKey, adminToken: test.admin.credentials ?? '' };
    for (const number of [1, 2]) {
      const told: string[] = [];
      const order = await journey(stage, (line) => told.push(line));
      expect(order).toMatchObject({ number, status: 'delivered', shipments: [{ status: 'delivered' }] });
      expect(told[0]).toContain(
        `#${number}: 2 × Linen shirt for €119.80; stock: 8 available, 2 held, 0 committed, 10 there`,
      );
      expect(told[1]).toContain('8 available, 0 held, 2 committed, 10 there');
      expect(told.map((line) => line.slice(4, 16).trim())).toEqual([
        ...['Order', 'Payment', 'Fulfilment', 'Quotes', 'Offer', 'Declined', 'Accepted'],
        ...['Pickup', 'On its way', 'Delivery'],
      ]);
      // 390 + 2.4 kg at 1.40, and 8.5 % fuel
      expect(told[6]).toContain('Polar Express has it for €7.88: ASSIGNED');
      expect(told[7]).toContain('0 committed, 8 there');
      expect(told[8]).toMatch(/seen at 12\.72, 52\.73 → .* → 10\.68, 53\.34$/);
    }
  });
});
