import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiOperation, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { announceDeprecations, Deprecated } from './deprecation.js';
import { completeOperation } from './openapi-operation.js';

@Controller()
class Catalogue {
  @Get('old')
  @ApiOperation({ description: 'As it was.' })
  @Deprecated({ since: '2027-01-31', sunset: '2027-12-31', successor: '/new' })
  old(): string {
    return 'old';
  }

  @Get('new')
  new(): string {
    return 'new';
  }
}
@Module({ controllers: [Catalogue] })
class App {}

describe('a deprecated operation', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false });
    announceDeprecations(app.getHttpAdapter().getInstance());
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  it('says since when, until when and what to call instead', async () => {
    const { headers } = await fetch(`${await app.getUrl()}/old`);
    expect(headers.get('deprecation')).toBe('@1801353600');
    expect(headers.get('sunset')).toBe('Fri, 31 Dec 2027 00:00:00 GMT');
    expect(headers.get('link')).toBe('</new>; rel="successor-version"');
  });

  it('leaves others alone', async () => {
    const { headers } = await fetch(`${await app.getUrl()}/new`);
    expect([headers.get('deprecation'), headers.get('sunset'), headers.get('link')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('is marked in the document', () => {
    const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const operation = completeOperation('/old', paths['/old']!.get!);
    expect(operation).toMatchObject({
      deprecated: true,
      description: 'Deprecated on 2027-01-31, gone from 2027-12-31. Use `/new`. As it was.',
      responses: { 200: { headers: { Deprecation: {}, Sunset: {} } } },
    });
    expect(JSON.stringify(operation)).not.toContain('x-deprecation');
  });
});
