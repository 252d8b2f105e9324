import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { Cached } from '../../platform/cache/cached.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import type { ReadyJson, ReadyList } from '../../platform/http/ready-json.js';
import { ListProductsQuery } from './product-list.dto.js';
import { CreateProductDto, UpdateProductDto } from './product-input.dto.js';
import {
  ProductDto,
  ProductListDto,
  SUMMARY_FIELDS,
  toProductDto,
  toProductList,
  toReadyProduct,
} from './product.dto.js';
import type { ProductDocument } from './product.schema.js';
import { productsTag } from './products.cache.js';
import { ProductsService } from './products.service.js';

const tags = ({ shop }: FastifyRequest) => [productsTag(shop as ShopDomain)];
const CachedList = () =>
  Cached({
    resource: 'product-list',
    ttlSeconds: 15 * 60,
    staleSeconds: 60,
    scope: 'tenant',
    tags,
    queryDefaults: new ListProductsQuery(),
  });
const CachedProduct = () =>
  Cached({ resource: 'product', ttlSeconds: 5 * 60, staleSeconds: 30, scope: 'tenant', tags });

@ApiTags('products')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  @CachedList()
  @RequireScope('products:read')
  @ApiOperation({
    operationId: 'listProducts',
    summary: 'List, filter, search and sort the catalogue',
    description:
      'Filters narrow each other. Follow `page.nextCursor` or the `Link` header: any depth costs the same. Answers are cached, with an ETag.',
  })
  @ApiOkResponse({ type: ProductListDto })
  @ApiProblem('validation_failed', 'invalid_cursor')
  async list(@Tenant() shop: ShopDomain, @Query() query: ListProductsQuery): Promise<ReadyList> {
    const { limit, cursor, offset, sort, fields = SUMMARY_FIELDS, ...filter } = query;
    const { products, ...page } = await this.products.list(shop, {
      filter,
      sort,
      limit,
      cursor,
      offset,
      fields,
    });
    return toProductList(products, fields, page);
  }

  @Post()
  @RequireScope('products:write')
  @ApiOperation({
    operationId: 'createProduct',
    summary: 'Add a product',
    description:
      'The handle is made of the title unless it is given. Send an `Idempotency-Key`, and a repeated request makes no second product.',
  })
  @ApiCreatedResponse({ type: ProductDto })
  @ApiProblem('validation_failed', 'duplicate_handle', 'product_limit_reached')
  async create(
    @Tenant() shop: ShopDomain,
    @Body() body: CreateProductDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProductDto> {
    const product = await this.products.create(shop, body);
    void reply.header('location', `/api/shops/${shop}/products/${String(product._id)}`);
    return answer(reply, product);
  }

  @Get('by-handle/:handle')
  @CachedProduct()
  @RequireScope('products:read')
  @ApiOperation({
    operationId: 'getProductByHandle',
    summary: 'One product by its handle',
    description: "The handle is the product's name in the URLs of the storefront.",
  })
  @ApiOkResponse({ type: ProductDto })
  @ApiProblem('product_not_found')
  async getByHandle(
    @Tenant() shop: ShopDomain,
    @Param('handle') handle: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReadyJson> {
    return ready(reply, await this.products.readByHandle(shop, handle));
  }

  @Get(':id')
  @CachedProduct()
  @RequireScope('products:read')
  @ApiOperation({
    operationId: 'getProduct',
    summary: 'One product',
    description: 'With every variant and image. Its ETag is what `If-Match` takes.',
  })
  @ApiOkResponse({ type: ProductDto })
  @ApiProblem('product_not_found')
  async get(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReadyJson> {
    return ready(reply, await this.products.read(shop, id));
  }

  @Patch(':id')
  @RequireScope('products:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateProduct',
    summary: 'Change the fields that are given',
    description: 'Lists are replaced as a whole. With `If-Match` nothing changes when somebody was faster.',
  })
  @ApiOkResponse({ type: ProductDto })
  @ApiProblem('validation_failed', 'product_not_found', 'duplicate_handle', 'version_mismatch')
  async update(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Body() body: UpdateProductDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ProductDto> {
    return answer(reply, await this.products.update(shop, id, body, expectedVersion(ifMatch)));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('products:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'deleteProduct',
    summary: 'Remove a product',
    description: "Its variants and images go with it. It counts no more towards the plan's limit.",
  })
  @ApiNoContentResponse()
  @ApiProblem('product_not_found', 'version_mismatch')
  async delete(
    @Tenant() shop: ShopDomain,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.products.delete(shop, id, expectedVersion(ifMatch));
  }
}

function answer(reply: FastifyReply, product: ProductDocument): ProductDto {
  void reply.header('etag', etagOf(product.version));
  return toProductDto(product) as ProductDto;
}

function ready(reply: FastifyReply, product: Uint8Array): ReadyJson {
  const { body, version } = toReadyProduct(product);
  void reply.header('etag', etagOf(version));
  return body;
}
