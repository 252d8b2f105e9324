import { Controller, Get, Module, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Cached } from '../../src/platform/cache/cached.js';
import { Public } from '../../src/platform/http/access.js';
import { startTestApp, type TestApp } from '../support/app.js';

const CALLERS = 3;
let answers = 0;
let asked = 0;
let allAsked!: () => void;
const together = new Promise<void>((resolve) => (allAsked = resolve));

@Controller('api/visits')
class VisitsController {
  @Get()
  @Public()
  @Cached({
    ...{ resource: 'visits', ttlSeconds: 60, scope: 'public' },
    tags: () => {
      if (++asked === CALLERS) setImmediate(allAsked);
      return ['visits'];
    },
  })
  async visit(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ visit: number }> {
    const visit = ++answers;
    void reply.header('set-cookie', `visit=${visit}`);
    await together;
    return { visit };
  }
}
@Module({ controllers: [VisitsController] })
class VisitsModule {}

describe('an answer with a cookie', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({}, [VisitsModule]);
  });
  afterAll(() => test.close());

  const visit = async () => {
    const { body, headers } = await test.anonymous.get('/api/visits');
    return { visit: body.visit as number, cookie: headers.get('set-cookie'), cache: headers.get('x-cache') };
  };

  it('is given to its own caller only, also of those who ask at the same time', async () => {
    const given = await Promise.all(Array.from({ length: CALLERS }, visit));
    for (const { visit, cookie } of given) expect(cookie).toBe(`visit=${visit}`);
    expect(new Set(given.map(({ visit }) => visit)).size).toBe(CALLERS);
  });

  it('is not kept', async () => {
    const [first, second] = [await visit(), await visit()];
    expect(second).toEqual({ visit: first.visit + 1, cookie: `visit=${first.visit + 1}`, cache: 'bypass' });
  });
});
