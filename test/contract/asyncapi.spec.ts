import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv from 'ajv';
import formats from 'ajv-formats';
import { asyncApiDocument } from '../../src/modules/tracking/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;

describe('the description of the sockets', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ ROLE: 'api' });
  });
  afterAll(() => test.close());

  it('is valid AsyncAPI 3', () => {
    const ajv = new Ajv.default({ strict: false, validateFormats: true });
    formats.default(ajv);
    expect(ajv.validate(schema, asyncApiDocument()) || ajv.errors).toBe(true);
  });

  it('is what is checked in, and served', async () => {
    const checkedIn = JSON.parse(readFileSync(join(process.cwd(), 'asyncapi.json'), 'utf8')) as object;
    expect(checkedIn).toEqual(asyncApiDocument());
    const { status, body } = await test.anonymous.get('/api/docs/asyncapi');
    expect([status, body]).toEqual([200, checkedIn]);
  });
});
